"""What concerns a unit: it and all below it, those that became part of them, and their people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from cadres.models import (
    Cadre,
    Post,
    Reorganisation,
    RoleGrant,
    RosterRun,
    Succession,
    Unit,
    UnitVersion,
)
from cadres.models.people import CadreQuerySet
from cadres.models.units import valid_on
from operations.models import Change


@dataclass(frozen=True)
class Concern:
    """Units, and the people who belong to them."""

    units: QuerySet[Unit]
    people: CadreQuerySet


def concern_of(unit_id: int, day: date) -> Concern:
    """The unit's subtree on the day, with the units of old that went into it.

    People belong where they hold a post on the day; who holds none, where the last one was.
    """
    now = set(Unit.objects.within([unit_id], day).values_list("pk", flat=True))
    ids = sorted(_with_predecessors(now))
    posts = Post.objects.filter(cadre=OuterRef("pk"))
    held = posts.filter(valid_on(day))
    last = posts.filter(valid_from__lte=day).order_by("-valid_from", "-is_main", "pk")
    people = Cadre.objects.annotate(last_unit=Subquery(last.values("unit")[:1])).filter(
        Exists(held.filter(unit__in=ids)) | (~Exists(held) & Q(last_unit__in=ids))
    )
    return Concern(Unit.objects.filter(pk__in=ids), people)


def _with_predecessors(units: set[int]) -> set[int]:
    """A unit that was split counts only where all of it went."""
    found, new = set(units), set(units)
    steps = list(Succession.objects.values_list("predecessor", "successor"))
    while new:
        inside = found
        new = {
            old
            for old, after in steps
            if after in inside
            and old not in inside
            and all(other in inside for before, other in steps if before == old)
        }
        found = found | new
    return found


def concerned(concern: Concern) -> list[QuerySet[Any]]:
    """What of this floor the journal tells of, as far as it concerns them."""
    people, units = concern.people.values("pk"), concern.units.values("pk")
    users = User.objects.filter(cadre__in=people)
    return [
        concern.units,
        concern.people,
        users,
        RoleGrant.objects.filter(Q(unit__in=units) | Q(user__in=users.values("pk"))),
        Reorganisation.objects.filter(change_set__in=_acts_on(concern.units)),
        RosterRun.objects.filter(Q(covers__in=units) | Q(started_by__in=users.values("pk"))),
    ]


def _acts_on(units: QuerySet[Unit]) -> set[UUID]:
    """The change sets of reorganisations that wrote a version of one of the units."""
    ids = set(units.values_list("pk", flat=True))
    acts = Reorganisation.objects.exclude(change_set=None)
    changes = Change.objects.filter(
        model=UnitVersion._meta.label_lower, change_set__in=acts.values("change_set")
    )
    return {
        change_set
        for change_set, lines in changes.values_list("change_set", "rows")
        for line in lines
        if ids & {line["before"].get("unit_id"), line["after"].get("unit_id")}
    }
