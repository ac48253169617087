"""The units one may choose from: those one oversees, as the tree is on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from cadres.models import Unit, UnitVersion
from cadres.models.units import valid_on
from cadres.scopes import Access

_Row = tuple[int, "int | None", UUID, str]


@dataclass(frozen=True)
class UnitChoice:
    """A unit by its name of the day, `depth` levels below the top of what one oversees."""

    pk: int
    public_id: UUID
    name: str
    depth: int

    @property
    def indented(self) -> str:
        return "\u2003" * self.depth + self.name


def is_overseer(access: Access) -> bool:
    """Whether there is any unit to choose from."""
    return access.sees_everyone or bool(access.managed_unit_ids)


def units_for(access: Access) -> list[UnitChoice]:
    """The units of today that one oversees; one query."""
    versions = UnitVersion.objects.filter(valid_on(access.day))
    if not access.sees_everyone:
        within = Unit.objects.within(access.managed_unit_ids, access.day)
        versions = versions.filter(unit__in=within.values("pk"))
    return choices_among(versions)


def choices_among(versions: QuerySet[UnitVersion]) -> list[UnitChoice]:
    """One query; each unit after the one above it, units of one level by name."""
    columns = ("unit_id", "parent_id", "unit__public_id", "name")
    rows = list(versions.order_by("name_key", "pk").values_list(*columns))
    chosen = {row[0] for row in rows}
    below: dict[int | None, list[_Row]] = defaultdict(list)
    for row in reversed(rows):
        below[row[1] if row[1] in chosen else None].append(row)
    found: list[UnitChoice] = []
    waiting = [(row, 0) for row in below[None]]
    while waiting:
        (pk, _parent, public_id, name), depth = waiting.pop()
        found.append(UnitChoice(pk, public_id, name, depth))
        waiting += [(child, depth + 1) for child in below[pk]]
    return found


def tops_of(units: list[UnitChoice]) -> list[int]:
    """The highest of them: all others stand below."""
    return [unit.pk for unit in units if unit.depth == 0]


def find_unit(units: list[UnitChoice], public_id: str) -> UnitChoice | None:
    return next((unit for unit in units if str(unit.public_id) == public_id), None)


def names_on(unit_ids: Iterable[int], day: date) -> dict[int, str]:
    """What units were called on the day; one that had ended by then, what it was called last."""
    versions = UnitVersion.objects.filter(unit__in=set(unit_ids), valid_from__lte=day)
    return dict(versions.order_by("valid_from").values_list("unit_id", "name"))
