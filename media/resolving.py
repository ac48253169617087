"""Which versions of which libraries play a content now, and whether all of them may."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from h5p.filtering import Filtered, filter_content
from h5p.libraries import Library, Release
from h5p.parsing import Parser
from h5p.resolving import resolve
from h5p.semantics import FILE as SEMANTICS
from h5p.semantics import Field, parse_semantics
from h5p.translating import path_of, translated
from media.models import InteractiveRevision, LibraryVersion
from media.storing import library_folder, read

Versions = dict[Library, LibraryVersion]


@dataclass(frozen=True)
class Standing:
    """The versions a content would be played with, in the order of loading; those that keep it
    from being played: waiting for approval, or not there at all."""

    versions: list[LibraryVersion]
    waiting: list[LibraryVersion]
    missing: list[Library]

    @property
    def is_ready(self) -> bool:
        return not self.waiting and not self.missing


def serving() -> Versions:
    """The approved version of every major.minor: that with the highest patch."""
    return {version.library: version for version in LibraryVersion.objects.serving()}


def waiting() -> Versions:
    """The newest proposal of every major.minor."""
    proposed = LibraryVersion.objects.waiting().order_by("patch", "pk")
    return {version.library: version for version in proposed}


def standing_of(wanted: Iterable[Library], approved: Versions, proposed: Versions) -> Standing:
    found: Versions = {**proposed, **approved}

    def release_of(library: Library) -> Release | None:
        version = found.get(library)
        return version.release if version else None

    resolved = resolve(wanted, release_of)
    versions = [found[release.library] for release in resolved.releases]
    held_up = [version for version in versions if version.library not in approved]
    return Standing(versions, held_up, list(resolved.missing))


def standing(revision: InteractiveRevision) -> Standing:
    return standing_of(wanted_by(revision), serving(), waiting())


def held_up_by(revision: InteractiveRevision) -> list[str]:
    """The libraries that keep it from being played, by name."""
    here = standing(revision)
    return [*map(str, here.waiting), *map(str, here.missing)]


def wanted_by(revision: InteractiveRevision) -> list[Library]:
    return list(dict.fromkeys([*revision.needed, revision.library]))


def refilter(
    params: Any, main: Library, versions: Iterable[LibraryVersion], files: Container[str]
) -> Filtered:
    """What of a content these versions know."""
    known = {version.library: version for version in versions}

    def semantics_of(library: Library) -> tuple[Field, ...] | None:
        version = known.get(library)
        return (
            semantics(library_folder(version)) if version and SEMANTICS in version.files else None
        )

    return filter_content(params, main, semantics_of, files)


@lru_cache(maxsize=256)
def semantics(folder: str, words: str = "") -> tuple[Field, ...]:
    """`words`: the file of a language whose labels are laid over it."""
    # A folder is named by what is in it, so it may be remembered.
    told = Parser().parse(read(f"{folder}/{SEMANTICS}"), SEMANTICS)
    if words:
        told = translated(told, Parser().parse(read(f"{folder}/{words}"), words))
    return parse_semantics(told)


def semantics_in(version: LibraryVersion, language: str) -> tuple[Field, ...] | None:
    """With labels in the language where the library knows it; None where it describes nothing."""
    if SEMANTICS not in version.files:
        return None
    words = path_of(language)
    return semantics(library_folder(version), words if words in version.files else "")


def revisions_needing(library: Library) -> list[InteractiveRevision]:
    """Those that name it; a revision names everything it is played with."""
    name = str(library)
    # Looked through here: SQLite cannot ask what a JSON list holds.
    needing = [
        pk for pk, needs in InteractiveRevision.objects.values_list("pk", "needs") if name in needs
    ]
    rows = InteractiveRevision.objects.filter(pk__in=needing).select_related("content")
    return list(rows.order_by("content", "number"))
