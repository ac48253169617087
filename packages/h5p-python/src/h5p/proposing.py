"""What a package would change in a store of libraries: shown before anybody decides."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from h5p.libraries import Library
from h5p.package import Package, PackagedLibrary
from h5p.problems import Problem
from h5p.resolving import resolve

# What scripts say when they reach out of their own content: told, since the player's sandbox,
# not a search for words, is what holds them.
_REACHES = {
    "the page around it": re.compile(rb"\b(?:window\s*\.\s*)?(?:parent|top)\s*\.\s*"
                                     rb"(?:document|location|frames|\$|jQuery|postMessage)\b"),
    "cookies": re.compile(rb"\bdocument\s*\.\s*cookie\b"),
    "the network": re.compile(rb"\b(?:XMLHttpRequest|WebSocket|EventSource|sendBeacon)\b"
                              rb"|\bfetch\s*\("),
    "code made at run time": re.compile(rb"\beval\s*\(|\bnew\s+Function\s*\("),
}  # fmt: skip


class Kind(StrEnum):
    NEW = "new"  # no version of it is installed
    SAME = "same"  # installed, byte for byte
    PATCH = "patch"  # replaces a lower patch, for every content that uses this major.minor
    MINOR = "minor"  # stands beside other major.minor versions; contents stay with theirs
    DOWNGRADE = "downgrade"  # refused: a higher patch is installed
    CONFLICT = "conflict"  # refused: this very version is installed, with other bytes


@dataclass(frozen=True)
class Change:
    """One library of a package, against the store."""

    kind: Kind
    library: Library
    version: str  # 1.16.4
    before: str  # the installed version it is compared with; empty when there is none
    digest: str  # of all its files, see PackagedLibrary.digest
    title: str
    author: str
    license: str  # as it says itself
    size: int  # bytes
    added: tuple[str, ...]  # files, against `before`
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    reaches: tuple[str, ...]  # what its scripts mention

    @property
    def is_refused(self) -> bool:
        return self.kind in (Kind.DOWNGRADE, Kind.CONFLICT)

    @property
    def needs_approval(self) -> bool:
        return self.kind in (Kind.NEW, Kind.PATCH, Kind.MINOR)


@dataclass(frozen=True)
class Proposal:
    """What installing a package's libraries would do to a store as it is now."""

    changes: tuple[Change, ...]
    missing: tuple[Library, ...]  # needed by the content, neither in the package nor installed

    @property
    def to_approve(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.needs_approval)

    @property
    def refusals(self) -> tuple[Problem, ...]:
        """In plain words, what will not be installed. The installed ones play the content."""
        return tuple(_refusal(change) for change in self.changes if change.is_refused)


def propose(
    package: Package,
    installed: Mapping[Library, PackagedLibrary],
    reaches: Mapping[Library, tuple[str, ...]] | None = None,
) -> Proposal:
    """Compares; `installed` has the highest patch of every major.minor there is."""
    found = reaches or {}
    changes = [
        _change(packaged, installed, found.get(library, ()))
        for library, packaged in sorted(package.libraries.items())
    ]
    together = {
        library: one.release for library, one in (package.libraries | dict(installed)).items()
    }
    resolved = resolve(package.manifest.dependencies, together.get)
    return Proposal(tuple(changes), resolved.missing)


Key = TypeVar("Key", bound=Hashable)


def affected(
    proposal: Proposal, contents: Mapping[Key, Iterable[Library]]
) -> dict[Library, tuple[Key, ...]]:
    """Which recorded contents would be played with other bytes: users of a patched library.

    `contents` gives for each the libraries it is played with, as `resolve` lists them.
    """
    users: dict[Library, list[Key]] = {}
    for key, used in contents.items():
        for library in set(used):
            users.setdefault(library, []).append(key)
    return {
        change.library: tuple(users.get(change.library, ()))
        for change in proposal.changes
        if change.kind is Kind.PATCH
    }


def reaches_of(script: bytes) -> set[str]:
    """What a script mentions that lies outside its content."""
    return {what for what, pattern in _REACHES.items() if pattern.search(script)}


def _change(
    packaged: PackagedLibrary,
    installed: Mapping[Library, PackagedLibrary],
    reaches: tuple[str, ...],
) -> Change:
    release = packaged.release
    kind, before = _compared(packaged, installed)
    now = {file.name: file.sha256 for file in packaged.files}
    then = {file.name: file.sha256 for file in before.files} if before else {}
    return Change(
        kind=kind,
        library=release.library,
        version=release.version,
        before=before.release.version if before else "",
        digest=packaged.digest,
        title=release.title,
        author=release.author,
        license=release.license,
        size=packaged.size,
        added=tuple(name for name in now if name not in then),
        removed=tuple(name for name in then if name not in now),
        changed=tuple(name for name in now if then.get(name, now[name]) != now[name]),
        reaches=reaches,
    )


def _compared(
    packaged: PackagedLibrary, installed: Mapping[Library, PackagedLibrary]
) -> tuple[Kind, PackagedLibrary | None]:
    library = packaged.release.library
    same_minor = installed.get(library)
    if same_minor is None:
        others = [other for other in installed if other.machine_name == library.machine_name]
        return (Kind.MINOR, installed[max(others)]) if others else (Kind.NEW, None)
    if packaged.release.patch != same_minor.release.patch:
        higher = packaged.release.patch > same_minor.release.patch
        return (Kind.PATCH if higher else Kind.DOWNGRADE), same_minor
    return (Kind.SAME if packaged.digest == same_minor.digest else Kind.CONFLICT), same_minor


def _refusal(change: Change) -> Problem:
    message = (
        f"is not installed: {change.before} is there, and is never replaced by an older one"
        if change.kind is Kind.DOWNGRADE
        else f"is not installed: {change.version} is there with other files"
    )
    return Problem(change.kind.value, str(change.library), message)
