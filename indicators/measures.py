"""What can be counted. A measure names the evidence: who, in which unit, counted or not, and why.

Standings, figures and the pages that open a number all follow from the same evidence, so a
number and the people behind it cannot disagree. Facts are never in the future: only populations
and due days look at `on`, the day the figures speak of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from indicators.facts import Facts
from indicators.models import Indicator
from kit.dates import format_day
from kit.numbers import format_number


@dataclass(frozen=True)
class Period:
    """A year of a plan as seen on a day; `plan_start` for figures that add up over the plan."""

    year: int
    on: date
    plan_start: date

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31)

    @property
    def population_day(self) -> date:
        return min(self.on, self.last)

    def holds(self, day: date) -> bool:
        return day.year == self.year


class Evidence(NamedTuple):
    """One in the denominator; `basis` is what the measure's words are made of."""

    cadre_id: int
    unit_id: int
    is_counted: bool
    basis: tuple[Any, ...]


Find = Callable[[Indicator, Period, Facts], Iterator[Evidence]]
Words = Callable[[tuple[Any, ...]], str]


@dataclass(frozen=True)
class Measure:
    """`counts_people`: a cadre with several posts counts once above them."""

    find: Find
    words: Words
    counts_people: bool


MEASURES: dict[str, Measure] = {}


def measure(name: str, *, words: Words, counts_people: bool) -> Callable[[Find], Find]:
    def register(find: Find) -> Find:
        MEASURES[name] = Measure(find, words, counts_people)
        return find

    return register


def _completed_words(basis: tuple[Any, ...]) -> str:
    """`basis`: (course code, day or None) for each course."""
    return ", ".join(
        _("%(course)s completed on %(day)s") % {"course": code, "day": format_day(day)}
        if day
        else _("%(course)s not completed") % {"course": code}
        for code, day in basis
    )


@measure("completed-all", words=_completed_words, counts_people=True)
def completed_all(indicator: Indicator, period: Period, facts: Facts) -> Iterator[Evidence]:
    """People who completed every course of `courses`, in the plan up to the end of the year."""
    wanted = sorted(indicator.parameters["courses"])
    done = {
        key: on
        for key, on in facts.first_completions.items()
        if period.plan_start <= on <= period.last
    }
    for cadre_id, unit_id in facts.population(period.population_day, indicator.population_id):
        days = tuple((code, done.get((cadre_id, code))) for code in wanted)
        yield Evidence(cadre_id, unit_id, all(day for _code, day in days), days)


def _any_words(basis: tuple[Any, ...]) -> str:
    return _completed_words(basis) if basis else _("no course of the list completed this year")


@measure("completed-any-in-year", words=_any_words, counts_people=True)
def completed_any_in_year(indicator: Indicator, period: Period, facts: Facts) -> Iterator[Evidence]:
    """People who completed at least one course of `courses` in the year."""
    wanted = set(indicator.parameters["courses"])
    done: dict[int, tuple[tuple[str, date], ...]] = defaultdict(tuple)
    for row in facts.completions:
        if row.code in wanted and period.holds(row.on):
            done[row.cadre_id] += ((row.code, row.on),)
    for cadre_id, unit_id in facts.population(period.population_day, indicator.population_id):
        days = done.get(cadre_id, ())
        yield Evidence(cadre_id, unit_id, bool(days), days)


def _credited_hours(period: Period, facts: Facts) -> dict[int, Decimal]:
    """Hours of the year by cadre; a course is credited once a person and a year."""
    credited: dict[tuple[int, str], Decimal] = {}
    for row in facts.completions:
        if period.holds(row.on):
            key = (row.cadre_id, row.code)
            credited[key] = max(row.hours, credited.get(key, Decimal(0)))
    total: dict[int, Decimal] = defaultdict(Decimal)
    for (cadre_id, _code), hours in credited.items():
        total[cadre_id] += hours
    return total


def _hours_words(basis: tuple[Any, ...]) -> str:
    credited, least = basis
    return _("%(hours)s of %(least)s hours") % {
        "hours": format_number(credited),
        "least": format_number(least),
    }


@measure("hours-reached", words=_hours_words, counts_people=True)
def hours_reached(indicator: Indicator, period: Period, facts: Facts) -> Iterator[Evidence]:
    """People whose hours of the year reach what their kind must; no rule, not counted."""
    required = facts.required_hours(period.population_day)
    credited = _credited_hours(period, facts)
    for cadre_id, unit_id in facts.population(period.population_day, indicator.population_id):
        least = required.get(facts.kinds[cadre_id])
        if least is not None:
            hours = credited.get(cadre_id, Decimal(0))
            yield Evidence(cadre_id, unit_id, hours >= least, (hours, least))


def _due_words(basis: tuple[Any, ...]) -> str:
    code, due_on, completed_on = basis
    due = _("%(course)s due %(day)s") % {"course": code, "day": format_day(due_on)}
    if completed_on is None:
        return _("%(due)s: not completed") % {"due": due}
    return _("%(due)s: completed on %(day)s") % {"due": due, "day": format_day(completed_on)}


@measure("completed-on-time", words=_due_words, counts_people=False)
def completed_on_time(indicator: Indicator, period: Period, facts: Facts) -> Iterator[Evidence]:
    """Obligations due in the year whose day has passed, or met already: met by their day."""
    for owed in facts.obligations:
        completed_on = facts.first_completions.get((owed.cadre_id, owed.code))
        is_open = completed_on is None and owed.due_on >= period.on
        if not period.holds(owed.due_on) or is_open:
            continue
        is_met = completed_on is not None and completed_on <= owed.due_on
        basis = (owed.code, owed.due_on, completed_on)
        yield Evidence(owed.cadre_id, owed.unit_id, is_met, basis)


def _register_words(basis: tuple[Any, ...]) -> str:
    number, on = basis
    return _("No. %(number)s, %(day)s") % {"number": number, "day": format_day(on)}


@measure("certificates", words=_register_words, counts_people=False)
def certificates(indicator: Indicator, period: Period, facts: Facts) -> Iterator[Evidence]:
    """Certificates issued in the year; with `{"state": "revoked"}`, those revoked in it."""
    kind = indicator.parameters.get("state", "issued")
    for line in facts.register:
        if line.kind == kind and period.holds(line.on):
            yield Evidence(line.cadre_id, line.unit_id, True, (line.number, line.on))


@measure("certificates-with-qr", words=_register_words, counts_people=False)
def certificates_with_qr(indicator: Indicator, period: Period, facts: Facts) -> Iterator[Evidence]:
    """Certificates of the year whose printed page carries the address of its verification."""
    for line in facts.register:
        if line.kind == "issued" and period.holds(line.on):
            basis = (line.number, line.on)
            yield Evidence(line.cadre_id, line.unit_id, line.has_address, basis)


def tally(evidence: Iterable[Evidence]) -> dict[tuple[int, int], tuple[int, int]]:
    """Numerator and denominator by cadre and unit."""
    counts: dict[tuple[int, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for found in evidence:
        key = (found.cadre_id, found.unit_id)
        numerator, denominator = counts[key]
        counts[key] = (numerator + found.is_counted, denominator + 1)
    return dict(counts)
