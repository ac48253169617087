"""Which units an entry of the journal concerns, and which it is read by later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from cadres.models import (
    Ancestry,
    Cadre,
    Post,
    RoleGrant,
    RosterRun,
    Succession,
    Unit,
    UnitVersion,
)
from cadres.models.units import valid_on
from operations.concerning import Units, tells_units
from operations.models import JournalEntry

CHUNK = 1000
UNDO = "unit.undo"

# --- When an entry is made ----------------------------------------------------------------------


def person_units(person: list[int] | QuerySet[Any, Any], day: date) -> Iterator[Units]:
    """Where somebody (one id, or the query for it) holds posts on the day, else the last one."""
    posts = Post.objects.filter(cadre__in=person)
    yield posts.filter(valid_on(day)).values_list("unit", flat=True)
    yield posts.order_by("-valid_from", "-is_main", "pk").values_list("unit", flat=True)[:1]


def units_of_each(cadre_ids: Iterable[int], day: date) -> dict[int, set[int]]:
    """The same of many, by person; a query for every thousand."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = sorted(set(cadre_ids))
    others = Post.objects.filter(cadre=OuterRef("cadre"))
    last = others.order_by("-valid_from", "-is_main", "pk").values("pk")[:1]
    is_last = ~Exists(others.filter(valid_on(day))) & Q(pk=Subquery(last))
    telling = Post.objects.filter(valid_on(day) | is_last)
    for start in range(0, len(rows), CHUNK):
        some = telling.filter(cadre__in=rows[start : start + CHUNK])
        for cadre_id, unit_id in some.values_list("cadre", "unit"):
            found[cadre_id].add(unit_id)
    return found


def units_of(cadre_ids: Iterable[int], day: date) -> set[int]:
    """The same of all of them together."""
    return set[int]().union(*units_of_each(cadre_ids, day).values())


@tells_units(Unit)
def _of_unit(pk: int, day: date) -> list[Units]:
    return [Unit.objects.filter(pk=pk).values_list("pk", flat=True)]


@tells_units(Cadre)
def _of_cadre(pk: int, day: date) -> Iterator[Units]:
    return person_units([pk], day)


@tells_units(User)
def _of_user(pk: int, day: date) -> Iterator[Units]:
    return person_units(Cadre.objects.filter(user=pk).values("pk"), day)


@tells_units(RoleGrant)
def _of_grant(pk: int, day: date) -> Iterator[Units]:
    given = RoleGrant.objects.filter(pk=pk)
    holder = Cadre.objects.filter(user__in=given.values("user"))
    held, last = person_units(holder.values("pk"), day)
    yield given.values_list("unit", flat=True).union(held)
    yield last


@tells_units(RosterRun)
def _of_list(pk: UUID, day: date) -> list[Units]:
    return [RosterRun.objects.filter(pk=pk).values_list("covers", flat=True)]


# --- When the journal is read -------------------------------------------------------------------


def units_meant(unit_id: int, day: date) -> set[int]:
    """The unit's subtree on the day, with the units of old that went into it.

    A unit that is no more counts with each unit it went into, or with its superior where it went
    into none; one that an undo removed, with what it had been made of.
    """
    inside = set(Unit.objects.within([unit_id], day).values_list("pk", flat=True))
    became = defaultdict(set)
    for old, after in _steps(day):
        became[after].add(old)
    new = set(inside)
    while new:
        new = {old for after in new for old in became[after]} - inside
        inside |= new
    return inside


def units_above(unit_ids: Iterable[int]) -> QuerySet[Any, int]:
    """Each of the units, and whatever stood above one of them on any day."""
    above = Ancestry.objects.filter(unit__in=unit_ids)
    return above.values_list("ancestor", flat=True)


def _steps(day: date) -> Iterator[tuple[int, int]]:
    """From each unit that is no more on the day to what stands for it."""
    versions = UnitVersion.objects.filter(unit=OuterRef("predecessor"))
    standing = versions.filter(Q(valid_to=None) | Q(valid_to__gt=day))
    gone = Succession.objects.filter(~Exists(standing))
    yield from gone.values_list("predecessor", "successor")
    yield from _left_to_superior(day)
    for before in JournalEntry.objects.filter(deed=UNDO).values_list("before", flat=True):
        yield from ((removed, stands) for removed, stands in before.get("ids", ()))


def _left_to_superior(day: date) -> QuerySet[UnitVersion, Any]:
    """Units that ended with no successor, each with those it was under."""
    others = UnitVersion.objects.filter(unit=OuterRef("unit"))
    ended = UnitVersion.objects.filter(
        ~Exists(others.filter(Q(valid_to=None) | Q(valid_to__gt=day))),
        ~Exists(others.filter(valid_from__gt=OuterRef("valid_from"))),
        ~Exists(Succession.objects.filter(predecessor=OuterRef("unit"))),
    )
    return ended.exclude(parent=None).values_list("unit", "parent")
