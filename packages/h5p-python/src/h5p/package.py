"""A package as a whole: a safe archive, a sound manifest, content, and libraries to play it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from h5p import libraries, manifest, semantics
from h5p.archive import Archive, Limits, Member
from h5p.files import START, is_foreign
from h5p.filtering import Filtered, filter_content
from h5p.libraries import Library, Release, read_release
from h5p.manifest import Manifest, read_manifest
from h5p.names import CONTENT_TYPES, LEFT_OUT_TYPES, LIBRARY_TYPES, extension
from h5p.parsing import Parser
from h5p.problems import InvalidPackage, Problem
from h5p.resolving import resolve
from h5p.semantics import Field, parse_semantics

CONTENT = "content/content.json"
LIMITS = Limits()


@dataclass(frozen=True)
class PackagedLibrary:
    """A library as it lies in a package or a store: its release and files."""

    release: Release
    files: tuple[Member, ...]  # names are paths in its folder, in order
    semantics: tuple[Field, ...] | None = field(repr=False)  # None: it has no content of its own

    @property
    def digest(self) -> str:
        """SHA-256 over the names and digests of its files: equal when all bytes are."""
        lines = (f"{file.sha256}  {file.name}\n" for file in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Package:
    """What a sound .h5p file holds. Nothing of it is on a disk but the file itself."""

    path: Path
    manifest: Manifest
    content: Any = field(repr=False)  # the value of content/content.json, unfiltered
    libraries: dict[Library, PackagedLibrary] = field(repr=False, hash=False)
    folders: dict[Library, str] = field(repr=False, hash=False)  # where in the archive they lie
    members: tuple[Member, ...] = field(repr=False)  # what belongs to the package
    ignored: tuple[Member, ...] = field(repr=False)  # what lies beside it and is never unpacked
    missing: tuple[Library, ...]  # needed to play it and not in it

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members)

    @property
    def content_files(self) -> tuple[Member, ...]:
        """Files of the content besides content.json; names are paths below content/."""
        prefix = "content/"
        return tuple(
            Member(member.name.removeprefix(prefix), member.size, member.sha256)
            for member in self.members
            if member.name.startswith(prefix) and member.name != CONTENT
        )

    @property
    def missing_in_editor(self) -> tuple[Library, ...]:
        """Needed only to edit it, and not in it."""
        releases = [one.release for one in self.libraries.values()]
        wanted = (needed for release in releases for needed in release.editor_dependencies)
        return tuple(dict.fromkeys(needed for needed in wanted if needed not in self.libraries))

    def filtered(self) -> Filtered:
        """Its content, as the semantics of its own libraries keep it."""
        files = {file.name for file in self.content_files}
        main = self.manifest.main_library
        return filter_content(self.content, main, self.semantics_of, files)

    def refuse_gaps(self) -> None:
        """Raises InvalidPackage when it cannot be played by its own libraries alone."""
        if self.missing:
            message = "is needed and not in the package"
            raise InvalidPackage(
                [Problem("missing-library", str(library), message) for library in self.missing]
            )

    def release_of(self, library: Library) -> Release | None:
        found = self.libraries.get(library)
        return found.release if found else None

    def semantics_of(self, library: Library) -> tuple[Field, ...] | None:
        """For `filter_content`, by the package's own libraries."""
        found = self.libraries.get(library)
        return found.semantics if found else None


def read_package(path: str | PathLike[str], limits: Limits = LIMITS) -> Package:
    """Reads and judges a package, every byte of it; nothing is written anywhere.

    Raises InvalidPackage when it is refused, OSError when there is no such file.
    """
    with Archive(path, limits) as archive:
        return _Reading(archive, limits, Path(path)).package()


