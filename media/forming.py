"""Forms made of a library's semantics: what is shown, what is read back, what a button does.

The name of an entry is its path in the content: `responses.0.text`. Only the semantics decide
which names are read; what is read is filtered again before it is kept or played.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Any

from django.http import QueryDict

from h5p import markup
from h5p.files import MEDIA_TYPES, MIMES
from h5p.filtering import SemanticsOf
from h5p.libraries import library_named
from h5p.semantics import Boolean, Field, File, Group, ListOf, Number, Select, SubLibrary, Text
from media.crediting import credits_group
from media.putting_in import name_of
from media.showing import Place, Rule

DEPTH, ITEMS = 12, 200
LONG = 160  # characters; a text that may be longer is given several lines

# What a file field says of a file that came with the form: (its name, its kind) → value or None.
Bring = Callable[[str, str], dict[str, Any] | None]


@dataclass(frozen=True)
class Entry:
    """A field of a content in a form; `kind` names the template's way of showing it."""

    described: Field
    name: str
    kind: str
    value: Any = None
    children: list[Entry] = field(default_factory=list)
    rule: Rule | None = None
    address: str = ""  # of its file
    problem: str = ""

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
    def file(self) -> dict[str, Any] | None:
        """What is said of the file: of a film or a sound the first of its formats."""
        return file_in(self.value)

    @property
    def file_name(self) -> str:
        return name_of(self.file["path"]) if self.file else ""

    @property
    def media(self) -> str:
        return self.described.media if isinstance(self.described, File) else ""

    @property
    def kinds(self) -> str:
        return ", ".join(sorted(MEDIA_TYPES[self.media]))

    @property
    def accept(self) -> str:
        """As types, which a phone answers with its camera and its albums."""
        if self.media == "file":
            return ",".join(f".{kind}" for kind in sorted(MEDIA_TYPES["file"]))
        return ",".join(sorted({MIMES[kind] for kind in MEDIA_TYPES[self.media]}))

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
    address_of: Callable[[str], str] = lambda path: ""  # where the file of a path is shown

    def entries(self, params: Any, problems: Mapping[str, str] | None = None) -> list[Entry]:
        """`problems`: what is wrong with the file that was put into a field, by its name."""
        return _Showing(self, problems or {}).entries(self.fields, params, "", None)

    # --- Reading back ---------------------------------------------------------------------------

    def read(self, posted: QueryDict, bring: Bring = lambda name, media: None) -> dict[str, Any]:
        return _Reading(self, posted, bring).fields(self.fields, "", 0)

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


@dataclass(frozen=True)
class _Showing:
    form: Form
    problems: Mapping[str, str]

    def entries(
        self, fields: Iterable[Field], params: Any, name: str, above: Place | None, depth: int = 0
    ) -> list[Entry]:
        fields = tuple(fields)
        held = params if isinstance(params, dict) else {}
        # What a content does not say is shown as the library's own word for it.
        values = {f.name: held[f.name] if f.name in held else blank(f) for f in fields}
        here = Place(fields, values, f"{name}." if name else "", above)
        return [self._entry(f, values[f.name], here.name_of(f), here, depth) for f in fields]

    def _entry(self, described: Field, value: Any, name: str, here: Place, depth: int) -> Entry:
        entry = self._shown(described, value, name, here, depth)
        rule = here.rule_of(described)
        return replace(entry, rule=rule) if rule else entry

    def _shown(self, described: Field, value: Any, name: str, here: Place, depth: int) -> Entry:
        if depth > DEPTH:
            return Entry(described, name, "kept", value)
        if isinstance(described, Group):
            return self._group(described, value, name, here, depth)
        if isinstance(described, ListOf):
            return self._list(described, value, name, here, depth)
        if isinstance(described, SubLibrary):
            return self._sub_content(described, value, name, here, depth)
        if isinstance(described, File):
            return self._file(described, value, name)
        if isinstance(described, Text) and isinstance(value, str) and described.tags is None:
            value = markup.unescaped(value)
        return Entry(described, name, _kind_of(described), value)

    def _group(self, described: Group, value: Any, name: str, here: Place, depth: int) -> Entry:
        if described.is_flat:
            (only,) = described.fields
            return self._entry(only, value, name, Place.flat(only, value, name, here), depth + 1)
        inner = self.entries(described.fields, value, name, here, depth + 1)
        return Entry(described, name, "group", value, inner)

    def _list(self, described: ListOf, value: Any, name: str, here: Place, depth: int) -> Entry:
        items = value if isinstance(value, list) else []
        within = Place((), {}, f"{name}.", here)
        children = [
            self._entry(described.item, item, f"{name}.{at}", within, depth + 1)
            for at, item in enumerate(items)
        ]
        return Entry(described, name, "list", items, children)

    def _sub_content(
        self, described: SubLibrary, value: Any, name: str, here: Place, depth: int
    ) -> Entry:
        library = library_named(value.get("library")) if isinstance(value, dict) else None
        fields = self.form.semantics_of(library) if library else None
        if fields is None:
            return Entry(described, name, "choice", value)
        inner = self.entries(fields, value.get("params"), f"{name}.params", here, depth + 1)
        return Entry(described, name, "library", value, inner)

    def _file(self, described: File, value: Any, name: str) -> Entry:
        file, problem = file_in(value), self.problems.get(name, "")
        if file is None:
            return Entry(described, name, "file", value, problem=problem)
        credited = credits_group()
        said = self.entries(credited.fields, file.get("copyright"), f"{name}.copyright", None)
        credit = Entry(credited, f"{name}.copyright", "group", file.get("copyright"), said)
        address = self.form.address_of(file["path"])
        return Entry(described, name, "file", value, [credit], address=address, problem=problem)


