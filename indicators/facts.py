"""The facts measures look at, read once for a group of cadres: one query a kind of fact.

Nothing is read before a measure asks for it, so one indicator alone costs only what it needs.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import F, Q

from cadres.lensing import Restatement
from cadres.models import Cadre, Post, UnitVersion
from certificates.models import CertificateEvent
from courses.models import Completion, HourRule, Obligation
from indicators.models import Plan
from kit.dates import day_of


class Completed(NamedTuple):
    cadre_id: int
    code: str
    on: date
    hours: Decimal


class Owed(NamedTuple):
    cadre_id: int
    code: str
    unit_id: int
    due_on: date


class RegisterLine(NamedTuple):
    """Something happened to a certificate."""

    cadre_id: int
    unit_id: int
    kind: str
    on: date
    number: str
    has_address: bool


def _holds(day: date, valid_from: date, valid_to: date | None) -> bool:
    return valid_from <= day and (valid_to is None or valid_to > day)


class Facts:
    """Facts about `cadre_ids` (None: about everyone) that matter to a plan, known by `until`."""

    def __init__(
        self, plan: Plan, cadre_ids: list[int] | None = None, until: date = date.max
    ) -> None:
        self.plan, self._until = plan, until
        self._whose = Q() if cadre_ids is None else Q(cadre__in=cadre_ids)
        self._who = Q() if cadre_ids is None else Q(pk__in=cadre_ids)
        self._populations: dict[tuple[date, int | None], list[tuple[int, int]]] = {}

    @cached_property
    def completions(self) -> list[Completed]:
        rows = Completion.objects.filter(self._whose, completed_on__lte=self._until)
        rows = rows.order_by("completed_on", "pk")
        columns = ("cadre_id", "course__code", "completed_on", "hours")
        return [Completed(*row) for row in rows.values_list(*columns)]

    @cached_property
    def first_completions(self) -> dict[tuple[int, str], date]:
        """The day a cadre completed a course."""
        found: dict[tuple[int, str], date] = {}
        for row in self.completions:
            found.setdefault((row.cadre_id, row.code), row.on)
        return found

    @cached_property
    def obligations(self) -> list[Owed]:
        rows = Obligation.objects.standing().filter(
            self._whose,
            due_on__range=(self.plan.starts_on, self.plan.ends_on),
            requirement__starts_on__lte=self._until,
        )
        columns = ("cadre_id", "course__code", "unit_id", "due_on")
        return [Owed(*row) for row in rows.order_by("due_on", "pk").values_list(*columns)]

    @cached_property
    def register(self) -> list[RegisterLine]:
        """Lines about people who were in a unit when they completed the course."""
        rows = CertificateEvent.objects.filter(certificate__unit__isnull=False)
        rows = rows.annotate(cadre=F("certificate__cadre")).filter(self._whose).order_by("pk")
        return [
            RegisterLine(cadre_id, unit_id, kind, day_of(at), number, bool(address))
            for cadre_id, unit_id, kind, at, number, address in rows.values_list(
                "cadre",
                "certificate__unit_id",
                "kind",
                "at",
                "certificate__number",
                "certificate__printed__address",
            )
            if day_of(at) <= self._until
        ]

    @cached_property
    def kinds(self) -> dict[int, str]:
        return dict(Cadre.objects.filter(self._who).values_list("pk", "kind"))

    @cached_property
    def _hour_rules(self) -> list[tuple[str, Decimal, date, date | None]]:
        rules = HourRule.objects.order_by("valid_from")
        return list(rules.values_list("kind", "hours", "valid_from", "valid_to"))

    def required_hours(self, day: date) -> dict[str, Decimal]:
        """Hours a year by kind of cadre; of two rules the later one holds."""
        rules = self._hour_rules
        return {kind: hours for kind, hours, start, end in rules if _holds(day, start, end)}

    @cached_property
    def _begun_on(self) -> date:
        root = UnitVersion.objects.filter(unit=self.plan.root_id).order_by("valid_from")
        return root.values_list("valid_from", flat=True)[0]

    def _roots(self, day: date) -> list[int]:
        """The plan's unit; of a day before it began, the units that went into it."""
        if day >= self._begun_on:
            return [self.plan.root_id]
        parts = Restatement(self._begun_on, day).parts_of(self.plan.root_id)
        return [unit_id for unit_id, _share in parts]

    def population(self, day: date, group_id: int | None) -> list[tuple[int, int]]:
        """(cadre, unit) of every post in the plan's unit on the day, each pair once."""
        key = (day, group_id)
        if key not in self._populations:
            posts = Post.objects.within(self._roots(day), day).filter(self._whose)
            if group_id is not None:
                posts = posts.in_group(group_id, day)
            rows = posts.order_by("cadre_id", "unit_id").values_list("cadre_id", "unit_id")
            self._populations[key] = list(rows.distinct())
        return self._populations[key]
