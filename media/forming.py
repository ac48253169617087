"""Forms made of a library's semantics: what is shown, what is read back, what a button does.

The name of an entry is its path in the content: `responses.0.text`. Only the semantics decide
which names are read; what is read is filtered again before it is kept or played.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from django.http import QueryDict

from h5p import markup
from h5p.filtering import SemanticsOf
from h5p.libraries import library_named
from h5p.semantics import Boolean, Field, File, Group, ListOf, Number, Select, SubLibrary, Text

DEPTH, ITEMS = 12, 200
LONG = 160  # characters; a text that may be longer is given several lines


@dataclass(frozen=True)
class Entry:
    """A field of a content in a form; `kind` names the template's way of showing it."""

    described: Field
    name: str
    kind: str
    value: Any = None
    children: list[Entry] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.described.label or self.described.name

    @property
    def is_folded(self) -> bool:
        """Words of the screen and finer settings are out of the way."""
        return self.described.common or self.described.importance == "low"

    @property
    def may_grow(self) -> bool:
        return isinstance(self.described, ListOf) and len(self.children) < min(
            self.described.max, ITEMS
        )

    @property
    def may_shrink(self) -> bool:
        return isinstance(self.described, ListOf) and len(self.children) > self.described.min

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """Value, label, and whether it is chosen."""
        if isinstance(self.described, SubLibrary):
            return [(str(option), str(option), False) for option in self.described.options]
        if not isinstance(self.described, Select):
            return []
        chosen = self.value if isinstance(self.value, list) else [self.value]
        told = {str(value) for value in chosen}
        return [(str(o.value), o.label, str(o.value) in told) for o in self.described.options]

    @property
    def kept(self) -> str:
        """A value the form cannot change, to be sent back as it is."""
        return json.dumps(self.value, ensure_ascii=False)

    @property
    def kept_metadata(self) -> str:
        """Title and licence of a part, which the form does not change either."""
        return json.dumps(self.value.get("metadata"), ensure_ascii=False)

    def walk(self) -> Iterator[Entry]:
        yield self
        for child in self.children:
            yield from child.walk()


# --- Showing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """A library's content as a form."""

    fields: Iterable[Field]
    semantics_of: SemanticsOf

    def entries(self, params: Any) -> list[Entry]:
        return self._entries(self.fields, params, "", 0)

    def _entries(self, fields: Iterable[Field], params: Any, name: str, depth: int) -> list[Entry]:
        held = params if isinstance(params, dict) else {}
        before = f"{name}." if name else ""
        # What a content does not say is shown as the library's own word for it.
        return [
            self._entry(f, held[f.name] if f.name in held else blank(f), f"{before}{f.name}", depth)
            for f in fields
        ]

    def _entry(self, described: Field, value: Any, name: str, depth: int) -> Entry:
        if depth > DEPTH:
            return Entry(described, name, "kept", value)
        if isinstance(described, Group):
            if described.is_flat:
                return self._entry(described.fields[0], value, name, depth + 1)
            inner = self._entries(described.fields, value, name, depth + 1)
            return Entry(described, name, "group", value, inner)
        if isinstance(described, ListOf):
            items = value if isinstance(value, list) else []
            return Entry(
                described,
                name,
                "list",
                items,
                [
                    self._entry(described.item, item, f"{name}.{at}", depth + 1)
                    for at, item in enumerate(items)
                ],
            )
        if isinstance(described, SubLibrary):
            return self._sub_content(described, value, name, depth)
        if isinstance(described, Text) and isinstance(value, str) and described.tags is None:
            value = markup.unescaped(value)
        return Entry(described, name, _kind_of(described), value)

    def _sub_content(self, described: SubLibrary, value: Any, name: str, depth: int) -> Entry:
        library = library_named(value.get("library")) if isinstance(value, dict) else None
        fields = self.semantics_of(library) if library else None
        if fields is None:
            return Entry(described, name, "choice", value)
        inner = self._entries(fields, value.get("params"), f"{name}.params", depth + 1)
        return Entry(described, name, "library", value, inner)

    # --- Reading back ---------------------------------------------------------------------------

    def read(self, posted: QueryDict) -> dict[str, Any]:
        return self._read(self.fields, posted, "", 0)

    def _read(
        self, fields: Iterable[Field], posted: QueryDict, name: str, depth: int
    ) -> dict[str, Any]:
        before = f"{name}." if name else ""
        found = {f.name: self._value(f, posted, f"{before}{f.name}", depth) for f in fields}
        return {name: value for name, value in found.items() if value is not None}

    def _value(self, described: Field, posted: QueryDict, name: str, depth: int) -> Any:
        if depth > DEPTH or isinstance(described, File):
            return None if f"{name}.-" in posted else _kept(posted.get(name))
        if isinstance(described, Group):
            if described.is_flat:
                return self._value(described.fields[0], posted, name, depth + 1)
            return self._read(described.fields, posted, name, depth + 1) | _identity(posted, name)
        if isinstance(described, ListOf):
            count = whole(posted.get(f"{name}.#"), min(described.max, ITEMS))
            items = (
                self._value(described.item, posted, f"{name}.{at}", depth + 1)
                for at in range(count)
            )
            return [item for item in items if item is not None]
        if isinstance(described, SubLibrary):
            return self._sub_value(described, posted, name, depth)
        return _plain_value(described, posted, name)

    def _sub_value(self, described: SubLibrary, posted: QueryDict, name: str, depth: int) -> Any:
        library = library_named(posted.get(f"{name}.library"))
        fields = self.semantics_of(library) if library in described.allowed else None
        if library is None or fields is None:
            return None
        # One that was only just chosen has shown no fields yet.
        params = (
            self._read(fields, posted, f"{name}.params", depth + 1)
            if f"{name}.shown" in posted
            else _blanks(fields)
        )
        value = {"library": str(library), "params": params} | _identity(posted, name)
        metadata = _kept(posted.get(f"{name}.metadata"))
        return value | ({"metadata": metadata} if metadata else {})

    # --- What a button does ---------------------------------------------------------------------

    def act(self, params: dict[str, Any], told: str) -> dict[str, Any]:
        """`add responses`, `remove responses 2`, `up responses 2`, `down responses 2`."""
        deed, _space, rest = told.partition(" ")
        name, _space, at = rest.partition(" ")
        entries = (entry for top in self.entries(params) for entry in top.walk())
        entry = next((e for e in entries if e.name == name and e.kind == "list"), None)
        if entry is None or not isinstance(entry.described, ListOf):
            return params
        # An empty list is not in the content: it is put there first.
        items = _put(params, name, list(entry.value))
        place = whole(at, len(items), otherwise=len(items))
        if deed == "add" and entry.may_grow:
            items.append(blank(entry.described.item))
        elif deed == "remove" and entry.may_shrink and place < len(items):
            del items[place]
        elif deed == "up" and 0 < place < len(items):
            items[place - 1], items[place] = items[place], items[place - 1]
        elif deed == "down" and place + 1 < len(items):
            items[place], items[place + 1] = items[place + 1], items[place]
        return params


