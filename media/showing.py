"""Which fields of a content are shown: those whose rule holds for what other fields say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from h5p.libraries import library_named
from h5p.semantics import Boolean, Field, Group, Select, ShowWhen, SubLibrary

_UP = ".."


class Part(NamedTuple):
    """The name of an entry, the values of it that count, written as a browser does; of a library
    only the machine name does."""

    name: str
    wanted: tuple[str, ...]
    is_library: bool


@dataclass(frozen=True)
class Rule:
    parts: tuple[Part, ...]
    all: bool
    holds: bool  # for what the content says

    @property
    def told(self) -> str:
        """For js/h5p-form.js."""
        parts = [part._asdict() for part in self.parts]
        return json.dumps({"parts": parts, "all": self.all})


@dataclass(frozen=True)
class Place:
    """Fields beside each other with what the content says in them, and the place around them.

    `prefix` stands before the names of its entries.
    """

    fields: tuple[Field, ...]
    values: Mapping[str, Any]
    prefix: str
    above: Place | None
    is_flat: bool = False

    @classmethod
    def flat(cls, only: Field, value: Any, name: str, above: Place) -> Place:
        """A group of one field, whose entry bears the name of the group."""
        return cls((only,), {only.name: value}, name, above, is_flat=True)

    def name_of(self, described: Field) -> str:
        return self.prefix if self.is_flat else f"{self.prefix}{described.name}"

    def rule_of(self, described: Field) -> Rule | None:
        """None: it is always shown. What a rule does not find is no part of it."""
        asked = described.show_when
        found = dict(self._parts(asked)) if asked else {}
        if asked is None or not found:
            return None
        held = [not said.isdisjoint(part.wanted) for part, said in found.items()]
        return Rule(tuple(found), asked.all, all(held) if asked.all else any(held))

    def _parts(self, asked: ShowWhen) -> Iterator[tuple[Part, set[str]]]:
        """What is asked, and what is said now."""
        for path, wanted in asked.rules:
            found = self._find(path.split("/"))
            if found and isinstance(found[1], Boolean | Select | SubLibrary):
                name, described, value = found
                is_library = isinstance(described, SubLibrary)
                yield Part(name, _told(described, wanted), is_library), _said(described, value)

    def _find(self, path: list[str]) -> tuple[str, Field, Any] | None:
        """By a path from here; one that leads nowhere is tried from the places around."""
        if path[0] == _UP:
            return self.above._find(path[1:]) if self.above and path[1:] else None
        found = self._down(path)
        return self.above._find(path) if found is None and self.above else found

    def _down(self, path: list[str]) -> tuple[str, Field, Any] | None:
        described = next((f for f in self.fields if f.name == path[0]), None)
        if described is None:
            return None
        name, value = self.name_of(described), self.values.get(described.name)
        if not path[1:]:
            is_library = isinstance(described, SubLibrary)
            return f"{name}.library" if is_library else name, described, value
        if not isinstance(described, Group):
            return None
        if described.is_flat:
            return Place.flat(described.fields[0], value, name, self)._down(path[1:])
        values = value if isinstance(value, dict) else {}
        return Place(described.fields, values, f"{name}.", self)._down(path[1:])


def _told(described: Field, wanted: tuple[Any, ...]) -> tuple[str, ...]:
    if isinstance(described, Boolean):
        return tuple("true" if value in (True, "true") else "false" for value in wanted)
    return tuple(str(value) for value in wanted)


def _said(described: Field, value: Any) -> set[str]:
    if isinstance(described, Boolean):
        return {"true" if value is True else "false"}
    if isinstance(described, SubLibrary):
        library = library_named(value.get("library")) if isinstance(value, dict) else None
        return {library.machine_name} if library else set()
    return {str(item) for item in (value if isinstance(value, list) else [value])}
