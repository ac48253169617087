"""Which units a number of a unit goes up to, and which come down under it.

A unit counts where it stood on the day the figures of a year speak of; a unit that had ended by
then counts where it last stood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from cadres.models import Ancestry
from cadres.models.units import valid_on

Above = dict[int, list[int]]


def standing_on(day: date) -> QuerySet[Ancestry]:
    """The ancestry of the day, and of units ended by then the ancestry they last had."""
    itself_ended = Ancestry.objects.filter(
        unit=OuterRef("unit"), depth=0, valid_to=OuterRef("valid_to")
    )
    return Ancestry.objects.filter(valid_on(day) | Q(valid_to__lte=day) & Exists(itself_ended))


def units_below(unit_id: int, day: date) -> QuerySet[Ancestry]:
    """Ids of the units whose numbers add up to those of `unit_id`, itself too; for `__in`."""
    return standing_on(day).filter(ancestor=unit_id).values("unit")  # type: ignore[return-value]


def ancestors_on(days: Iterable[date], unit_ids: Iterable[int] | None = None) -> dict[date, Above]:
    """The units above each unit, itself too, on each of the days; one query."""
    rows = Ancestry.objects.order_by("unit", "depth")
    if unit_ids is not None:
        rows = rows.filter(unit__in=unit_ids)
    spans: dict[int, list[tuple[int, int, date, date | None]]] = defaultdict(list)
    columns = ("unit_id", "ancestor_id", "depth", "valid_from", "valid_to")
    for unit_id, ancestor_id, depth, start, end in rows.values_list(*columns):
        spans[unit_id].append((ancestor_id, depth, start, end))
    return {day: {unit: _above(rows, day) for unit, rows in spans.items()} for day in set(days)}


def _above(spans: list[tuple[int, int, date, date | None]], day: date) -> list[int]:
    ends = {end for _id, depth, _start, end in spans if depth == 0}
    return [
        ancestor_id
        for ancestor_id, _depth, start, end in spans
        if (start <= day and (end is None or end > day))
        or (end is not None and end <= day and end in ends)
    ]
