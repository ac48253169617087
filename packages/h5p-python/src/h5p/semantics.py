"""`semantics.json`: which fields the content of a library has, for filters and for forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from h5p import markup
from h5p.libraries import Library, library_named
from h5p.problems import InvalidPackage, Problem

FILE = "semantics.json"
UNLIMITED = 2**31
NAME = 100  # characters
# Keys that mean something to JavaScript itself; no content type has a field of such a name.
_NO_NAMES = {"__proto__", "constructor", "prototype"}


@dataclass(frozen=True)
class ShowWhen:
    """A field is shown when any, or all, of the named fields have one of the values.

    A field is named by its path from the group that holds the one shown: `task`, `../task`,
    `behaviour/retry`. Values are machine names where the path leads to a library.
    """

    rules: tuple[tuple[str, tuple[Any, ...]], ...]  # (field, values)
    all: bool


@dataclass(frozen=True, kw_only=True)
class Field:
    """What all kinds of fields have. A type that is not known is a bare Field: it keeps nothing."""

    name: str = ""
    label: str = ""
    description: str = ""
    placeholder: str = ""
    importance: str = ""  # low, medium, high
    widget: str = ""
    optional: bool = False
    common: bool = False  # a text of the library's own, the same in all its contents
    default: Any = None
    show_when: ShowWhen | None = None


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    tags: frozenset[str] | None = None  # None: plain text
    styles: frozenset[str] = frozenset()  # size, family, color, background, spacing, height
    max_length: int = UNLIMITED  # characters
    pattern: str = ""  # a JavaScript pattern; empty: anything goes
    pattern_flags: str = ""


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    min: float | None = None
    max: float | None = None
    step: float | None = None
    decimals: int | None = None


@dataclass(frozen=True, kw_only=True)
class Boolean(Field):
    pass


@dataclass(frozen=True)
class Option:
    value: str | int | float | bool
    label: str


@dataclass(frozen=True, kw_only=True)
class Select(Field):
    options: tuple[Option, ...] = ()  # none: filled by the editor, any plain value goes
    multiple: bool = False

    @cached_property
    def values(self) -> Mapping[str, str | int | float | bool]:
        """The options' values by how contents write them: numbers as texts, texts escaped."""
        plain = {markup.plain(str(option.value)): option.value for option in self.options}
        return plain | {str(option.value): option.value for option in reversed(self.options)}

    @cached_property
    def fallback(self) -> str | int | float | bool | None:
        """For a choice that must be made; None without options."""
        if self.default is not None and str(self.default) in self.values:
            return self.values[str(self.default)]
        return self.options[0].value if self.options else None


@dataclass(frozen=True, kw_only=True)
class ListOf(Field):
    item: Field
    entity: str = ""
    min: int = 0
    max: int = UNLIMITED


@dataclass(frozen=True, kw_only=True)
class Group(Field):
    fields: tuple[Field, ...] = ()
    sub_content: bool = False

    @property
    def is_flat(self) -> bool:
        """The content of a group with one field is that field's value, without the group."""
        return len(self.fields) == 1 and not self.sub_content


@dataclass(frozen=True, kw_only=True)
class SubLibrary(Field):
    options: tuple[Library, ...] = ()

    @cached_property
    def allowed(self) -> frozenset[Library]:
        return frozenset(self.options)


@dataclass(frozen=True, kw_only=True)
class File(Field):
    """A file of the content; audio and video are lists of files (formats, qualities)."""

    media: str = "file"  # file, image, audio, video


def parse_semantics(value: Any, place: str = FILE) -> tuple[Field, ...]:
    """The fields of a semantics.json. Raises InvalidPackage with the first thing wrong."""
    return _fields(value, place)


def _fields(value: Any, place: str) -> tuple[Field, ...]:
    if not isinstance(value, list):
        raise _refusal(place, "must be a list of fields")
    named: dict[str, Field] = {}
    for item in value:
        found = _field(item, place)
        if not 0 < len(found.name) <= NAME or found.name in _NO_NAMES:
            raise _refusal(place, "has a field without a usable name")
        named.setdefault(found.name, found)
    return tuple(named.values())


def _field(item: Any, place: str) -> Field:
    if not isinstance(item, dict):
        raise _refusal(place, "has a field that is not an object")
    show_when = _show_when(item)
    common: dict[str, Any] = {
        "name": _text(item, "name"),
        "label": _text(item, "label"),
        "description": _text(item, "description"),
        "placeholder": _text(item, "placeholder"),
        "importance": _text(item, "importance"),
        # One that hides a field names the widget that shows it.
        "widget": _text(item["showWhen"], "widget") if show_when else _text(item, "widget"),
        "optional": _boolean(item, "optional"),
        "common": _boolean(item, "common"),
        "default": item.get("default"),
        "show_when": show_when,
    }
    make = _KINDS.get(_text(item, "type"))
    return make(item, place, common) if make else Field(**common)


