"""Making a revision playable: the files of its libraries in their order, and what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from posixpath import relpath
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache

from h5p.filtering import Filtered
from h5p.resolving import resolve
from media.models import InteractiveRevision, LibraryVersion
from media.playing import Playable, Player, State, Ticket, player_for
from media.putting_in import place_of
from media.resolving import Standing, standing
from media.storing import LIBRARIES, content_folder, library_folder


def slug_of(revision: InteractiveRevision) -> str:
    """What the player's address calls it: another for every revision."""
    return f"{revision.pk}-{revision.digest[:16]}"


def revision_of(slug: str) -> InteractiveRevision | None:
    number, _dash, digest = slug.partition("-")
    if not number.isdecimal() or len(number) > 12:
        return None
    found = InteractiveRevision.objects.filter(pk=int(number)).first()
    return found if found and found.digest[:16] == digest else None


def open_revision(revision: InteractiveRevision, state: State | None = None) -> Playable | None:
    """None while a library of it is not approved: then nothing of it is played anywhere."""
    if revision.filtered is None:
        return None
    here = standing(revision)
    if not here.is_ready:
        return None
    return replace(_playable(revision, here), state=state or {})


def _playable(revision: InteractiveRevision, here: Standing) -> Playable:
    versions = {version.library: version for version in here.versions}
    ordered = resolve(versions, lambda library: versions[library].release)
    return Playable(
        content=slug_of(revision),
        title=revision.title,
        library=str(revision.library),
        params=json.dumps(revision.filtered),
        scripts=[_address(f"{_folder(versions[r.library])}/{path}") for r, path in ordered.js],
        styles=[_address(f"{_folder(versions[r.library])}/{path}") for r, path in ordered.css],
        base=_address(content_folder(revision.digest)),
        libraries=_address(LIBRARIES),
        files=sorted(revision.files),
        folders={library.folder: version.digest for library, version in versions.items()},
    )


def _folder(version: LibraryVersion) -> str:
    return library_folder(version)


def _address(name: str) -> str:
    return f"/tep/{name}"


def address_of_file(revision: InteractiveRevision, path: str) -> str:
    """Of a file of it, or of a draft; empty for what is neither. It may be of another origin."""
    held = f"{content_folder(revision.digest)}/{path}" if path in revision.files else place_of(path)
    return f"{settings.PACKAGE_ORIGIN}{_address(quote(held))}" if held else ""


# --- An author's preview ------------------------------------------------------------------------

_PREVIEW = "preview-"


def preview_of(revision: InteractiveRevision, person: str, language: str, sink: str) -> Player:
    """Plays without a run; what the frame posts goes to `sink` and is forgotten."""
    ticket = Ticket(slug_of(revision), person, f"{_PREVIEW}{revision.pk}", language)
    return player_for(ticket, title=revision.title, state_url=sink, submit_url=sink)


def find_preview(ticket: Ticket) -> Playable | None:
    if not ticket.registration.startswith(_PREVIEW):
        return None
    revision = revision_of(ticket.content)
    return open_revision(revision) if revision else None


# --- A draft that is not saved ------------------------------------------------------------------

_DRAFT = "draft-"
DRAFT_SECONDS = 3600


def draft_of(
    revision: InteractiveRevision,
    title: str,
    filtered: Filtered,
    person: str,
    language: str,
    sink: str,
) -> Player:
    """Plays what the form says now, for an hour; nothing of it is a revision."""
    key = uuid4().hex
    cache.set(f"{_DRAFT}{key}", _with_drafts(filtered, revision), DRAFT_SECONDS)
    ticket = Ticket(slug_of(revision), person, f"{_DRAFT}{key}", language)
    return player_for(ticket, title=title, state_url=sink, submit_url=sink)


def find_draft(ticket: Ticket) -> Playable | None:
    if not ticket.registration.startswith(_DRAFT):
        return None
    filtered, revision = cache.get(ticket.registration), revision_of(ticket.content)
    playable = open_revision(revision) if revision and filtered is not None else None
    return replace(playable, params=json.dumps(filtered)) if playable else None


def _with_drafts(filtered: Filtered, revision: InteractiveRevision) -> Any:
    """Files that no revision has are told by where they lie, seen from the revision's folder."""
    base = content_folder(revision.digest)
    places = {path: place_of(path) for path in filtered.files - revision.files.keys()}
    drafts = {path: relpath(place, base) for path, place in places.items() if place}
    return _told_elsewhere(filtered.value, drafts) if drafts else filtered.value


def _told_elsewhere(value: Any, drafts: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_told_elsewhere(item, drafts) for item in value]
    if not isinstance(value, dict):
        return value
    told = {name: _told_elsewhere(item, drafts) for name, item in value.items()}
    path = told.get("path")
    return told | {"path": drafts.get(path, path)} if isinstance(path, str) else told
