"""What a list says of one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cadres.weighing import Values, values_of
from kit.secrets import keyed_hash
from kit.text import name_key

REQUIRED = ("full_name", "gender", "born_on", "kind", "unit_code", "position")


@dataclass(frozen=True, slots=True)
class Record:
    """One person as a source tells of them; blank and None for what it does not tell.

    `row` is the source's own number for the person.
    """

    row: int
    code: str = ""
    full_name: str = ""
    gender: str = ""
    born_on: date | None = None
    born_year_only: bool = False
    identity: str = ""
    kind: str = ""
    unit_id: int | None = None
    position_id: int | None = None
    since: date | None = None
    phone: str = ""
    email: str = ""

    @property
    def identity_hash(self) -> str:
        return keyed_hash(self.identity) if self.identity else ""

    @property
    def person(self) -> tuple[str, int | None, int | None]:
        """Name, year of birth and unit: who may be the same person."""
        return name_key(self.full_name), self.born_on.year if self.born_on else None, self.unit_id

    @property
    def lacking(self) -> tuple[str, ...]:
        """What a new record needs and this one does not tell."""
        told = (
            self.full_name, self.gender, self.born_on, self.kind, self.unit_id, self.position_id
        )  # fmt: skip
        return tuple(key for key, value in zip(REQUIRED, told, strict=True) if not value)


@dataclass(frozen=True, slots=True)
class Scope:
    """The units one may write to (None: all), and those whose people a source lists in full."""

    within: frozenset[int] | None = None
    complete: frozenset[int] = frozenset()

    def may_touch(self, unit_ids: Iterable[int]) -> bool:
        """Whoever stands nowhere may be taken up by anyone."""
        held = set(unit_ids)
        return self.within is None or not held or bool(held & self.within)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record cannot be taken, and the mend. `key` names the column."""

    row: int
    key: str
    message: str
    mend: str = ""
    value: str = ""


def told_values(record: Record) -> Values:
    """What a record tells, in the form that is compared; nothing for what it leaves blank."""
    return {field: value for field, value in values_of(record).items() if value}


def columns_of(record: Record, fields: Collection[str]) -> dict[str, Any]:
    """What a record tells of these fields, by the columns of a cadre."""
    columns: dict[str, Any] = {}
    for field in fields:
        if field == "identity":
            columns["identity_number"] = record.identity
        elif field != "post":
            columns[field] = getattr(record, field)
    if "born_on" in columns:
        columns["born_year_only"] = record.born_year_only
    return columns
