"""Opening a package that somebody has uploaded, and saying plainly why it is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.utils.functional import Promise, cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from h5p.archive import Archive, Limits, Member
from h5p.package import Package, read_package
from h5p.pictures import is_picture, without_metadata
from h5p.problems import InvalidPackage, Problem
from kit.errors import Refusal

LARGEST = 200 * 1024 * 1024
SHOWN = 8
# What the library says in codes, said to authors.
_WORDS: dict[str, str | Promise] = {
    "not-a-zip": gettext_lazy("the file is no package, or it was cut off on the way"),
    "missing": gettext_lazy("is missing"),
    "too-large": gettext_lazy("is too large"),
    "too-many-files": gettext_lazy("there are too many files"),
    "ratio": gettext_lazy("is packed suspiciously tightly"),
    "name-escapes": gettext_lazy("points outside the package"),
    "name-invalid": gettext_lazy("has a name that may not be used"),
    "name-twice": gettext_lazy("is there twice"),
    "library-twice": gettext_lazy("is there twice"),
    "encrypted": gettext_lazy("is encrypted"),
    "file-type": gettext_lazy("is of a type that packages may not hold"),
    "core-api": gettext_lazy("needs a newer player than ours"),
    "unreadable": gettext_lazy("is damaged"),
    "json": gettext_lazy("cannot be read"),
    "cycle": gettext_lazy("its libraries need each other in a circle"),
}
_OTHERWISE = gettext_lazy("is not as an H5P package must be")


class Unpacked:
    """A sound package, open: what it says, and the bytes of its files."""

    def __init__(self, package: Package, archive: Archive) -> None:
        self.package = package
        self._archive = archive

    def stream(self, entry: str) -> Iterator[bytes]:
        return self._archive.stream(entry)

    def stream_content(self, path: str) -> Iterator[bytes]:
        """A file of the content by its path below content/, its picture without metadata."""
        pieces = self.stream(f"content/{path}")
        return iter([without_metadata(b"".join(pieces))]) if is_picture(path) else pieces

    @cached_property
    def content_files(self) -> tuple[Member, ...]:
        """The content's files as they are kept."""
        return tuple(
            self._cleaned(file) if is_picture(file.name) else file
            for file in self.package.content_files
        )

    def _cleaned(self, file: Member) -> Member:
        content = b"".join(self.stream_content(file.name))
        return Member(file.name, len(content), hashlib.sha256(content).hexdigest())

    def json(self, entry: str) -> Any:
        return json.loads(b"".join(self.stream(entry)))

    @property
    def digest(self) -> str:
        """Of what the content says and shows; nobody who does not have it can guess it."""
        manifest = self.package.manifest
        said = [
            str(manifest.main_library),
            manifest.title,
            [str(library) for library in manifest.dependencies],
            dict(manifest.metadata),
            self.package.content,
            [(file.name, file.sha256) for file in self.content_files],
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@contextmanager
def unpacked(file: IO[bytes]) -> Iterator[Unpacked]:
    """Reads and judges it whole; nothing is written but a temporary copy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.h5p"
        with path.open("wb") as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy, 1024 * 1024)
        try:
            if path.stat().st_size > LARGEST:
                raise InvalidPackage([Problem("too-large", "", "")])
            package = read_package(path)
            with Archive(path, Limits()) as archive:
                yield Unpacked(package, archive)
        except InvalidPackage as invalid:
            raise Refusal(
                _("This package cannot be used, so nothing of it was kept."),
                gaps=told(invalid.problems),
                status=422,
            ) from invalid


def told(problems: tuple[Problem, ...]) -> list[str | Promise]:
    """What is wrong, in the reader's words; the first of very many."""
    return [
        format_lazy("{place}: {words}", place=problem.place, words=words)
        if problem.place
        else words
        for problem in problems[:SHOWN]
        for words in [_WORDS.get(problem.code, _OTHERWISE)]
    ]
