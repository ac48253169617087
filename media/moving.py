"""Moving contents to a newer minor version of their library, with what it costs seen before.

The content is carried over as it stands and filtered by the newer semantics. Upgrade scripts of
libraries are code of strangers: what brings one is not moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Role
from cadres.scopes import access_of
from h5p.filtering import Filtered
from h5p.libraries import Library, library_named
from h5p.semantics import Field, Group, ListOf, SubLibrary
from kit.dates import now
from kit.errors import Refusal
from media.comparing import Change, changes, side_of, side_of_revision
from media.deriving import Way, derive, digest_of, keep_files
from media.listing import listed
from media.models import Interactive, InteractiveRevision, LibraryVersion
from media.resolving import (
    Standing,
    Versions,
    refilter,
    semantics_in,
    serving,
    standing_of,
    waiting,
)
from media.storing import writing
from media.taking_in import newest_of

SCRIPT = "upgrades.js"
DEPTH = 60


@dataclass(frozen=True)
class Foreseen:
    """A content as it would be with the newer version: what would read otherwise, and whether
    anything at all is lost. It cannot move while libraries are `held_up` or `scripted`."""

    revision: InteractiveRevision
    changes: list[Change]
    is_lossless: bool
    held_up: list[str]
    scripted: list[str]

    @property
    def may_move(self) -> bool:
        return not self.held_up and not self.scripted


def is_scripted(version: LibraryVersion) -> bool:
    return SCRIPT in version.files


def movable(version: LibraryVersion) -> QuerySet[Interactive]:
    """Contents whose newest revision is played by a lower minor version; none where the version
    itself is not the one in use."""
    if serving().get(version.library) != version:
        return Interactive.objects.none()
    older = InteractiveRevision.objects.filter(
        pk=OuterRef("latest_id"),
        library_name=version.machine_name,
        library_major=version.major,
        library_minor__lt=version.minor,
        filtered__isnull=False,
    )
    return listed().filter(Exists(older)).order_by("title", "pk")


def foresee(
    revisions: Iterable[InteractiveRevision], version: LibraryVersion, language: str
) -> list[Foreseen]:
    """What moving each would do, worked out as moving does it; nothing is written."""
    approved, proposed = serving(), waiting()
    return [_foreseen(one, version, approved, proposed, language) for one in revisions]


def _foreseen(
    revision: InteractiveRevision,
    version: LibraryVersion,
    approved: Versions,
    proposed: Versions,
    language: str,
) -> Foreseen:
    carried = _carry(revision, version, approved, proposed)
    found: list[Change] = []
    if not carried.held_up and not carried.scripted:
        after = side_of(
            version.library, carried.filtered.value, carried.standing.versions, language
        )
        found = changes(side_of_revision(revision, language), after)
    return Foreseen(
        revision, found, carried.is_lossless, carried.held_up, [str(v) for v in carried.scripted]
    )


# --- Carrying over ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Carried:
    said: Any
    filtered: Filtered
    standing: Standing
    scripted: list[LibraryVersion]

    @property
    def held_up(self) -> list[str]:
        return [*map(str, self.standing.waiting), *map(str, self.standing.missing)]

    @property
    def is_lossless(self) -> bool:
        return bool(self.said == self.filtered.value)


def _carry(
    revision: InteractiveRevision,
    version: LibraryVersion,
    approved: Versions,
    proposed: Versions,
) -> _Carried:
    walk = _Walk(approved)
    said = walk.library(version.library, revision.filtered or {}, 0)
    standing = standing_of([version.library, *walk.libraries], approved, proposed)
    filtered = refilter(said, version.library, standing.versions, revision.files)
    moved = [version, *(approved[library] for library in walk.moved)]
    return _Carried(said, filtered, standing, [one for one in moved if is_scripted(one)])


class _Walk:
    """The content by the newer semantics: contents in it go to a newer minor where the older is
    not taken there any more. Everything else stays as it is, for the filter to judge."""

    def __init__(self, approved: Versions) -> None:
        self.approved = approved
        self.libraries: dict[Library, None] = {}
        self.moved: dict[Library, None] = {}

    def library(self, library: Library, params: Any, depth: int) -> Any:
        version = self.approved.get(library)
        fields = semantics_in(version, "") if version else None
        return self._fields(fields or (), params, depth)

    def _fields(self, fields: Iterable[Field], held: Any, depth: int) -> Any:
        if not isinstance(held, dict):
            return held
        known = {described.name: described for described in fields}
        return {
            name: self._of(known[name], value, depth + 1) if name in known else value
            for name, value in held.items()
        }

    def _of(self, described: Field, value: Any, depth: int) -> Any:
        walk = self._KINDS.get(type(described))
        return value if walk is None or depth > DEPTH else walk(self, described, value, depth)

    def _group(self, described: Group, value: Any, depth: int) -> Any:
        if described.is_flat:
            return self._of(described.fields[0], value, depth + 1)
        return self._fields(described.fields, value, depth)

    def _list(self, described: ListOf, value: Any, depth: int) -> Any:
        if not isinstance(value, list):
            return value
        return [self._of(described.item, item, depth + 1) for item in value]

    def _part(self, described: SubLibrary, value: Any, depth: int) -> Any:
        library = library_named(value.get("library")) if isinstance(value, dict) else None
        if library is None:
            return value
        here = self._taken_there(described, library)
        self.libraries.setdefault(here)
        if here != library:
            self.moved.setdefault(here)
        return value | {
            "library": str(here),
            "params": self.library(here, value.get("params"), depth + 1),
        }

    def _taken_there(self, described: SubLibrary, library: Library) -> Library:
        if library in described.allowed:
            return library
        newer = [
            option
            for option in described.allowed
            if (option.machine_name, option.major) == (library.machine_name, library.major)
            and option.minor > library.minor
            and option in self.approved
        ]
        return max(newer, default=library)

    _KINDS: dict[type[Field], Callable[..., Any]] = {
        Group: _group,
        ListOf: _list,
        SubLibrary: _part,
    }


# --- Moving -------------------------------------------------------------------------------------


def move(
    content: Interactive,
    version: LibraryVersion,
    *,
    based_on: int,
    accepts_loss: bool = False,
    by: User,
    at: datetime | None = None,
) -> InteractiveRevision:
    """The content's next revision, played by the version; published lessons and runs keep theirs.

    `based_on`: the number of the revision that was looked at. Refusal when there is a newer one,
    when something would be lost and that is not accepted, and for what `Foreseen` says.
    """
    if not access_of(by).has(Role.ADMIN):
        raise Refusal(_("Only an administrator moves contents to another version."), status=403)
    with writing() as files:
        approved = serving()
        newest = newest_of(content)
        _check(newest, version, approved, based_on)
        assert newest is not None  # noqa: S101 (checked)
        carried = _carry(newest, version, approved, waiting())
        _check_carried(carried, accepts_loss)
        said = carried.filtered.value
        digest = digest_of(newest.title, [str(version.library), said], newest)
        keep_files(newest, digest, files)
        played = [one.library for one in carried.standing.versions]
        return derive(
            content,
            newest,
            Way.MOVED,
            deed="interactive.move",
            by=by,
            at=at or now(),
            library_minor=version.minor,
            needs=[str(one) for one in dict.fromkeys([*played, *carried.filtered.libraries])],
            params=said,
            filtered=said,
            digest=digest,
        )


def _check(
    newest: InteractiveRevision | None, version: LibraryVersion, approved: Versions, based_on: int
) -> None:
    if approved.get(version.library) != version:
        raise Refusal(_("%(library)s is not the version in use.") % {"library": version})
    if newest is None or newest.number != based_on:
        raise Refusal(_("Somebody has saved another revision meanwhile. Look at it once more."))
    here, there = newest.library, version.library
    is_newer = (here.machine_name, here.major) == (there.machine_name, there.major) and (
        here.minor < there.minor
    )
    if not is_newer:
        words = _("%(here)s is never moved to %(there)s: only to a newer version of the same.")
        raise Refusal(words % {"here": here, "there": there})
    if newest.filtered is None:
        raise Refusal(_("It still waits for libraries, so what it says is not known yet."))


def _check_carried(carried: _Carried, accepts_loss: bool) -> None:
    if carried.scripted:
        words = _("%(names)s brings an upgrade script, which the platform does not run.")
        raise Refusal(words % {"names": ", ".join(map(str, carried.scripted))})
    if carried.held_up:
        words = _("It would need libraries that are not in use: %(names)s.")
        raise Refusal(words % {"names": ", ".join(carried.held_up)})
    if not carried.is_lossless and not accepts_loss:
        raise Refusal(_("Part of what it says would be lost, which nobody has accepted."))
