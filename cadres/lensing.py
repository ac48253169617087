"""Looking at people by the units of their day, or restated by the units of another day.

A unit of one day is a unit of another, or went into one whole, or was divided among several. Of a
divided unit each person goes where the posts of the day of division say; who had none there
belongs to every part by its share, an estimate. A unit that ended and left no successor counts in
the one it stood under. Shares stay fractions, so that the parts add up to the whole exactly.

Backwards in time the same holds with what came together for what was divided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from cadres.choosing import UnitChoice, choices_among, names_on, units_for
from cadres.models import Ancestry, Cadre, Post, Succession, UnitVersion
from cadres.models.people import CadreQuerySet
from cadres.models.units import valid_on
from cadres.scopes import Access
from kit.dates import format_day
from kit.numbers import format_percentage, percentage

Pair = tuple[int, int]  # a cadre in a unit
Parts = tuple[tuple[int, Fraction], ...]  # units, and how much of the whole belongs to each
WHOLE = Fraction(1)


class _Life(NamedTuple):
    """When a unit was there, and what it stood under at first and at last."""

    begun: date
    ended: date | None
    first_parent: int | None
    last_parent: int | None


class _Turn(NamedTuple):
    """On its way a unit's people go over into other units; `on` is counted along the way."""

    on: int
    shares: Parts


class Restatement:
    """How units of `day` are told in units of `to`; two queries, two more for divided units."""

    def __init__(self, day: date, to: date) -> None:
        self.day, self.to = day, to
        self._is_forward = to >= day
        self._start, self._end = self._position(day), self._position(to)
        self._lives = _read_lives()
        self._turns: dict[int, list[_Turn]] = defaultdict(list)
        self._read_turns()
        self._parts: dict[int, Parts] = {}

    def _position(self, day: date) -> int:
        return day.toordinal() if self._is_forward else -day.toordinal()

    def _place_of(self, day: date) -> int:
        """The first position at which what took effect on the day has been gone through."""
        return self._position(day) if self._is_forward else 1 - day.toordinal()

    def _day_at(self, place: int) -> date:
        """The day on which posts say where people went at a turn."""
        return date.fromordinal(place if self._is_forward else -place)

    def _last_place(self, unit_id: int) -> int | None:
        """Where the way of a unit ends, if it does."""
        life = self._lives[unit_id]
        day = life.ended if self._is_forward else life.begun
        return None if day is None else self._place_of(day)

    def _read_turns(self) -> None:
        onward: dict[tuple[int, int], list[tuple[int, Fraction]]] = defaultdict(list)
        rows = Succession.objects.order_by("pk").values_list(
            "reorganisation__effective_on", "predecessor_id", "successor_id", "share"
        )
        for day, old, new, share in rows:
            source, target = (old, new) if self._is_forward else (new, old)
            onward[source, self._place_of(day)].append((target, Fraction(share)))
        for (unit_id, place), shares in sorted(onward.items()):
            self._turns[unit_id].append(_Turn(place, self._divided(unit_id, place, shares)))
        for unit_id, life in self._lives.items():
            last = self._last_place(unit_id)
            above = life.last_parent if self._is_forward else life.first_parent
            if last is not None and above is not None and (unit_id, last) not in onward:
                self._turns[unit_id].append(_Turn(last, ((above, WHOLE),)))
                self._turns[unit_id].sort()

    def _divided(self, unit_id: int, place: int, shares: list[tuple[int, Fraction]]) -> Parts:
        """The shares as parts of one whole; a unit that goes on keeps what is left."""
        last = self._last_place(unit_id)
        given = sum(share for _id, share in shares)
        if last is None or last > place:
            kept = max(WHOLE - given, Fraction(0)) if self._is_forward else WHOLE
            shares = [*shares, (unit_id, kept)] if kept else shares
            given += kept
        merged: dict[int, Fraction] = defaultdict(Fraction)
        for target, share in shares:
            merged[target] += share / given
        return tuple(merged.items())

    def _next_turn(self, unit_id: int, since: int) -> _Turn | None:
        """The next on the way; for a unit that is no longer there, the one at which it went."""
        turns = self._turns.get(unit_id, [])
        ahead = next((turn for turn in turns if since < turn.on <= self._end), None)
        if ahead or unit_id not in self._lives:
            return ahead
        last = self._last_place(unit_id)
        is_gone = last is not None and last <= since
        return next((turn for turn in turns if is_gone and turn.on == last), None)

    def _follow(
        self, unit_id: int, guide: _Guide | None = None, cadre_id: int = 0
    ) -> Iterator[tuple[int, Fraction]]:
        waiting = [(unit_id, self._start, WHOLE, frozenset[tuple[int, int]]())]
        while waiting:
            here, since, share, gone = waiting.pop()
            turn = None if (here, since) in gone else self._next_turn(here, since)
            if turn is None:
                yield here, share
                continue
            told = guide.of(cadre_id, turn) if guide and len(turn.shares) > 1 else None
            onward = ((told, WHOLE),) if told is not None else turn.shares
            path = gone | {(here, since)}
            waiting += [(after, max(since, turn.on), share * s, path) for after, s in onward]

    def parts_of(self, unit_id: int) -> Parts:
        """What a unit is on the other day, whoever is meant."""
        if unit_id not in self._parts:
            self._parts[unit_id] = _added_up(self._follow(unit_id))
        return self._parts[unit_id]

    def is_divided(self, unit_id: int) -> bool:
        return len(self.parts_of(unit_id)) > 1

    def settle(self, pairs: Iterable[Pair]) -> dict[Pair, Parts]:
        """Where each person of a unit belongs on the other day; several parts are an estimate."""
        found = {pair: self.parts_of(pair[1]) for pair in pairs}
        divided = [pair for pair, parts in found.items() if len(parts) > 1]
        if divided:
            guide = _Guide(self._crossings(), {cadre_id for cadre_id, _unit in divided})
            for cadre_id, unit_id in divided:
                parts = _added_up(self._follow(unit_id, guide, cadre_id))
                found[cadre_id, unit_id] = parts
        return found

    def _crossings(self) -> dict[_Turn, date]:
        """The turns at which ways part, with the days whose posts tell who went where."""
        return {
            turn: self._day_at(turn.on)
            for turns in self._turns.values()
            for turn in turns
            if len(turn.shares) > 1 and turn.on <= self._end
        }

    def known_units(self) -> Set[int]:
        return self._lives.keys()

    def units_of_day(self) -> list[int]:
        return [
            unit_id
            for unit_id, life in self._lives.items()
            if life.begun <= self.day and (life.ended is None or life.ended > self.day)
        ]