def _put(params: Any, name: str, items: list[Any]) -> list[Any]:
    *above, last = name.split(".")
    here = params
    for part in above:
        here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
    here[int(last) if isinstance(here, list) else last] = items
    return items


def _kind_of(described: Field) -> str:
    if isinstance(described, Text):
        if described.tags is not None:
            return "html"
        return "area" if described.widget == "textarea" or _is_long(described) else "text"
    kinds = {Number: "number", Boolean: "boolean", File: "file"}
    if isinstance(described, Select):
        return "choices" if described.multiple else "select"
    return kinds.get(type(described), "nothing")


def _is_long(described: Text) -> bool:
    return LONG < described.max_length <= 10_000


@singledispatch
def blank(described: Field) -> Any:
    """What a new item begins as."""
    return described.default


@blank.register
def _(described: Text) -> Any:
    return described.default if isinstance(described.default, str) else ""


@blank.register
def _(described: Select) -> Any:
    return [] if described.multiple else described.fallback


@blank.register
def _(described: Group) -> Any:
    if described.is_flat:
        return blank(described.fields[0])
    return _blanks(described.fields)


@blank.register
def _(described: ListOf) -> Any:
    return [blank(described.item) for _item in range(min(described.min, ITEMS))]


def _blanks(fields: Iterable[Field]) -> dict[str, Any]:
    return {f.name: value for f in fields if (value := blank(f)) is not None}


def _plain_value(described: Field, posted: QueryDict, name: str) -> Any:
    if isinstance(described, Boolean):
        return name in posted
    if isinstance(described, Select) and described.multiple:
        return posted.getlist(name)
    told = posted.get(name)
    if told is None or (not told.strip() and described.optional):
        return None
    return told.replace("\r\n", "\n")


def _identity(posted: QueryDict, name: str) -> dict[str, str]:
    told = posted.get(f"{name}.subContentId")
    return {"subContentId": told} if told else {}


def _kept(told: str | None) -> Any:
    try:
        return json.loads(told or "null")
    except (ValueError, RecursionError):
        return None


def whole(told: str | None, most: int, *, otherwise: int = 0) -> int:
    """A number a browser sent, `most` at most; Python itself refuses to read endless ones."""
    if not told or not told.isascii() or not told.isdecimal():
        return otherwise
    return min(int(told), most) if len(told) <= 9 else most
