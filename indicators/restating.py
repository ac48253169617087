"""Figures through a lens: of any day, by the units of then or of today. Counted for the asking.

What is stored are the figures of a year by the units of its day; nothing here is ever stored over
them. A part of a divided unit that no post tells apart counts by its share: a fraction marks what
is estimated, and the parts of one person add up to one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from cadres.lensing import Lens, Parts
from cadres.models import Ancestry, Post
from cadres.models.units import valid_on
from indicators.facts import Facts
from indicators.measures import MEASURES, Period, tally
from indicators.models import Indicator, Plan, Standing
from indicators.placing import Above, ancestors_on, units_below

Number = int | Fraction
Counts = tuple[Number, Number]


class Row(NamedTuple):
    indicator_id: int
    cadre_id: int
    unit_id: int
    numerator: int
    denominator: int


class Restating:
    """What a unit of the lens and those below it come to, for some indicators of a plan."""

    def __init__(
        self, plan: Plan, indicators: list[Indicator], year: int, lens: Lens, unit_id: int
    ) -> None:
        self.plan, self.indicators, self.lens, self.unit_id = plan, indicators, lens, unit_id
        self.period = Period(year, lens.day, plan.starts_on)
        stored_on = min(plan.measured_on or plan.starts_on, self.period.last)
        self.is_stored = lens.day == stored_on

    @cached_property
    def _below(self) -> set[int]:
        """The unit and those below it, on the day whose units are shown."""
        below = Ancestry.objects.filter(valid_on(self.lens.units_day), ancestor=self.unit_id)
        return set(below.values_list("unit_id", flat=True))

    @cached_property
    def units(self) -> set[int]:
        """The units people were counted in that are, or went into, what is shown."""
        if not self.lens.is_restated:
            below = set(units_below(self.unit_id, self.lens.day).values_list("unit", flat=True))
            return below if self.lens.overseen is None else below & self._overseen(below)
        restatement = self.lens.restatement
        return {
            unit_id
            for unit_id in restatement.known_units()
            if any(part in self._below for part, _share in restatement.parts_of(unit_id))
        }

    def _overseen(self, unit_ids: set[int]) -> set[int]:
        """Of a former subtree, what has since gone elsewhere is not for this reader."""
        parts_of = self.lens.restatement.parts_of
        return {
            unit_id
            for unit_id in unit_ids
            if any(part in self.lens.own for part, _share in parts_of(unit_id))
        }

    @cached_property
    def rows(self) -> list[Row]:
        return list(self._stored() if self.is_stored else self._counted())

    def _stored(self) -> Iterator[Row]:
        found = Standing.objects.filter(
            indicator__in=self.indicators, year=self.period.year, unit__in=self.units
        )
        return (Row(*row) for row in found.values_list(*Row._fields))

    @cached_property
    def facts(self) -> Facts:
        """Of everyone who ever had a post there: all that is counted in a unit is about them."""
        held = Post.objects.filter(unit__in=self.units).values_list("cadre_id", flat=True)
        return Facts(self.plan, sorted(set(held)), until=self.lens.day)

    def _counted(self) -> Iterator[Row]:
        for indicator in self.indicators:
            evidence = MEASURES[indicator.measure].find(indicator, self.period, self.facts)
            for (cadre_id, unit_id), counts in tally(evidence).items():
                if unit_id in self.units:
                    yield Row(indicator.pk, cadre_id, unit_id, *counts)

    @cached_property
    def settled(self) -> dict[tuple[int, int], Parts]:
        """Where each person of a unit belongs among the units shown."""
        pairs = {(row.cadre_id, row.unit_id) for row in self.rows}
        if self.lens.is_restated:
            return self.lens.restatement.settle(pairs)
        return {pair: ((pair[1], Fraction(1)),) for pair in pairs}

    def part_of(self, cadre_id: int, unit_id: int) -> Fraction:
        """How much of a person counted in a unit belongs to what is shown."""
        parts = self.settled[cadre_id, unit_id]
        if not self.lens.is_restated:
            return Fraction(1)
        return sum((share for part, share in parts if part in self._below), Fraction(0))

    @cached_property
    def figures(self) -> dict[tuple[int, int], Counts]:
        """By indicator and unit: of the unit and of all above and below what is counted."""
        above = ancestors_on([self.lens.units_day])[self.lens.units_day]
        people = {i.pk for i in self.indicators if MEASURES[i.measure].counts_people}
        by_cadre: dict[tuple[int, int, int], Counts] = {}
        spread: dict[Parts, dict[int, Number]] = {}
        for row in self.rows:
            parts = self.settled[row.cadre_id, row.unit_id]
            if parts not in spread:
                spread[parts] = _spread(parts, above)
            for unit_id, part in spread[parts].items():
                place = (row.indicator_id, unit_id, row.cadre_id)
                held = by_cadre.get(place, (0, 0))
                new = (part * row.numerator, part * row.denominator)
                once = row.indicator_id in people
                by_cadre[place] = _greater(held, new) if once else _sum(held, new)
        figures: dict[tuple[int, int], Counts] = defaultdict(lambda: (0, 0))
        for (indicator_id, unit_id, _cadre), counts in by_cadre.items():
            figures[indicator_id, unit_id] = _sum(figures[indicator_id, unit_id], counts)
        return dict(figures)

    def counts(self, indicator_id: int, unit_id: int) -> Counts:
        return self.figures.get((indicator_id, unit_id), (0, 0))


def _spread(parts: Parts, above: Above) -> dict[int, Number]:
    """The units that a person counts in, each with the part; whole ones as plain numbers."""
    found: dict[int, Fraction] = defaultdict(Fraction)
    for unit_id, share in parts:
        for ancestor_id in above.get(unit_id) or [unit_id]:
            found[ancestor_id] += share
    return {unit_id: 1 if part == 1 else part for unit_id, part in found.items()}


def _greater(a: Counts, b: Counts) -> Counts:
    return max(a[0], b[0]), max(a[1], b[1])


def _sum(a: Counts, b: Counts) -> Counts:
    return a[0] + b[0], a[1] + b[1]


def is_estimate(numbers: Iterable[Number]) -> bool:
    return any(isinstance(number, Fraction) for number in numbers)
