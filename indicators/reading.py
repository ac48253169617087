"""Reading a plan: how far each indicator is, unit by unit, and the people behind a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import cached_property

from cadres.choosing import names_on
from cadres.lensing import Lens
from cadres.models import Cadre, Succession, Unit
from indicators.facts import Facts
from indicators.measures import MEASURES, Evidence, Period
from indicators.models import Figure, Indicator, IndicatorGroup, Plan, Standing, Target
from indicators.placing import standing_on, units_below
from indicators.restating import Counts, Number, Restating, Row, is_estimate
from kit.numbers import as_decimal, percentage
from kit.text import fold

NEAR = Decimal("0.9")


@dataclass(frozen=True)
class Score:
    """An indicator of a unit in a year: numerator and denominator, and what they were to be."""

    indicator: Indicator
    numerator: Number
    denominator: Number
    target: Decimal | None

    @property
    def is_percent(self) -> bool:
        return self.indicator.unit_of_measure == Indicator.Unit.PERCENT

    @property
    def value(self) -> Decimal | None:
        """None where the question does not apply."""
        if self.is_percent:
            return percentage(self.numerator, self.denominator)
        return as_decimal(self.numerator)

    @property
    def is_estimate(self) -> bool:
        """Part of it is told by the shares of a division, not by people."""
        return is_estimate([self.numerator, self.denominator])

    @property
    def state(self) -> str:
        """`reached`, `near`, `behind`; `none` without a value or a target."""
        value, target = self.value, self.target
        if value is None or target is None or self.indicator.direction == "none":
            return "none"
        if self.indicator.direction == "low":
            return "reached" if value <= target else "behind"
        if value >= target:
            return "reached"
        return "near" if value >= target * NEAR else "behind"

    @property
    def missing(self) -> Number:
        return self.denominator - self.numerator


@dataclass(frozen=True)
class GroupScores:
    group: IndicatorGroup
    scores: list[Score]
    by_hand: list[Indicator]


@dataclass(frozen=True)
class UnitScore:
    """A unit one level below, with its score."""

    unit: Unit
    name: str
    name_key: str
    has_ended: bool
    score: Score


def find_plan(day: date, code: str = "") -> Plan | None:
    """The plan of that code; without one, the plan that runs on the day, else the newest."""
    plans = list(Plan.objects.select_related("root"))
    if code:
        return next((plan for plan in plans if plan.code == code), None)
    running = (plan for plan in plans if plan.starts_on <= day <= plan.ends_on)
    return next(running, plans[0] if plans else None)


def years_of(plan: Plan) -> list[int]:
    """The years that have figures."""
    if plan.measured_on is None:
        return []
    last = min(plan.measured_on, plan.ends_on).year
    return list(range(plan.starts_on.year, last + 1))


def period_of(plan: Plan, year: int) -> Period:
    return Period(year, plan.measured_on or plan.starts_on, plan.starts_on)


def indicators_of(plan: Plan, year: int) -> QuerySet[Indicator]:
    """The plan's indicators with their groups; annotates `target` of the year."""
    target = Target.objects.filter(indicator=OuterRef("pk"), year=year).values("value")
    rows = Indicator.objects.filter(group__plan=plan).select_related("group__plan", "population")
    return rows.annotate(target=Subquery(target[:1])).order_by("group__number", "pk")


def _score(indicator: Indicator, counts: Counts) -> Score:
    return Score(indicator, *counts, indicator.target)  # type: ignore[attr-defined]


def told_through(
    lens: Lens, plan: Plan, indicators: list[Indicator], year: int, unit_id: int
) -> Restating | None:
    """What counts the figures anew; None where those that are kept are what the lens shows."""
    told = Restating(plan, indicators, year, lens, unit_id)
    is_kept = told.is_stored and not lens.is_restated
    return None if is_kept or not indicators else told


def scores_of(plan: Plan, unit_id: int, year: int, lens: Lens | None = None) -> list[GroupScores]:
    """Every group of the plan; two queries for the kept figures."""
    rows = list(indicators_of(plan, year))
    automatic = [row for row in rows if row.is_automatic]
    told = told_through(lens, plan, automatic, year, unit_id) if lens else None
    held = _told(told, [unit_id]) if told else _kept(automatic, year, [unit_id])
    groups: dict[int, GroupScores] = {}
    for indicator in rows:
        group = groups.setdefault(indicator.group_id, GroupScores(indicator.group, [], []))
        if indicator.is_automatic:
            counts = held.get((indicator.pk, unit_id), (0, 0))
            group.scores.append(_score(indicator, counts))
        else:
            group.by_hand.append(indicator)
    return list(groups.values())


