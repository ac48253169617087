"""Which units an entry of the journal concerns, written beside it as it is made.

A floor that knows units says of its models how to find them from a row (`tells_units`); a deed on
many adds those its subject does not tell. What became of the rows later changes nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet

from kit.dates import day_of
from operations.models import EntryUnit, JournalEntry

AT_ONCE = 1000

Units = QuerySet[Any, Any]  # their ids, as rows of one column
# Of a subject's key and a day; where the first finds nothing, the next is asked.
Finder = Callable[[Any, date], Iterable[Units]]
_FINDERS: dict[type[models.Model], Finder] = {}


def tells_units(model: type[models.Model]) -> Callable[[Finder], Finder]:
    """Registers which units a row of the model concerns on a day, by its key."""

    def register(find: Finder) -> Finder:
        _FINDERS[model] = find
        return find

    return register


def note_units(
    entry: JournalEntry, subject: models.Model | None, units: Iterable[int] = ()
) -> None:
    """Those the subject tells, and `units`: a statement, or none where no floor tells any.

    A second one only where the first finds nothing, as of somebody without a post that day.
    """
    find = _FINDERS.get(type(subject)) if subject is not None else None
    if subject is None or find is None:
        note_units_of_all([(entry, units)])
        return
    more = sorted(set(units))
    for found in find(subject.pk, day_of(entry.at)):
        if _select_into(entry, found, more):
            return


def note_units_of_all(entries: Iterable[tuple[JournalEntry, Iterable[int]]]) -> None:
    """Beside each of the entries the units that are given with it."""
    rows = [EntryUnit(entry=entry, unit_id=unit) for entry, units in entries for unit in set(units)]
    EntryUnit.objects.bulk_create(rows, batch_size=AT_ONCE)


def _select_into(entry: JournalEntry, found: Units, units: Sequence[int]) -> int:
    """The database finds and writes at once: this goes with every entry about a person."""
    told, values = found.query.get_compiler(connection=connection).as_sql()
    more = ", ".join("(CAST(%s AS bigint))" for _unit in units)
    union = f" UNION VALUES {more}" if more else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {EntryUnit._meta.db_table} (entry_id, unit_id) "  # noqa: S608 (no words of users)
            f"WITH told(unit_id) AS ({told}), "
            f"found(unit_id) AS (SELECT unit_id FROM told{union}) "
            "SELECT DISTINCT CAST(%s AS bigint), unit_id FROM found WHERE unit_id IS NOT NULL",
            [*values, *units, entry.pk],
        )
        return int(cursor.rowcount)  # SQLite counts only what begins with the word INSERT


def units_told_of(subject: models.Model) -> QuerySet[EntryUnit, int]:
    """The units that the entries about the subject concern so far."""
    told = EntryUnit.objects.filter(
        entry__subject_type=subject._meta.label_lower, entry__subject_id=str(subject.pk)
    )
    return told.values_list("unit_id", flat=True).distinct()
