"""Editing a content in place: every save is a new revision, made of what its form says."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.scopes import access_of
from h5p.archive import MIB, Limits
from h5p.filtering import Filtered
from h5p.libraries import Library
from h5p.semantics import Field
from kit.dates import now
from kit.errors import Refusal
from kit.text import clean
from media.deriving import Way, derive, digest_of
from media.forming import Form
from media.models import Interactive, InteractiveRevision
from media.opening import address_of_file
from media.putting_in import Available, name_of, place_of
from media.resolving import Standing, refilter, semantics_in, standing
from media.storing import Writing, content_folder, read, writing
from media.taking_in import AUTHORS, newest_of

CONFLICT, UNREADY = 409, 409
TITLE = 255  # characters
LARGEST = Limits().total_bytes  # of all files of a content together


def form_of(revision: InteractiveRevision, language: str) -> Form:
    """The form of a revision's library. Refusal while a library of it waits for approval."""
    versions = {version.library: version for version in _ready(revision).versions}

    def semantics_of(library: Library) -> tuple[Field, ...] | None:
        version = versions.get(library)
        return semantics_in(version, language) if version else None

    return Form(
        semantics_of(revision.library) or (),
        semantics_of,
        lambda path: address_of_file(revision, path),
    )


def filtered_by(
    revision: InteractiveRevision, params: Any, files: Available | None = None
) -> Filtered:
    """What of a form's content the revision's libraries know: the rest is never kept or played.

    `files`: the paths it may name; the revision's own and drafts where nothing else is said.
    """
    versions = _ready(revision).versions
    return refilter(params, revision.library, versions, files or Available(revision.files))


def _ready(revision: InteractiveRevision) -> Standing:
    here = standing(revision)
    if not here.is_ready:
        raise Refusal(_("It can be edited once its libraries have been approved."), status=UNREADY)
    return here


def edit(
    content: Interactive,
    *,
    title: str,
    params: Any,
    based_on: int,
    by: User,
    at: datetime | None = None,
) -> InteractiveRevision:
    """The next revision; saving what is there already makes none.

    `based_on`: the number of the revision that was opened. Refusal when there is a newer one.
    """
    _check(by, title)
    with writing() as files:
        newest = newest_of(content)
        if newest is None or newest.number != based_on:
            raise Refusal(
                _(
                    "Somebody has saved another revision meanwhile. What you wrote is still on this"
                    " page: copy it, open the content again and put it in."
                ),
                status=CONFLICT,
            )
        available = Available(newest.files)
        filtered = filtered_by(newest, params, available)
        if available.gone:
            words = _(
                "What was put in is kept for seven days, and these files are not there any more:"
                " %(names)s. Choose them again."
            )
            names = ", ".join(map(name_of, sorted(available.gone)))
            raise Refusal(words % {"names": names}, status=422)
        if (filtered.value, clean(title)) == (newest.filtered, newest.title):
            return newest
        content.title = clean(title)
        return _keep(content, newest, filtered, files, "interactive.edit", by, at or now())


def copy(
    source: InteractiveRevision,
    *,
    title: str,
    by: User,
    at: datetime | None = None,
    deed: str = "interactive.copy",
) -> Interactive:
    """A new content that says what another one does, to be edited on its own."""
    _check(by, title)
    at = at or now()
    with writing() as files:
        content = Interactive.objects.create(title=clean(title), created_by=by, created_at=at)
        filtered = filtered_by(source, source.params)
        _keep(content, source, filtered, files, deed, by, at)
    return content


def _check(by: User, title: str) -> None:
    if not access_of(by).has(*AUTHORS):
        raise Refusal(_("Only those who write courses add interactive content."), status=403)
    if not 0 < len(clean(title)) <= TITLE:
        raise Refusal(_("Give the content a title of at most 255 characters."), status=422)


def _keep(
    content: Interactive,
    source: InteractiveRevision,
    filtered: Filtered,
    files: Writing,
    deed: str,
    by: User,
    at: datetime,
) -> InteractiveRevision:
    digest = digest_of(content.title, filtered.value, source)
    held = {}
    for path, place in _places(source, filtered).items():
        piece = read(place)
        files.write(f"{content_folder(digest)}/{path}", len(piece), [piece])
        held[path] = {"digest": hashlib.sha256(piece).hexdigest(), "size": len(piece)}
    return derive(
        content,
        source,
        _way(content, source),
        deed=deed,
        by=by,
        at=at,
        title=content.title,
        needs=list(dict.fromkeys([*source.needs, *map(str, filtered.libraries)])),
        metadata=source.metadata | {"title": content.title},
        params=filtered.value,
        filtered=filtered.value,
        files=held,
        digest=digest,
    )


def _way(content: Interactive, source: InteractiveRevision) -> InteractiveRevision.Way:
    if source.pk is None:
        return Way.BEGUN
    return Way.EDITED if source.content_id == content.pk else Way.COPIED


def _places(source: InteractiveRevision, filtered: Filtered) -> dict[str, str]:
    """Where its files lie now, by path: those of its source but what it has left out, and drafts.

    Refusal when they are too large together.
    """
    used = filtered_by(source, source.filtered).files
    folder = content_folder(source.digest)
    places = {
        path: f"{folder}/{path}"
        for path in source.files
        if path in filtered.files or path not in used
    }
    drafts = {path: place_of(path) for path in filtered.files - source.files.keys()}
    places |= {path: place for path, place in drafts.items() if place}
    if sum(default_storage.size(place) for place in places.values()) > LARGEST:
        words = _(
            "All files together are larger than %(most)d MB. Leave some out or make them smaller."
        )
        raise Refusal(words % {"most": LARGEST // MIB}, status=422)
    return places
