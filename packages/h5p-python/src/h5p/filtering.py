"""A content against the semantics of its libraries: only what they describe is kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import Any, Final

from h5p import markup
from h5p.libraries import Library, library_named
from h5p.metadata import FILE_FIELDS, METADATA
from h5p.names import CONTENT_TYPES, extension, normal, problem_of_name
from h5p.patterns import PatternClock
from h5p.problems import Problem
from h5p.semantics import (
    Boolean,
    Field,
    File,
    Group,
    ListOf,
    Number,
    Select,
    SubLibrary,
    Text,
    number,
)

NOTES = 200  # told at most
VALUES = 100_000  # of a content; real ones have a tenth of that
DEPTH = 60  # of fields in fields, through all libraries: leaves the stack room
MARKUP_WORK = 100_000_000  # as `markup.work` counts it, for one content
_UUID_LENGTH = 36

SemanticsOf = Callable[[Library], Iterable[Field] | None]


class _Absent:
    """No value at all, where null would be one."""


ABSENT: Final = _Absent()


@dataclass(frozen=True)
class Filtered:
    """A content as it came, what of it is played, and in plain words what was taken away."""

    original: Any
    value: dict[str, Any]
    notes: tuple[Problem, ...]
    libraries: tuple[Library, ...]  # those whose content it has, the main one first
    files: frozenset[str]  # the paths it uses, below content/


def filter_content(
    content: Any,
    library: Library,
    semantics_of: SemanticsOf,
    files: Container[str] | None = None,
) -> Filtered:
    """The content of a library, filtered; never an error, whatever JSON value it is.

    `semantics_of` gives the fields of a library, None for one that is not there, whose content
    is dropped. `files` holds the paths below content/ that there are; None: any plain path goes.
    Filtering what is filtered changes nothing.
    """
    walk = _Walk(semantics_of, files)
    value = walk.of_library(library, content, "")
    return Filtered(content, value, walk.told(), tuple(walk.libraries), frozenset(walk.used))


def filter_metadata(metadata: Any) -> Filtered:
    """Title, license, authors …, of a package or of a part of its content."""
    walk = _Walk(lambda library: None, ())
    value = walk.fields(METADATA, metadata, "metadata")
    return Filtered(metadata, value, walk.told(), (), frozenset())


@dataclass
class _Walk:
    semantics_of: SemanticsOf
    available: Container[str] | None
    notes: list[Problem] = field(default_factory=list)
    unsaid: int = 0
    libraries: dict[Library, None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    clock: PatternClock = field(default_factory=PatternClock)
    markup_left: float = MARKUP_WORK
    depth: int = 0
    visited: int = 0

    def note(self, code: str, place: str, message: str) -> None:
        if len(self.notes) < NOTES:
            self.notes.append(Problem(code, place, message))
        else:
            self.unsaid += 1

    def told(self) -> tuple[Problem, ...]:
        if self.unsaid:
            return (*self.notes, Problem("and-more", "", f"and {self.unsaid:,} more changes"))
        return tuple(self.notes)

    def of_library(self, library: Library, params: Any, place: str) -> dict[str, Any]:
        fields = self.semantics_of(library)
        if fields is None:
            self.note(
                "no-semantics",
                place,
                f"is dropped: {library} is not there, or describes no content",
            )
            return {}
        self.libraries.setdefault(library)
        return self.fields(fields, params, place)

    def fields(self, fields: Iterable[Field], content: Any, place: str) -> dict[str, Any]:
        if not isinstance(content, dict):
            if content not in (None, [], ""):  # PHP writes an empty object as a list
                self.note("not-an-object", place, "is dropped: it is no object")
            return {}
        kept = {}
        known = {described.name: described for described in fields}
        for name, value in content.items():
            inside = f"{place}.{name}" if place else name
            if name not in known:
                self.note(
                    "not-described", inside[:200], "is dropped: the library has no such field"
                )
                continue
            found = self.of(known[name], value, inside)
            if found is not ABSENT:
                kept[name] = found
        return kept

    def of(self, described: Field, value: Any, place: str) -> Any:
        """The value of one field, or ABSENT."""
        if self.depth == DEPTH:
            self.note("too-deep", place, f"is dropped: it is nested deeper than {DEPTH}")
            return ABSENT
        self.visited += 1
        if self.visited > VALUES:
            self.note("too-many", place, f"is dropped: the content has over {VALUES:,} values")
            return ABSENT
        self.depth += 1
        try:
            return self._of(described, value, place)
        finally:
            self.depth -= 1

    @singledispatchmethod
    def _of(self, described: Field, value: Any, place: str) -> Any:
        self.note("unknown-type", place, "is dropped: its type of field is not known")
        return ABSENT

    @_of.register
    def _(self, described: Text, value: Any, place: str) -> Any:
        if value is None:
            return ABSENT
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.note("not-a-text", place, "is dropped: it is no text")
            return ABSENT
        text = markup.without_controls(str(value))
        if described.tags is None and (cut := markup.cut(text, described.max_length)) != text:
            self.note("too-long", place, f"is cut to {described.max_length} characters")
            text = cut
        if text and described.pattern and not self._matches(described, text, place):
            return ABSENT if described.optional else ""
        if described.tags is None:
            return markup.plain(text)
        return self._cleaned(described, described.tags, text, place)

    def _matches(self, described: Text, text: str, place: str) -> bool:
        try:
            if self.clock.matches(
                markup.unescaped(text), described.pattern, described.pattern_flags
            ):
                return True
            self.note("pattern", place, "is dropped: it has not the form that the library asks")
        except TimeoutError:
            self.note("pattern-slow", place, "is dropped: the library's pattern takes too long")
        return False

    def _cleaned(self, described: Text, tags: frozenset[str], text: str, place: str) -> str:
        self.markup_left -= markup.work(text)
        if self.markup_left < 0:
            self.note("too-much-markup", place, "loses its markup: there is too much of it")
            return markup.without_tags(text)
        cleaned = markup.clean(text, tags, described.styles)
        if cleaned != text and (lost := markup.active_parts(text) - markup.active_parts(cleaned)):
            self.note("markup", place, f"loses {', '.join(sorted(lost))[:200]}")
        return cleaned

    @_of.register
    def _(self, described: Number, value: Any, place: str) -> Any:
        found = number(value)
        if found is None:
            if value not in (None, ""):  # how editors write a number that was left open
                self.note("not-a-number", place, "is dropped: it is no number")
            return ABSENT
        bounded = found if described.decimals is None else round(found, described.decimals)
        bounded = bounded if described.min is None else max(bounded, described.min)
        bounded = bounded if described.max is None else min(bounded, described.max)
        if bounded != found:
            self.note("out-of-bounds", place, f"is changed to {bounded:g}")
        return int(bounded) if bounded == int(bounded) else bounded

    @_of.register
    def _(self, described: Boolean, value: Any, place: str) -> Any:
        if isinstance(value, bool):
            return value
        if value is None:
            return ABSENT
        if not isinstance(value, str | int):
            self.note("not-a-boolean", place, "is taken as false: it is neither true nor false")
        return value in (1, "1", "true")

    @_of.register
    def _(self, described: Select, value: Any, place: str) -> Any:
        if not described.multiple:
            return self._one(described, value, place)
        if not isinstance(value, list):
            if value is not None:
                self.note("not-a-list", place, "is dropped: it is no list")
            return ABSENT
        chosen = (self._chosen(described, item, place) for item in value)
        return [item for item in chosen if item is not ABSENT]

    def _one(self, described: Select, value: Any, place: str) -> Any:
        """A choice that must be made falls back to the default, or the first there is."""
        chosen = self._chosen(described, value, place)
        if chosen is not ABSENT or value is None or described.optional:
            return chosen
        return ABSENT if described.fallback is None else described.fallback

    def _chosen(self, described: Select, value: Any, place: str) -> Any:
        if value is None:
            return ABSENT
        if not isinstance(value, str | int | float):
            self.note("not-an-option", place, "is no option of the library")
            return ABSENT
        if not described.options:
            return markup.plain(value) if isinstance(value, str) else value
        if str(value) in described.values:
            return described.values[str(value)]
        self.note("not-an-option", place, "is no option of the library")
        return ABSENT

    @_of.register
    def _(self, described: ListOf, value: Any, place: str) -> Any:
        items = _listed(value)
        if items is None:
            if value is not None:
                self.note("not-a-list", place, "is dropped: it is no list")
            return ABSENT
        if len(items) > described.max:
            self.note("too-many", place, f"is cut to {described.max} items")
        kept = (
            self.of(described.item, item, f"{place}[{at}]")
            for at, item in enumerate(items[: described.max])
        )
        return [item for item in kept if item is not ABSENT]

    @_of.register
    def _(self, described: Group, value: Any, place: str) -> Any:
        if value is None:
            return ABSENT
        if described.is_flat:
            return self.of(described.fields[0], value, place)
        if not described.sub_content or not isinstance(value, dict):
            return self.fields(described.fields, value, place)
        inner = {name: item for name, item in value.items() if name != "subContentId"}
        return self.fields(described.fields, inner, place) | self._identity(value, place)

    def _identity(self, value: Mapping[str, Any], place: str) -> dict[str, str]:
        if "subContentId" not in value:
            return {}
        if _is_uuid(value["subContentId"]):
            return {"subContentId": value["subContentId"]}
        self.note("sub-content-id", place, "loses its subContentId: it is no UUID")
        return {}

    @_of.register
    def _(self, described: SubLibrary, value: Any, place: str) -> Any:
        if value in (None, "", [], {}):
            return ABSENT
        library = library_named(value.get("library")) if isinstance(value, dict) else None
        if library is None or library not in described.allowed:
            self.note("not-an-option", place, f"is dropped: {library or 'it'} is not allowed here")
            return ABSENT
        if self.semantics_of(library) is None:
            self.note(
                "no-semantics",
                place,
                f"is dropped: {library} is not there, or describes no content",
            )
            return ABSENT
        kept: dict[str, Any] = {
            "library": str(library),
            "params": self.of_library(library, value.get("params"), f"{place}.params"),
        }
        if isinstance(value.get("metadata"), dict):
            kept["metadata"] = self.fields(METADATA, value["metadata"], f"{place}.metadata")
        return kept | self._identity(value, place)

    @_of.register
    def _(self, described: File, value: Any, place: str) -> Any:
        if value in (None, "", [], {}):
            return ABSENT
        if described.media in ("image", "file"):
            return self._file(value, place)
        items = _listed(value)
        if items is None:
            self.note("not-a-list", place, "is dropped: it is no list of files")
            return ABSENT
        kept = (self._file(item, f"{place}[{at}]") for at, item in enumerate(items))
        return [item for item in kept if item is not ABSENT] or ABSENT

    def _file(self, value: Any, place: str) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("path"), str):
            self.note("not-a-file", place, "is dropped: it names no file")
            return ABSENT
        path = self._path(value["path"], place)
        if path is None:
            return ABSENT
        rest = {name: item for name, item in value.items() if name in _FILE_NAMES}
        kept = {"path": path, **self.fields(FILE_FIELDS, rest, place)}
        if isinstance(value.get("originalImage"), dict):
            original = self._file(value["originalImage"], f"{place}.originalImage")
            kept |= {} if original is ABSENT else {"originalImage": original}
        return kept

    def _path(self, written: str, place: str) -> str | None:
        path = normal(written.removesuffix("#tmp"))
        if problem := problem_of_name(path):
            told = "lies elsewhere" if "://" in path else problem.message
            self.note("file-elsewhere", place, f"is dropped: its file {told}")
        elif extension(path) not in CONTENT_TYPES or path != markup.plain(path) or "%" in path:
            self.note("file-type", place, "is dropped: files of its type or name are not played")
        elif self.available is not None and path not in self.available:
            self.note("file-missing", place, "is dropped: its file is not there")
        else:
            self.used.add(path)
            return path
        return None


_FILE_NAMES = {described.name for described in FILE_FIELDS}


def _listed(value: Any) -> list[Any] | None:
    """A list; PHP writes one with gaps as an object with numbers for names."""
    if isinstance(value, dict) and value and all(map(_is_index, value)):
        return [value[name] for name in sorted(value, key=int)]
    return value if isinstance(value, list) else None


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 10


def _is_uuid(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != _UUID_LENGTH:
        return False
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False