def _text_field(item: dict[str, Any], place: str, common: dict[str, Any]) -> Field:
    tags, font = item.get("tags"), item.get("font")
    pattern = item.get("regexp")
    pattern = pattern if isinstance(pattern, dict) else {}
    return Text(
        # A rich text without a list of tags may still be one paragraph with line breaks.
        tags=_texts(tags) if tags is not None or common["widget"] == "html" else None,
        styles=frozenset(k for k, v in font.items() if v)
        if isinstance(font, dict)
        else frozenset(),
        max_length=_whole(item, "maxLength", UNLIMITED),
        pattern=_text(pattern, "pattern"),
        pattern_flags=_text(pattern, "modifiers"),
        **common,
    )


def _number_field(item: dict[str, Any], place: str, common: dict[str, Any]) -> Field:
    bounds: dict[str, Any] = {name: number(item.get(name)) for name in ("min", "max", "step")}
    decimals = number(item.get("decimals"))
    places = min(int(decimals), 15) if decimals is not None and decimals >= 0 else None
    return Number(decimals=places, **bounds, **common)


def _boolean_field(item: dict[str, Any], place: str, common: dict[str, Any]) -> Field:
    return Boolean(**common)


def _select_field(item: dict[str, Any], place: str, common: dict[str, Any]) -> Field:
    options = item.get("options") or []
    if not isinstance(options, list):
        raise _refusal(place, "has a select whose options are not a list")
    return Select(
        options=tuple(_option(option, place) for option in options),
        multiple=_boolean(item, "multiple"),
        **common,
    )


def _option(option: Any, place: str) -> Option:
    value = option.get("value") if isinstance(option, dict) else option
    if not isinstance(value, str | int | float | bool):
        raise _refusal(place, "has an option that is no plain value")
    label = _text(option, "label") if isinstance(option, dict) else ""
    return Option(value, label or str(value))


def _list_field(item: dict[str, Any], place: str, common: dict[str, Any]) -> Field:
    return ListOf(
        item=_field(item.get("field"), place),
        entity=_text(item, "entity"),
        min=_whole(item, "min", 0),
        max=_whole(item, "max", UNLIMITED),
        **common,
    )


def _group_field(item: dict[str, Any], place: str, common: dict[str, Any]) -> Field:
    fields = _fields(item.get("fields"), place)
    return Group(fields=fields, sub_content=_boolean(item, "isSubContent"), **common)


def _library_field(item: dict[str, Any], place: str, common: dict[str, Any]) -> Field:
    options = item.get("options") or []
    if not isinstance(options, list):
        raise _refusal(place, "has a library field whose options are not a list")
    names = [option.get("name") if isinstance(option, dict) else option for option in options]
    return SubLibrary(options=tuple(filter(None, map(library_named, names))), **common)


def _file_field(item: dict[str, Any], place: str, common: dict[str, Any]) -> Field:
    return File(media=item["type"], **common)


_KINDS: Mapping[str, Callable[[dict[str, Any], str, dict[str, Any]], Field]] = {
    "text": _text_field,
    "number": _number_field,
    "boolean": _boolean_field,
    "select": _select_field,
    "list": _list_field,
    "group": _group_field,
    "library": _library_field,
    **dict.fromkeys(("file", "image", "audio", "video"), _file_field),
}


def number(value: Any) -> float | None:
    """A number, or the number that a text writes; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and (len(value) > 40 or not value.strip().isascii() or "_" in value):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < 1e18 else None  # neither infinite nor no number at all


def _show_when(item: dict[str, Any]) -> ShowWhen | None:
    """Only the widget of that name hides anything."""
    value = item.get("showWhen") if item.get("widget") == "showWhen" else None
    rules = value.get("rules") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(rules, list):
        return None
    found = []
    for rule in rules:
        if isinstance(rule, dict) and isinstance(rule.get("field"), str):
            equals = rule.get("equals")
            found.append((rule["field"], tuple(equals if isinstance(equals, list) else [equals])))
    return ShowWhen(tuple(found), all=value.get("type") == "and")


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> frozenset[str]:
    listed = value if isinstance(value, list) else []
    return frozenset(item.lower() for item in listed if isinstance(item, str))


def _boolean(item: dict[str, Any], name: str) -> bool:
    return item.get(name) in (True, 1, "true", "1")


def _whole(item: dict[str, Any], name: str, otherwise: int) -> int:
    found = number(item.get(name))
    return max(0, int(found)) if found is not None else otherwise


def _refusal(place: str, message: str) -> InvalidPackage:
    return InvalidPackage([Problem("semantics", place, message)])