class _Reading:
    def __init__(self, archive: Archive, limits: Limits, path: Path) -> None:
        self.archive = archive
        self.limits = limits
        self.path = path
        self.parser = Parser(limits)
        self.problems: list[Problem] = []
        self.kept = [member for member in archive.members if _belongs(member.name)]
        self.names = {member.name for member in self.kept}
        self.releases: dict[str, Release] = {}  # by folder
        self.semantics: dict[str, tuple[Field, ...]] = {}

    def package(self) -> Package:
        missing = [name for name in (manifest.FILE, CONTENT) if name not in self.archive]
        if missing:
            raise InvalidPackage([Problem("missing", name, "is missing") for name in missing])
        found = content = None
        with self._noting():
            found = read_manifest(self._json(manifest.FILE))
        with self._noting():
            content = self._json(CONTENT)
            if not isinstance(content, dict | list):
                raise InvalidPackage([Problem("json", CONTENT, "is not a JSON object")])
        self._read_libraries()
        self._judge_types()
        if self.problems or found is None:
            raise InvalidPackage(self.problems)
        members = self._digested()
        packaged = self._packaged(members)
        releases = {library: one.release for library, one in packaged.items()}
        resolve(releases, releases.get)  # even where nothing needs them: no circles
        resolved = resolve(found.dependencies, releases.get)
        main = packaged.get(found.main_library)
        if main and not main.release.runnable:
            problem = Problem("main-library", "mainLibrary", "is not one that runs by itself")
            raise InvalidPackage([problem])
        kept = {member.name for member in members}
        return Package(
            path=self.path,
            manifest=found,
            content=content,
            libraries=packaged,
            folders={release.library: folder for folder, release in self.releases.items()},
            members=tuple(members),
            ignored=tuple(m for m in self.archive.members if m.name not in kept),
            missing=resolved.missing,
        )

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """All that is wrong with a package is told at once."""
        try:
            yield
        except InvalidPackage as refusal:
            self.problems.extend(refusal.problems)

    def _json(self, name: str) -> Any:
        limit = min(self.limits.json_bytes, self.parser.room)
        return self.parser.parse(self.archive.read(name, limit), name)

    def _read_libraries(self) -> None:
        folders = dict.fromkeys(m.name.split("/")[0] for m in self.kept if "/" in m.name)
        for folder in folders:
            if folder != "content":
                with self._noting():
                    self._read_library(folder)
        counts = Counter(release.library for release in self.releases.values())
        for library in (library for library, count in counts.items() if count > 1):
            self.problems.append(Problem("library-twice", library.folder, "is there twice"))

    def _read_library(self, folder: str) -> None:
        place = f"{folder}/{libraries.FILE}"
        if place not in self.archive:
            raise InvalidPackage([Problem("missing", place, "is missing")])
        release = read_release(self._json(place), place)
        library = release.library
        if folder not in (
            library.machine_name,
            library.folder,
            f"{library.folder}.{release.patch}",
        ):
            raise InvalidPackage(
                [Problem("library", place, f"describes {library}, not its folder")]
            )
        absent = [p for p in (*release.js, *release.css) if f"{folder}/{p}" not in self.names]
        if absent:
            lacking = [Problem("missing", f"{folder}/{path}", "is missing") for path in absent]
            raise InvalidPackage(lacking)
        self.releases[folder] = release
        described = f"{folder}/{semantics.FILE}"
        if described in self.archive:
            self.semantics[folder] = parse_semantics(self._json(described), described)

    def _judge_types(self) -> None:
        left = []
        for member in self.kept:
            folder, kind = member.name.split("/")[0], extension(member.name)
            allowed = CONTENT_TYPES if folder == "content" else LIBRARY_TYPES
            if folder not in ("content", manifest.FILE) and kind in LEFT_OUT_TYPES:
                continue
            if kind not in allowed:
                problem = Problem(
                    "file-type", member.name, "is of a type that packages may not hold"
                )
                self.problems.append(problem)
            left.append(member)
        self.kept = left

    def _digested(self) -> list[Member]:
        digested = []
        for member in self.kept:
            with self._noting():
                digested.append(self._digest(member))
        if self.problems:
            raise InvalidPackage(self.problems)
        return digested

    def _digest(self, member: Member) -> Member:
        digest, start = hashlib.sha256(), b""
        for piece in self.archive.stream(member.name):
            start = start or piece.lstrip()[:START]
            digest.update(piece)
        if is_foreign(member.name, start):
            problem = Problem("file-type", member.name, "is not what its name says")
            raise InvalidPackage([problem])
        return Member(member.name, member.size, digest.hexdigest())

    def _packaged(self, members: Iterable[Member]) -> dict[Library, PackagedLibrary]:
        files: dict[str, list[Member]] = {folder: [] for folder in self.releases}
        for member in members:
            folder, _, path = member.name.partition("/")
            if folder in files:
                files[folder].append(Member(path, member.size, member.sha256))
        return {
            release.library: PackagedLibrary(
                release,
                tuple(sorted(files[folder], key=lambda file: file.name)),
                self.semantics.get(folder),
            )
            for folder, release in self.releases.items()
        }


def _belongs(name: str) -> bool:
    """h5p.json, and everything in folders, except where a part of the path is hidden."""
    parts = name.split("/")
    if any(part.startswith((".", "_")) for part in parts):
        return False
    return len(parts) > 1 or name == manifest.FILE
