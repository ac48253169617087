"""Figures from standings, standings from facts.

An event refreshes the standings of the cadres it is about and moves the figures of the units
above by the difference, in its own transaction. `remeasure` goes through everyone and writes
what differs, `find_differences` only looks.

Everyone who writes standings or figures first locks the plan's row and takes no other lock
afterwards, so that nobody waits in a circle and differences never overtake each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef

from cadres.models import Cadre
from indicators.facts import Facts
from indicators.measures import MEASURES, Period, tally
from indicators.models import Figure, Indicator, Plan, Standing
from indicators.placing import Above, ancestors_on
from kit.dates import today
from operations.journalling import record

CHUNK = 1000


class Key(NamedTuple):
    indicator_id: int
    year: int
    cadre_id: int
    unit_id: int


class Place(NamedTuple):
    """Where a figure stands."""

    indicator_id: int
    year: int
    unit_id: int


_T = TypeVar("_T", Key, Place)
Counts = tuple[int, int]
Standings = dict[Key, Counts]
Figures = dict[Place, Counts]


class _Reading(NamedTuple):
    """A plan as it is being measured: on which day, by which indicators."""

    plan: Plan
    on: date
    indicators: list[Indicator]

    @property
    def periods(self) -> list[Period]:
        plan = self.plan
        years = range(plan.starts_on.year, min(self.on, plan.ends_on).year + 1)
        return [Period(year, self.on, plan.starts_on) for year in years]

    @property
    def people(self) -> set[int]:
        """Indicators that count each cadre once at every level."""
        return {i.pk for i in self.indicators if MEASURES[i.measure].counts_people}

    def above(self, unit_ids: set[int] | None = None) -> dict[int, Above]:
        """The units above each unit, by year."""
        days = {period.year: period.population_day for period in self.periods}
        found = ancestors_on(days.values(), unit_ids)
        return {year: found[day] for year, day in days.items()}


def _reading(plan: Plan, on: date) -> _Reading:
    automatic = Indicator.objects.filter(group__plan=plan).exclude(measure="")
    return _Reading(plan, on, list(automatic.order_by("pk")))


def count_standings(reading: _Reading, cadre_ids: list[int] | None = None) -> Standings:
    """What the facts say of every cadre (or of `cadre_ids`) in every year of the plan."""
    facts = Facts(reading.plan, cadre_ids)
    return {
        Key(indicator.pk, period.year, cadre_id, unit_id): counts
        for indicator in reading.indicators
        for period in reading.periods
        for (cadre_id, unit_id), counts in tally(
            MEASURES[indicator.measure].find(indicator, period, facts)
        ).items()
    }


def add_up(standings: Standings, above: dict[int, Above], people: set[int]) -> Figures:
    """Σ numerator and Σ denominator for each unit. `people`: indicators that count each once."""
    by_cadre: dict[tuple[int, int, int, int], Counts] = {}
    for (indicator_id, year, cadre_id, stood_in), (numerator, denominator) in standings.items():
        for unit_id in above[year].get(stood_in, ()):
            place = (indicator_id, year, unit_id, cadre_id)
            held = by_cadre.get(place, (0, 0))
            if indicator_id in people:
                by_cadre[place] = (max(held[0], numerator), max(held[1], denominator))
            else:
                by_cadre[place] = (held[0] + numerator, held[1] + denominator)
    figures: Figures = {}
    for (indicator_id, year, unit_id, _cadre), counts in by_cadre.items():
        _add(figures, Place(indicator_id, year, unit_id), counts)
    return figures


def _add(figures: Figures, place: Place, counts: Counts, sign: int = 1) -> None:
    held = figures.get(place, (0, 0))
    figures[place] = (held[0] + sign * counts[0], held[1] + sign * counts[1])


def _stored_standings(reading: _Reading, cadre_ids: list[int]) -> dict[Key, tuple[int, Counts]]:
    rows = Standing.objects.filter(indicator__in=reading.indicators, cadre__in=cadre_ids)
    return {
        Key(*key): (pk, (numerator, denominator))
        for pk, numerator, denominator, *key in rows.values_list(
            "pk", "numerator", "denominator", "indicator_id", "year", "cadre_id", "unit_id"
        )
    }


def _chunks(cadre_ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(cadre_ids), CHUNK):
        yield cadre_ids[start : start + CHUNK]


def _everyone() -> list[int]:
    return list(Cadre.objects.order_by("pk").values_list("pk", flat=True))


def _locked_plans() -> list[Plan]:
    return list(Plan.objects.select_for_update().exclude(measured_on=None).order_by("pk"))


@transaction.atomic
def refresh(cadre_ids: list[int]) -> None:
    """Facts about `cadre_ids` changed: their standings and the figures above follow."""
    for plan in _locked_plans():
        assert plan.measured_on is not None  # noqa: S101 (_locked_plans sees to it)
        reading = _reading(plan, plan.measured_on)
        for chunk in _chunks(sorted(set(cadre_ids)) if reading.indicators else []):
            _refresh_chunk(reading, chunk)


@transaction.atomic
def forget(cadre_ids: list[int]) -> None:
    """People who were entered by mistake: what was counted of them is taken back."""
    for plan in _locked_plans():
        assert plan.measured_on is not None  # noqa: S101 (_locked_plans sees to it)
        reading = _reading(plan, plan.measured_on)
        for chunk in _chunks(sorted(cadre_ids)):
            _replace(reading, _stored_standings(reading, chunk), {})


def _refresh_chunk(reading: _Reading, cadre_ids: list[int]) -> None:
    stored = _stored_standings(reading, cadre_ids)
    _replace(reading, stored, count_standings(reading, cadre_ids))


def _replace(reading: _Reading, stored: dict[Key, tuple[int, Counts]], new: Standings) -> None:
    old = {key: counts for key, (_pk, counts) in stored.items()}
    if old == new:
        return
    above = reading.above({key.unit_id for key in (*old, *new)})
    moves = add_up(new, above, reading.people)
    for place, counts in add_up(old, above, reading.people).items():
        _add(moves, place, counts, sign=-1)
    _move_figures({place: counts for place, counts in moves.items() if counts != (0, 0)})
    _write_standings(stored, new)


def _move_figures(moves: Figures) -> None:
    """Adds the differences; whoever calls holds the plan's lock."""
    if not moves:
        return
    rows = Figure.objects.filter(
        indicator__in={place.indicator_id for place in moves},
        year__in={place.year for place in moves},
        unit__in={place.unit_id for place in moves},
    )
    held = {
        Place(row.indicator_id, row.year, row.unit_id): (row.numerator, row.denominator)
        for row in rows
    }
    moved = dict(held)
    for place, counts in moves.items():
        _add(moved, place, counts)
    Figure.objects.bulk_create(
        (
            Figure(**place._asdict(), numerator=moved[place][0], denominator=moved[place][1])
            for place in sorted(moves)
        ),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=Place._fields,
        update_fields=["numerator", "denominator", "changed_at"],
    )