def _kept(indicators: list[Indicator], year: int, units: Any) -> dict[tuple[int, int], Counts]:
    figures = Figure.objects.filter(indicator__in=indicators, unit__in=units, year=year)
    columns = ("indicator_id", "unit_id", "numerator", "denominator")
    return {(row[0], row[1]): (row[2], row[3]) for row in figures.values_list(*columns)}


def _told(told: Restating, unit_ids: Iterable[int]) -> dict[tuple[int, int], Counts]:
    wanted = set(unit_ids)
    return {place: counts for place, counts in told.figures.items() if place[1] in wanted}


def score_of(indicator: Indicator, unit_id: int, year: int, told: Restating | None = None) -> Score:
    held = _told(told, [unit_id]) if told else _kept([indicator], year, [unit_id])
    return _score(indicator, held.get((indicator.pk, unit_id), (0, 0)))


def scores_below(
    indicator: Indicator, unit_id: int, year: int, told: Restating | None = None
) -> list[UnitScore]:
    """The units one level below, by name; one that has ended only where it was counted."""
    day = period_of(indicator.group.plan, year).population_day
    if told:
        day = told.lens.units_day
    below = standing_on(day).filter(ancestor=unit_id, depth=1).values("unit")
    units = list(Unit.objects.filter(pk__in=below).named_on(day).order_by("name_key", "pk"))
    held = {
        place[1]: counts
        for place, counts in (
            _told(told, [unit.pk for unit in units]) if told else _kept([indicator], year, below)
        ).items()
    }
    ended = names_on((u.pk for u in units if u.name is None and u.pk in held), day)  # type: ignore[attr-defined]
    return [
        UnitScore(
            unit=unit,
            name=unit.name or ended[unit.pk],  # type: ignore[attr-defined]
            name_key=unit.name_key or "",  # type: ignore[attr-defined]
            has_ended=unit.name is None,  # type: ignore[attr-defined]
            score=_score(indicator, held.get(unit.pk, (0, 0))),
        )
        for unit in units
        if unit.name is not None or unit.pk in ended  # type: ignore[attr-defined]
    ]


@dataclass(frozen=True)
class Point:
    """A year of a series; `breaks`: acts since the year before that changed what the unit is."""

    year: int
    score: Score
    breaks: list[tuple[date, str]]


def series_of(indicator: Indicator, unit_id: int, years: list[int], lens: Lens) -> list[Point]:
    """The years of a unit; restated by the units of today there is no break, only estimates."""
    plan = indicator.group.plan
    targets = dict(indicator.targets.values_list("year", "value"))
    days = {year: period_of(plan, year).population_day for year in years}
    acts = [] if lens.is_restated else _acts_of(unit_id)
    points: list[Point] = []
    for year, day in days.items():
        told = None
        if lens.is_restated:
            told = Restating(plan, [indicator], year, Lens(lens.access, day, True), unit_id)
        held = _told(told, [unit_id]) if told else _kept([indicator], year, [unit_id])
        counts = held.get((indicator.pk, unit_id), (0, 0))
        since = days[points[-1].year] if points else day
        breaks = [(on, document) for on, document in acts if since < on <= day]
        points.append(Point(year, Score(indicator, *counts, targets.get(year)), breaks))
    return points


def _acts_of(unit_id: int) -> list[tuple[date, str]]:
    """When others went into the unit, or it went into others, and by which document."""
    acts = Succession.objects.filter(Q(predecessor=unit_id) | Q(successor=unit_id))
    columns = ("reorganisation__effective_on", "reorganisation__document")
    return sorted(set(acts.values_list(*columns)))


def worst_first(rows: Iterable[UnitScore]) -> list[UnitScore]:
    """The lowest first; where the question does not apply, last."""

    def place(row: UnitScore) -> tuple[bool, Decimal, str]:
        value = row.score.value
        return value is None, value if value is not None else Decimal(0), row.name_key

    return sorted(rows, key=place)