def _added_up(parts: Iterable[tuple[int, Fraction]]) -> Parts:
    total: dict[int, Fraction] = defaultdict(Fraction)
    for unit_id, share in parts:
        total[unit_id] += share
    return tuple(sorted(total.items()))


def _read_lives() -> dict[int, _Life]:
    lives: dict[int, _Life] = {}
    rows = UnitVersion.objects.order_by("unit_id", "valid_from")
    for unit_id, parent_id, start, end in rows.values_list(
        "unit_id", "parent_id", "valid_from", "valid_to"
    ):
        first = lives.get(unit_id)
        lives[unit_id] = _Life(
            first.begun if first else start,
            end,
            first.first_parent if first else parent_id,
            parent_id,
        )
    return lives


class _Guide:
    """Where the posts of some people say they went, wherever ways part; two queries."""

    def __init__(self, crossings: dict[_Turn, date], cadre_ids: set[int]) -> None:
        self._crossings = crossings
        self._posts: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
        posts = Post.objects.filter(cadre__in=cadre_ids).order_by("-is_main", "pk")
        for cadre_id, *post in posts.values_list("cadre_id", "unit_id", "valid_from", "valid_to"):
            self._posts[cadre_id].append(tuple(post))  # type: ignore[arg-type]
        targets = {unit_id for turn in crossings for unit_id, _share in turn.shares}
        self._above: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
        above = Ancestry.objects.filter(ancestor__in=targets).order_by("depth")
        for unit_id, *row in above.values_list("unit_id", "ancestor_id", "valid_from", "valid_to"):
            self._above[unit_id].append(tuple(row))  # type: ignore[arg-type]

    def of(self, cadre_id: int, turn: _Turn) -> int | None:
        """The part whose post the cadre held, the main post first; None where none tells."""
        day = self._crossings[turn]
        candidates = {unit_id for unit_id, _share in turn.shares}
        return next(
            (
                ancestor_id
                for unit_id in _held_on(day, self._posts[cadre_id])
                for ancestor_id in _held_on(day, self._above[unit_id])
                if ancestor_id in candidates
            ),
            None,
        )