@dataclass(frozen=True)
class _Reading:
    form: Form
    posted: QueryDict
    bring: Bring

    def fields(self, fields: Iterable[Field], name: str, depth: int) -> dict[str, Any]:
        before = f"{name}." if name else ""
        found = {f.name: self._value(f, f"{before}{f.name}", depth) for f in fields}
        return {name: value for name, value in found.items() if value is not None}

    def _value(self, described: Field, name: str, depth: int) -> Any:
        if depth > DEPTH:
            return _kept(self.posted.get(name))
        if isinstance(described, File):
            return self._file_value(described, name)
        if isinstance(described, Group):
            return self._group_value(described, name, depth)
        if isinstance(described, ListOf):
            count = whole(self.posted.get(f"{name}.#"), min(described.max, ITEMS))
            items = (self._value(described.item, f"{name}.{at}", depth + 1) for at in range(count))
            return [item for item in items if item is not None]
        if isinstance(described, SubLibrary):
            return self._sub_value(described, name, depth)
        return _plain_value(described, self.posted, name)

    def _group_value(self, described: Group, name: str, depth: int) -> Any:
        if described.is_flat:
            return self._value(described.fields[0], name, depth + 1)
        return self.fields(described.fields, name, depth + 1) | _identity(self.posted, name)

    def _file_value(self, described: File, name: str) -> Any:
        brought = self.bring(name, described.media)
        if brought is None and f"{name}.-" in self.posted:
            return None
        value = brought or _kept(self.posted.get(name))
        file = file_in(value)
        credited = credits_group()
        if file is not None and f"{name}.copyright.{credited.fields[0].name}" in self.posted:
            file.pop("copyright", None)
            said = self.fields(credited.fields, f"{name}.copyright", 0)
            file |= {"copyright": said} if said else {}
        # A film or a sound is a list of its formats.
        return [brought] if brought and described.media in ("audio", "video") else value

    def _sub_value(self, described: SubLibrary, name: str, depth: int) -> Any:
        library = library_named(self.posted.get(f"{name}.library"))
        fields = self.form.semantics_of(library) if library in described.allowed else None
        if library is None or fields is None:
            return None
        # One that was only just chosen has shown no fields yet.
        params = (
            self.fields(fields, f"{name}.params", depth + 1)
            if f"{name}.shown" in self.posted
            else _blanks(fields)
        )
        value = {"library": str(library), "params": params} | _identity(self.posted, name)
        metadata = _kept(self.posted.get(f"{name}.metadata"))
        return value | ({"metadata": metadata} if metadata else {})


def file_in(value: Any) -> dict[str, Any] | None:
    """What the value of a file field says of its file, the first where it lists several."""
    first = value[0] if isinstance(value, list) and value else value
    is_file = isinstance(first, dict) and isinstance(first.get("path"), str)
    return first if is_file else None


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
    if described.multiple:
        return []
    return described.default if described.optional else described.fallback


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
