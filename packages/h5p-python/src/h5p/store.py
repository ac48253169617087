"""Where libraries and the files of contents are kept: one folder, each file once."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from h5p import libraries, semantics
from h5p.archive import Archive, Limits, Member
from h5p.filtering import Filtered, filter_content
from h5p.libraries import Library, Release, read_release
from h5p.manifest import Manifest
from h5p.package import LIMITS, Package, PackagedLibrary
from h5p.problems import InvalidPackage, Problem
from h5p.proposing import Change, Proposal, propose, reaches_of
from h5p.resolving import Resolved, resolve
from h5p.semantics import Field, parse_semantics

_SCRIPT_BYTES = 4 * 1024 * 1024  # looked through; longer ones are told as such


@dataclass(frozen=True)
class Content:
    """A content whose files are in the store. The record of it is the caller's to keep."""

    manifest: Manifest
    filtered: Filtered  # with the original
    files: tuple[Member, ...]  # besides content.json; names are paths below content/
    libraries: tuple[Library, ...]  # all it is played with, in order: for `affected`


class Store:
    """A folder of libraries and files, shared by any number of processes.

    `blobs/ab/cdef…` holds each file under its SHA-256; `index.json` names the installed
    versions and their files. The index is replaced whole, by one rename, once all its files are
    there: an installation is there or it is not. What is being received lies in `quarantine/`.
    Only digests and fixed words become names on the disk; no name from a package does.
    """

    def __init__(self, folder: str | os.PathLike[str], limits: Limits = LIMITS) -> None:
        self.folder = Path(folder)
        self.limits = limits
        for name in ("blobs", "quarantine"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._seen = (0, 0, 0)
        self._highest: dict[Library, PackagedLibrary] = {}

    # What is there

    @property
    def libraries(self) -> dict[Library, PackagedLibrary]:
        """The installed libraries, each major.minor at its highest patch."""
        try:
            now = (self.folder / "index.json").stat()
        except FileNotFoundError:
            return {}
        seen = (now.st_ino, now.st_mtime_ns, now.st_size)  # a new index is another file
        if seen != self._seen:
            listed = (self._packaged(item) for item in self._index())
            by_patch = sorted(listed, key=lambda one: one.release.patch)
            self._highest = {one.release.library: one for one in by_patch}
            self._seen = seen
        return dict(self._highest)

    def release_of(self, library: Library) -> Release | None:
        found = self.libraries.get(library)
        return found.release if found else None

    def semantics_of(self, library: Library) -> tuple[Field, ...] | None:
        found = self.libraries.get(library)
        return found.semantics if found else None

    def resolve(self, wanted: Iterable[Library], *, for_editing: bool = False) -> Resolved:
        """See `h5p.resolve`: what is wanted, with all it needs, in the order of loading."""
        installed = {library: one.release for library, one in self.libraries.items()}
        return resolve(wanted, installed.get, for_editing=for_editing)

    def file_of(self, library: Library, path: str) -> Path:
        """Where a file of an installed library lies. Raises KeyError when there is none."""
        for file in self.libraries[library].files:
            if file.name == path:
                return self.blob(file.sha256)
        raise KeyError(path)

    def blob(self, sha256: str) -> Path:
        """Where the file of this digest lies. Raises KeyError for what is no digest."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise KeyError(sha256)
        return self.folder / "blobs" / sha256[:2] / sha256[2:]

    # What changes it

    def propose(self, package: Package) -> Proposal:
        """What installing the package's libraries would do; changes nothing."""
        installed = self.libraries
        fresh = [
            library
            for library, one in package.libraries.items()
            if library not in installed or installed[library].digest != one.digest
        ]
        return propose(package, installed, self._reaches(package, fresh))

    def install(
        self, package: Package, proposal: Proposal, only: Collection[Library] | None = None
    ) -> tuple[Change, ...]:
        """Installs what the proposal shows and somebody approved: all of it, or `only` these.

        Raises InvalidPackage, with nothing installed, when the store or the package is no
        longer what was shown, or when a library would lack one that it needs.
        """
        chosen = [c for c in proposal.to_approve if only is None or c.library in only]
        with self._locked():
            if self.propose(package) != proposal:
                raise _refusal("changed-since", "something has changed since this was shown")
            packaged = [package.libraries[change.library] for change in chosen]
            together = self.libraries | {one.release.library: one for one in packaged}
            wanted = [one.release.library for one in packaged]
            if only is None:  # the content shall play, too
                wanted += package.manifest.dependencies
            self._refuse_gaps(wanted, together)
            names = {
                f"{package.folders[one.release.library]}/{file.name}": file.sha256
                for one in packaged
                for file in one.files
            }
            self._receive(package, names)
            self._write_index(packaged)
        return tuple(chosen)

    def add_content(self, package: Package) -> Content:
        """Takes in the content of a package, and none of its libraries.

        Raises InvalidPackage when a library that it needs is not installed.
        """
        installed = self.libraries
        self._refuse_gaps(package.manifest.dependencies, installed)
        wanted = [*package.manifest.dependencies]
        names = {f"content/{file.name}": file.sha256 for file in package.content_files}
        filtered = filter_content(
            package.content,
            package.manifest.main_library,
            lambda library: installed[library].semantics if library in installed else None,
            {file.name for file in package.content_files},
        )
        wanted += [library for library in filtered.libraries if library not in wanted]
        self._refuse_gaps(wanted, installed)
        with self._locked():
            self._receive(package, names)
        used = self.resolve(wanted).releases
        return Content(
            package.manifest, filtered, package.content_files, tuple(r.library for r in used)
        )

    # How

    def _refuse_gaps(
        self, wanted: Iterable[Library], there: dict[Library, PackagedLibrary]
    ) -> None:
        releases = {library: one.release for library, one in there.items()}
        missing = resolve(wanted, releases.get).missing
        if missing:
            raise InvalidPackage(
                [Problem("missing-library", str(m), "is needed and not installed") for m in missing]
            )

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time; readers never wait."""
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _receive(self, package: Package, names: dict[str, str]) -> None:
        """Streams files of the package into quarantine; moves them when all are as expected."""
        quarantine = Path(tempfile.mkdtemp(dir=self.folder / "quarantine"))
        try:
            with Archive(package.path, self.limits) as archive:
                for name, sha256 in names.items():
                    if not self.blob(sha256).exists() and not (quarantine / sha256).exists():
                        self._receive_file(archive, name, sha256, quarantine / sha256)
            for received in sorted(quarantine.iterdir()):
                blob = self.blob(received.name)
                blob.parent.mkdir(exist_ok=True)
                received.replace(blob)
        except FileNotFoundError as error:
            raise _refusal("changed-since", "the package is no longer there") from error
        finally:
            shutil.rmtree(quarantine, ignore_errors=True)

    def _receive_file(self, archive: Archive, name: str, sha256: str, target: Path) -> None:
        digest = hashlib.sha256()
        if name not in archive:
            raise _refusal("changed-since", "the package has changed since it was read", name)
        with target.open("xb") as file:
            for piece in archive.stream(name):
                digest.update(piece)
                file.write(piece)
            _to_disk(file)
        if digest.hexdigest() != sha256:
            raise _refusal("changed-since", "the package has changed since it was read", name)

    def _write_index(self, packaged: Iterable[PackagedLibrary]) -> None:
        listed = self._index() + [_listed(one) for one in packaged]
        listed.sort(key=lambda item: (item["library"], item["digest"]))
        fresh = self.folder / "quarantine" / "index.json"  # under the lock: nobody else's
        with fresh.open("wb") as file:
            file.write(json.dumps({"libraries": listed}, indent=1).encode())
            _to_disk(file)
        fresh.replace(self.folder / "index.json")

    def _index(self) -> list[dict[str, Any]]:
        index = self.folder / "index.json"
        listed: list[dict[str, Any]] = []
        if index.exists():
            listed = json.loads(index.read_bytes())["libraries"]
        return listed

    def _packaged(self, item: dict[str, Any]) -> PackagedLibrary:
        files = tuple(Member(*file) for file in item["files"])
        digests = {file.name: file.sha256 for file in files}
        release = read_release(self._json(digests[libraries.FILE]))
        described = digests.get(semantics.FILE)
        return PackagedLibrary(
            release, files, parse_semantics(self._json(described)) if described else None
        )

    def _json(self, sha256: str) -> Any:
        return json.loads(self.blob(sha256).read_bytes())

    def _reaches(self, package: Package, of: Iterable[Library]) -> dict[Library, tuple[str, ...]]:
        found = {}
        with Archive(package.path, self.limits) as archive:
            for library in of:
                said: set[str] = set()
                for path in package.libraries[library].release.js:
                    name = f"{package.folders[library]}/{path}"
                    said |= reaches_of(b"".join(archive.stream(name))[:_SCRIPT_BYTES])
                found[library] = tuple(sorted(said))
        return found


def _listed(one: PackagedLibrary) -> dict[str, Any]:
    """One library in the index."""
    return {
        "library": str(one.release),
        "digest": one.digest,
        "files": [[file.name, file.size, file.sha256] for file in one.files],
    }


def _to_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _refusal(code: str, message: str, place: str = "") -> InvalidPackage:
    return InvalidPackage([Problem(code, place, message)])
