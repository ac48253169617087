"""Approving and refusing libraries: the administrators' alone, with the difference before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Role
from cadres.scopes import access_of
from kit.dates import now
from kit.errors import Refusal
from kit.text import clean
from media.models import InteractiveRevision, LibraryVersion
from media.resolving import (
    Versions,
    refilter,
    revisions_needing,
    serving,
    standing_of,
    waiting,
    wanted_by,
)
from media.storing import Writing, install, writing
from operations.journalling import record

State = LibraryVersion.State


@dataclass(frozen=True)
class Affected:
    """A revision that would be played with the version in question: whether it can be played
    then, and whether what is played of it changes."""

    revision: InteractiveRevision
    is_ready: bool
    is_changed: bool


def affected_by(version: LibraryVersion) -> list[Affected]:
    """What approving would do, worked out as approving does it; nothing is written."""
    approved = serving() | {version.library: version}
    return [_foreseen(revision, approved) for revision in revisions_needing(version.library)]


def _foreseen(revision: InteractiveRevision, approved: Versions) -> Affected:
    standing = standing_of(wanted_by(revision), approved, waiting())
    if not standing.is_ready:
        return Affected(revision, is_ready=False, is_changed=False)
    filtered = refilter(revision.params, revision.library, standing.versions, revision.files).value
    was = revision.filtered
    return Affected(revision, is_ready=True, is_changed=was is not None and was != filtered)


def approve(version: LibraryVersion, *, by: User, at: datetime | None = None) -> LibraryVersion:
    """From now on it plays every content that asks for its major.minor."""
    with writing() as files:
        return _approve(version, files, by, at or now())


def _approve(version: LibraryVersion, files: Writing, by: User, at: datetime) -> LibraryVersion:
    locked = _locked(version, by)
    held = LibraryVersion.objects.approved().of(locked.library).order_by("-patch").first()
    if held and held.patch == locked.patch:
        raise Refusal(
            _("%(library)s is approved already, with other files. A number never means two things.")
            % {"library": held}
        )
    if held and held.patch > locked.patch:
        raise Refusal(
            _("%(library)s is in use, which is newer. An older version never replaces it.")
            % {"library": held}
        )
    install(locked, files)
    _decide(locked, State.APPROVED, "", by, at)
    _refuse_twins(locked, by, at)
    _filter_anew(locked)
    return locked


@transaction.atomic
def refuse(
    version: LibraryVersion, reason: str, *, by: User, at: datetime | None = None
) -> LibraryVersion:
    at = at or now()
    locked = _locked(version, by)
    if not clean(reason):
        raise Refusal(_("Say why; whoever uploaded it reads it."), status=400)
    _decide(locked, State.REFUSED, clean(reason)[:300], by, at)
    return locked


def _locked(version: LibraryVersion, by: User) -> LibraryVersion:
    if not access_of(by).has(Role.ADMIN):
        raise Refusal(_("Only an administrator approves libraries."), status=403)
    locked = LibraryVersion.objects.select_for_update().get(pk=version.pk)
    if locked.state != State.PROPOSED:
        raise Refusal(_("This library has been decided on already."))
    return locked


def _decide(version: LibraryVersion, state: str, reason: str, by: User, at: datetime) -> None:
    version.state, version.reason = state, reason
    version.decided_by, version.decided_at = by, at
    version.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    deed = "library.approve" if state == State.APPROVED else "library.refuse"
    after = {"digest": version.digest} | ({"reason": reason} if reason else {})
    record(deed, version, by=by, named=str(version), after=after, at=at)


def _refuse_twins(version: LibraryVersion, by: User, at: datetime) -> None:
    """Whatever else waits under the same number or a lower one can never be approved now."""
    rest = LibraryVersion.objects.waiting().of(version.library).filter(patch__lte=version.patch)
    words = _("%(library)s was approved instead.") % {"library": version}
    for other in rest.exclude(pk=version.pk).select_for_update():
        _decide(other, State.REFUSED, words, by, at)


def _filter_anew(version: LibraryVersion) -> None:
    approved, proposed = serving(), waiting()
    for revision in revisions_needing(version.library):
        standing = standing_of(wanted_by(revision), approved, proposed)
        if not standing.is_ready:
            continue
        found = refilter(revision.params, revision.library, standing.versions, revision.files)
        revision.filtered = found.value
        revision.save(update_fields=["filtered"])