@dataclass(frozen=True)
class Line:
    """One of the denominator: a person, or a fact about one where facts are counted."""

    cadre: Cadre
    units: str
    is_counted: bool
    why: str
    today: str = ""


@dataclass(frozen=True)
class Behind:
    """The people behind a number: of an indicator, in a unit's subtree, in a year.

    `counted`: only those in the numerator, or only those who are not; None: the denominator.
    `told`: counted anew through a lens.
    """

    indicator: Indicator
    unit_id: int
    year: int
    counted: bool | None = None
    words: str = ""
    told: Restating | None = None

    @property
    def is_all(self) -> bool:
        return self.counted is None

    @property
    def is_missing(self) -> bool:
        return self.counted is False

    @property
    def period(self) -> Period:
        if self.told:
            return self.told.period
        return period_of(self.indicator.group.plan, self.year)

    @cached_property
    def cadres(self) -> QuerySet[Cadre]:
        """Each person once, by name."""
        cadres = Cadre.objects.filter(pk__in=self._told_ids() if self.told else self._kept_ids())
        for word in fold(self.words).split():
            cadres = cadres.filter(folded__contains=word)
        return cadres.order_by("name_key", "pk")

    def _told_ids(self) -> list[int]:
        told = self.told
        assert told  # noqa: S101 (`cadres` sees to it)
        return sorted(
            {
                row.cadre_id
                for row in told.rows
                if told.part_of(row.cadre_id, row.unit_id) and self._is_asked_for(row)
            }
        )

    def _is_asked_for(self, row: Row) -> bool:
        if self.counted is None:
            return True
        return row.numerator > 0 if self.counted else row.denominator > row.numerator

    def _kept_ids(self) -> QuerySet[Standing]:
        standings = Standing.objects.filter(
            indicator=self.indicator,
            year=self.year,
            unit__in=units_below(self.unit_id, self.period.population_day),
        )
        if self.counted is not None:
            standings = standings.filter(
                **{"numerator__gt": 0} if self.counted else {"denominator__gt": F("numerator")}
            )
        return standings.values("cadre")  # type: ignore[return-value]

    def lines(self, cadres: Iterable[Cadre]) -> Iterator[Line]:
        """What counts for these people, straight from the facts the figure was made of."""
        people = list(cadres)
        found = self._evidence([cadre.pk for cadre in people])
        unit_ids = {e.unit_id for rows in found.values() for e in rows}
        names = names_on(unit_ids, self.period.population_day)
        today = self._today((e.cadre_id, e.unit_id) for rows in found.values() for e in rows)
        for cadre in people:
            for rows in self._by_line(found[cadre.pk]):
                units = ", ".join(names.get(row.unit_id, "—") for row in rows)
                now = ", ".join(today.get((cadre.pk, row.unit_id), "") for row in rows)
                why = MEASURES[self.indicator.measure].words(rows[0].basis)
                yield Line(cadre, units, rows[0].is_counted, why, now)

    def _by_line(self, rows: list[Evidence]) -> list[list[Evidence]]:
        """A person is one line, or each fact about a person is."""
        if MEASURES[self.indicator.measure].counts_people:
            return [rows] if rows else []
        return [[row] for row in rows]

    def _today(self, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
        if self.told is None or not self.told.lens.is_restated:
            return {}
        told = self.told.lens.told_now(pairs)
        return {pair: now.words for pair, now in told.items()}

    def _evidence(self, cadre_ids: list[int]) -> dict[int, list[Evidence]]:
        below, facts = self._where_and_what(cadre_ids)
        found: dict[int, list[Evidence]] = defaultdict(list)
        for row in MEASURES[self.indicator.measure].find(self.indicator, self.period, facts):
            if row.unit_id in below and self.counted in (None, row.is_counted):
                found[row.cadre_id].append(row)
        return found

    def _where_and_what(self, cadre_ids: list[int]) -> tuple[set[int], Facts]:
        plan = self.indicator.group.plan
        if self.told:
            until = date.max if self.told.is_stored else self.told.lens.day
            return self.told.units, Facts(plan, cadre_ids, until)
        below = units_below(self.unit_id, self.period.population_day)
        return set(below.values_list("unit", flat=True)), Facts(plan, cadre_ids)