def _held_on(day: date, rows: list[tuple[int, date, date | None]]) -> Iterator[int]:
    return (unit_id for unit_id, start, end in rows if start <= day and (end is None or end > day))


@dataclass(frozen=True)
class Gathered:
    """Who of a day belongs to some units of another: `units` whole, others by person and part."""

    units: frozenset[int]
    parts: dict[int, Fraction]
    divided: frozenset[int]

    @property
    def estimated(self) -> dict[int, Fraction]:
        return {cadre_id: part for cadre_id, part in self.parts.items() if part < WHOLE}


@dataclass(frozen=True)
class Estimate:
    """How much of a number is an estimate: of `people` as many as `number` may belong here."""

    people: int
    number: Fraction
    units: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """The units that a person is told by: one, or several by their shares."""

    units: tuple[tuple[str, Fraction], ...]

    @property
    def is_estimate(self) -> bool:
        return len(self.units) > 1

    @property
    def words(self) -> str:
        if not self.is_estimate:
            return self.units[0][0]
        shares = (f"{name} {format_percentage(percentage(share, 1))}" for name, share in self.units)
        return _("estimate: %(shares)s") % {"shares": ", ".join(shares)}


@dataclass(frozen=True)
class Lens:
    """On which day people are looked at, and by whose units: those of the day, or of today."""

    access: Access
    day: date
    is_restated: bool = False
    _kept: dict[tuple[int, ...], Gathered] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_present(self) -> bool:
        return self.day == self.access.day

    @property
    def units_day(self) -> date:
        """The day whose units are shown."""
        return self.access.day if self.is_restated else self.day

    @property
    def words(self) -> str:
        """For the head of a page or of an export."""
        if self.is_restated:
            return _("as on %(day)s, restated by the units of %(today)s") % {
                "day": format_day(self.day),
                "today": format_day(self.access.day),
            }
        return _("as on %(day)s, by the units of that day") % {"day": format_day(self.day)}

    @cached_property
    def restatement(self) -> Restatement:
        return Restatement(self.day, self.access.day)

    @cached_property
    def own(self) -> set[int]:
        """The units one oversees today."""
        return self._below(self.access.managed_unit_ids, self.access.day)

    @staticmethod
    def _below(unit_ids: Iterable[int], day: date) -> set[int]:
        below = Ancestry.objects.filter(valid_on(day), ancestor__in=list(unit_ids))
        return set(below.values_list("unit_id", flat=True))

    @cached_property
    def overseen(self) -> frozenset[int] | None:
        """The units of the day that are, or went into, those one oversees today; None: all."""
        if self.access.sees_everyone:
            return None
        parts_of = self.restatement.parts_of
        return frozenset(
            unit_id
            for unit_id in self.restatement.units_of_day()
            if any(part in self.own for part, _share in parts_of(unit_id))
        )

    def units(self) -> list[UnitChoice]:
        """The units to choose from, by the names of their day."""
        if self.is_present or self.is_restated:
            return units_for(self.access)
        versions = UnitVersion.objects.filter(valid_on(self.day))
        if self.overseen is not None:
            versions = versions.filter(unit__in=self.overseen)
        return choices_among(versions)

    def counterparts(self, unit: UnitChoice) -> list[UnitChoice]:
        """What a unit of today that was not there on the day was then, or will be."""
        parts = dict(Restatement(self.access.day, self.day).parts_of(unit.pk))
        return [choice for choice in self.units() if choice.pk in parts]

    def units_meant(self, unit_ids: Iterable[int]) -> list[int]:
        """The units of the day whose people are told by these."""
        if self.is_present or not self.is_restated:
            return list(unit_ids)
        found = self.gathered(unit_ids)
        return sorted(found.units | found.divided)

    def people_within(self, unit_ids: Iterable[int] | None) -> CadreQuerySet:
        """Those with a post on the day in the subtrees of the units (None: all one oversees)."""
        posts = Post.objects.filter(valid_on(self.day))
        if unit_ids is None and self.access.sees_everyone:
            return Cadre.objects.filter(pk__in=posts.values("cadre"))
        if self.is_restated:
            found = self.gathered(self.access.managed_unit_ids if unit_ids is None else unit_ids)
            whole = Cadre.objects.filter(pk__in=posts.filter(unit__in=found.units).values("cadre"))
            return whole | Cadre.objects.filter(pk__in=found.parts) if found.parts else whole
        if unit_ids is not None:
            below = Ancestry.objects.filter(valid_on(self.day), ancestor__in=list(unit_ids))
            posts = posts.filter(unit__in=below.values("unit"))
        if self.overseen is not None:
            posts = posts.filter(unit__in=self.overseen)
        return Cadre.objects.filter(pk__in=posts.values("cadre"))

    def gathered(self, unit_ids: Iterable[int]) -> Gathered:
        """What of the day went into the subtrees of units of today."""
        key = tuple(sorted(unit_ids))
        if key not in self._kept:
            self._kept[key] = self._gather(self._below(key, self.access.day))
        return self._kept[key]

    def _gather(self, targets: set[int]) -> Gathered:
        whole, divided = set[int](), set[int]()
        for unit_id in self.restatement.known_units():
            inside = [part in targets for part, _share in self.restatement.parts_of(unit_id)]
            if any(inside):
                (whole if all(inside) else divided).add(unit_id)
        parts: dict[int, Fraction] = {}
        if divided:
            posts = Post.objects.filter(valid_on(self.day), unit__in=divided)
            pairs = set(posts.values_list("cadre_id", "unit_id"))
            for (cadre_id, _unit), settled in self.restatement.settle(pairs).items():
                part = sum((s for unit_id, s in settled if unit_id in targets), Fraction(0))
                if part:
                    parts[cadre_id] = max(part, parts.get(cadre_id, Fraction(0)))
        return Gathered(frozenset(whole), parts, frozenset(divided))

    def told_now(self, pairs: Iterable[Pair]) -> dict[Pair, Told]:
        """By what units of today people of units of the day are told."""
        settled = self.restatement.settle(pairs)
        ids = {unit_id for parts in settled.values() for unit_id, _share in parts}
        names = names_on(ids, self.access.day)
        return {
            pair: Told(tuple((names.get(unit_id, "—"), share) for unit_id, share in parts))
            for pair, parts in settled.items()
        }

    def told_by_main_post(self, people: Iterable[Cadre]) -> dict[int, Told]:
        """The same for people `with_main_post` of the day."""
        pairs = [(cadre.pk, cadre.unit_id) for cadre in people if cadre.unit_id]  # type: ignore[attr-defined]
        return {cadre_id: told for (cadre_id, _unit), told in self.told_now(pairs).items()}

    def estimate(self, unit_ids: Iterable[int], people: CadreQuerySet) -> Estimate | None:
        """How much of a list is estimated; None: nothing, as always where no unit was divided."""
        found = self.gathered(unit_ids) if self.is_restated else None
        if found is None or not found.estimated:
            return None
        posts = Post.objects.filter(valid_on(self.day), unit__in=found.units)
        unsure = people.filter(pk__in=found.estimated).exclude(pk__in=posts.values("cadre"))
        listed = list(unsure.order_by().values_list("pk", flat=True))
        if not listed:
            return None
        held = Post.objects.filter(valid_on(self.day), cadre__in=listed, unit__in=found.divided)
        names = names_on(held.values_list("unit_id", flat=True), self.day)
        number = sum((found.estimated[pk] for pk in listed), Fraction(0))
        return Estimate(len(listed), number, tuple(sorted(names.values())))