def _write_standings(stored: dict[Key, tuple[int, Counts]], new: Standings) -> None:
    gone = [stored[key][0] for key in stored.keys() - new.keys()]
    if gone:
        Standing.objects.filter(pk__in=gone).delete()
    changed = [
        Standing(**key._asdict(), numerator=counts[0], denominator=counts[1])
        for key, counts in sorted(new.items())
        if key not in stored or stored[key][1] != counts
    ]
    Standing.objects.bulk_create(
        changed,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=Key._fields,
        update_fields=["numerator", "denominator"],
    )


@transaction.atomic
def remeasure(plan: Plan, *, on: date | None = None) -> None:
    """Counts everyone anew, as of the day, and writes what differs."""
    day = on or today()
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    reading = _reading(locked, day)
    above, figures = reading.above(), Figures()
    for chunk in _chunks(_everyone()):
        standings = count_standings(reading, chunk)
        _write_standings(_stored_standings(reading, chunk), standings)
        for place, counts in add_up(standings, above, reading.people).items():
            _add(figures, place, counts)
    _drop_strangers(reading)
    stored = _stored_figures(locked)
    for place, counts in stored.items():
        _add(figures, place, counts, sign=-1)
    moves = {place: counts for place, counts in figures.items() if counts != (0, 0)}
    _move_figures(moves)
    if moves or locked.measured_on != day:
        before = {"measured": str(locked.measured_on)} if locked.measured_on else {}
        after = {"measured": str(day), "figures": len(moves)}
        record("plan.measure", locked, by=None, before=before, after=after)
    locked.measured_on = day
    locked.save(update_fields=["measured_on"])
    plan.measured_on = day


def _drop_strangers(reading: _Reading) -> None:
    """What was counted for indicators that are no longer automatic, or years not begun."""
    years = [period.year for period in reading.periods]
    for model in (Standing, Figure):
        of_plan = model._default_manager.filter(indicator__group__plan=reading.plan)
        of_plan.exclude(indicator__in=reading.indicators, year__in=years).delete()


def _stored_figures(plan: Plan) -> Figures:
    rows = Figure.objects.filter(indicator__group__plan=plan)
    return {
        Place(*place): (numerator, denominator)
        for numerator, denominator, *place in rows.values_list(
            "numerator", "denominator", "indicator_id", "year", "unit_id"
        )
    }


def remeasure_all() -> None:
    """The units or the groups changed: every measured plan is counted anew, as of its day."""
    for plan in _locked_plans():
        remeasure(plan, on=plan.measured_on)


def remeasure_stale(*, on: date | None = None) -> int:
    """Moves every begun plan's figures to today; those already there are left alone."""
    day = on or today()
    automatic = Indicator.objects.filter(group__plan=OuterRef("pk")).exclude(measure="")
    begun = Plan.objects.filter(Exists(automatic), starts_on__lte=day)
    stale = begun.exclude(measured_on=day).order_by("pk")
    for plan in stale:
        remeasure(plan, on=day)
    return len(stale)


def find_differences(plan: Plan) -> list[str]:
    """Where stored standings or figures differ from what the facts say; nothing is written."""
    if plan.measured_on is None:
        return []
    reading = _reading(plan, plan.measured_on)
    above, figures, differing = reading.above(), Figures(), list[str]()
    for chunk in _chunks(_everyone()):
        standings = count_standings(reading, chunk)
        stored = {key: counts for key, (_pk, counts) in _stored_standings(reading, chunk).items()}
        differing += _differing("standing", stored, standings)
        for place, counts in add_up(standings, above, reading.people).items():
            _add(figures, place, counts)
    kept = {place: counts for place, counts in _stored_figures(plan).items() if any(counts)}
    return sorted(differing + _differing("figure", kept, figures))


def _differing(what: str, kept: Mapping[_T, Counts], computed: Mapping[_T, Counts]) -> list[str]:
    return [
        f"{what} {tuple(key)}: {kept.get(key)} -> {computed.get(key)}"
        for key in computed.keys() | kept.keys()
        if computed.get(key) != kept.get(key)
    ]
