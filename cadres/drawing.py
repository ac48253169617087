"""Drawing a unit's lineage: what it came from and what it became, laid out as a picture.

A unit is drawn once for each stage of its life between two acts that gave to it or took from it;
so time only runs one way, whatever names and units come back. `wide` runs from left to right,
`tall` from top to bottom for a telephone; both are made of the same stages.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby, pairwise
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Succession, UnitVersion
from kit.dates import format_day
from kit.numbers import format_percentage, percentage
from kit.text import alphabet_key

SHOWN = 8  # so many predecessors of one stage are drawn; of more, the last are told by number
_GAP = 12


@dataclass(frozen=True)
class Given:
    """One unit gave itself or a part of itself to another on a day, by a document."""

    old: int
    new: int
    share: Decimal
    on: date
    act: int
    document: str

    @property
    def is_whole(self) -> bool:
        return self.share == 1


@dataclass(frozen=True)
class Stage:
    """A unit from one act to the next; `others` units are told by number only."""

    unit_id: int
    public_id: UUID
    name: str
    start: date
    end: date | None
    others: int = 0

    @property
    def title(self) -> str:
        if self.others:
            words = ngettext("and %(n)d more unit", "and %(n)d more units", self.others)
            return words % {"n": self.others}
        return self.name

    @property
    def dates(self) -> str:
        if self.others:
            return ""
        if self.end is None:
            return _("since %(day)s") % {"day": format_day(self.start)}
        return f"{format_day(self.start)} – {format_day(self.end - timedelta(days=1))}"


@dataclass(frozen=True)
class Tie:
    """Between two stages: given whole, given in part, or the same unit going on."""

    old: Stage
    new: Stage
    share: Decimal | None

    @property
    def kind(self) -> str:
        if self.share is None:
            return "same"
        return "whole" if self.share == 1 else "part"

    @property
    def words(self) -> str:
        return format_percentage(percentage(self.share or 0, 1)) if self.kind == "part" else ""


class History:
    """Every unit's names and every gift among units; two queries."""

    def __init__(self) -> None:
        rows = UnitVersion.objects.select_related("unit").order_by("unit_id", "valid_from")
        self.versions: dict[int, list[UnitVersion]] = defaultdict(list)
        for row in rows:
            self.versions[row.unit_id].append(row)
        gifts = Succession.objects.order_by("reorganisation__effective_on", "pk")
        self.given: list[Given] = [
            Given(*row)
            for row in gifts.values_list(
                "predecessor_id",
                "successor_id",
                "share",
                "reorganisation__effective_on",
                "reorganisation_id",
                "reorganisation__document",
            )
        ]
        self._of: dict[int, list[Given]] = defaultdict(list)
        for gift in self.given:
            self._of[gift.old].append(gift)
            self._of[gift.new].append(gift)

    def about(self, unit_id: int) -> list[Given]:
        return self._of[unit_id]

    def name_on(self, unit_id: int, day: date) -> str:
        """The name of the day; of a day outside its life, the nearest."""
        versions = self.versions[unit_id]
        return next((v.name for v in reversed(versions) if v.valid_from <= day), versions[0].name)

    @cached_property
    def stages(self) -> dict[int, list[Stage]]:
        return {unit_id: list(self._stages_of(unit_id)) for unit_id in self.versions}

    def _stages_of(self, unit_id: int) -> Iterable[Stage]:
        versions = self.versions[unit_id]
        begun, ended = versions[0].valid_from, versions[-1].valid_to
        cuts = {g.on for g in self._of[unit_id] if begun < g.on and (ended is None or g.on < ended)}
        days = [begun, *sorted(cuts)]
        for start, end in zip(days, [*days[1:], ended], strict=True):
            name = self.name_on(unit_id, start)
            yield Stage(unit_id, versions[0].unit.public_id, name, start, end)

    @cached_property
    def ties(self) -> list[Tie]:
        found = [
            Tie(old, new, None) for stages in self.stages.values() for old, new in pairwise(stages)
        ]
        for gift in self.given:
            old = [s for s in self.stages.get(gift.old, []) if s.start < gift.on]
            new = [s for s in self.stages.get(gift.new, []) if s.start <= gift.on]
            if old and new and old[-1] != new[-1]:
                found.append(Tie(old[-1], new[-1], gift.share))
        return found


@dataclass
class Box:
    """A stage and where it stands in a picture."""

    stage: Stage
    x: int
    y: int
    width: int
    height: int
    lines: list[str]
    is_focus: bool

    @property
    def middle(self) -> int:
        return self.y + self.height // 2

    @property
    def text_x(self) -> int:
        return self.x + 12

    @property
    def placed_lines(self) -> list[tuple[int, str]]:
        return [(self.y + 22 + 18 * number, line) for number, line in enumerate(self.lines)]

    @property
    def dates_y(self) -> int:
        return self.y + 21 + 18 * len(self.lines)


@dataclass(frozen=True)
class Band:
    tie: Tie
    path: str
    label_x: int
    label_y: int


@dataclass
class Picture:
    width: int
    height: int
    boxes: list[Box] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)


class Lineage:
    """The stages and ties around one unit, as few as tell its story."""

    def __init__(self, history: History, unit_id: int, *, is_whole: bool = False) -> None:
        self.history, self.unit_id, self._is_whole = history, unit_id, is_whole
        self._before: dict[Stage, list[Tie]] = defaultdict(list)
        self._after: dict[Stage, list[Tie]] = defaultdict(list)
        for tie in history.ties:
            self._before[tie.new].append(tie)
            self._after[tie.old].append(tie)
        self.ties = self._chosen()
        self.is_cut = any(tie.old.others for tie in self.ties)

    def __bool__(self) -> bool:
        return any(tie.share is not None for tie in self.ties)

    def _reached(self, onward: Callable[[Stage], Iterable[Stage]]) -> set[Stage]:
        waiting = list(self.history.stages.get(self.unit_id, []))
        seen = set(waiting)
        while waiting:
            following = set(onward(waiting.pop())) - seen
            seen |= following
            waiting += following
        return seen

    def _chosen(self) -> list[Tie]:
        kept = self._reached(lambda stage: (tie.old for tie in self._before[stage]))
        kept |= self._reached(lambda stage: (tie.new for tie in self._after[stage]))
        # What of a divided unit went elsewhere belongs to the story.
        kept |= {tie.new for stage in kept for tie in self._after[stage] if tie.kind == "part"}
        found: list[Tie] = []
        for stage in kept:
            found += self._into(stage, kept)
        return found

    def _into(self, stage: Stage, kept: set[Stage]) -> list[Tie]:
        """The ties that end at a stage; of very many, and of units aside, the number."""
        ties = self._before[stage]
        if self._is_whole:
            return ties
        inside = [tie for tie in ties if tie.old in kept]
        inside.sort(key=self._telling_most)
        shown = inside if len(inside) <= SHOWN else inside[: SHOWN - 1]
        rest = len(ties) - len(shown)
        if not rest or not shown:
            return shown
        others = Stage(stage.unit_id, stage.public_id, "", stage.start, None, others=rest)
        return [*shown, Tie(others, stage, Decimal(1))]

    def _telling_most(self, tie: Tie) -> tuple[bool, bool, str]:
        """The unit itself first, then those that have a history of their own."""
        return tie.share is not None, not self._before[tie.old], alphabet_key(tie.old.name)

    @cached_property
    def layers(self) -> list[list[Stage]]:
        """Stages in the order of time; those of a layer stand near what they became."""
        depths = self._depths()
        layers: list[list[Stage]] = [[] for _depth in range(max(depths.values(), default=0) + 1)]
        for stage, depth in depths.items():
            layers[depth].append(stage)
        place: dict[Stage, float] = {}
        for layer in reversed(layers):
            layer.sort(key=lambda s: (self._pull(s, place), *self._rank(s)))
            place |= {stage: float(number) for number, stage in enumerate(layer)}
        return layers

    def _rank(self, stage: Stage) -> tuple[bool, bool, str]:
        """Those with a history of their own first, near it; those told by number last."""
        return (
            bool(stage.others),
            all(tie.new != stage for tie in self.ties),
            alphabet_key(stage.name),
        )

    def _pull(self, stage: Stage, place: dict[Stage, float]) -> float:
        """The mean place of what a stage became."""
        places = [place[tie.new] for tie in self.ties if tie.old == stage]
        return sum(places) / len(places) if places else 0.0

    def _depths(self) -> dict[Stage, int]:
        """Each stage one layer after the last it came from."""
        stages = {stage for tie in self.ties for stage in (tie.old, tie.new)}
        depths = dict.fromkeys(sorted(stages, key=lambda s: (s.start, not s.others, s.name)), 0)
        for _round in range(len(depths)):
            for tie in self.ties:
                depths[tie.new] = max(depths[tie.new], depths[tie.old] + 1)
        came_from_some = {tie.new for tie in self.ties}
        for stage in depths.keys() - came_from_some:  # right before what it became
            depths[stage] = min(depths[tie.new] for tie in self.ties if tie.old == stage) - 1
        return depths

    def _box(self, stage: Stage, x: int, y: int, width: int, letters: int) -> Box:
        lines = textwrap.wrap(stage.title, letters)[:2]
        height = 18 * len(lines) + (18 if stage.dates else 0) + 18
        return Box(
            stage, x, y, width, height, lines, stage.unit_id == self.unit_id and not stage.others
        )

    def wide(self) -> Picture:
        """Layers side by side; what became one unit stands around its height."""
        width, between = 196, 88
        columns = [
            [self._box(stage, number * (width + between) + 1, 0, width, 23) for stage in layer]
            for number, layer in enumerate(self.layers)
        ]
        placed: dict[Stage, Box] = {}
        for column in reversed(columns):
            self._place(column, placed)
            placed |= {box.stage: box for box in column}
        boxes = [box for column in columns for box in column]
        top = min((box.y for box in boxes), default=0) - 2
        for box in boxes:
            box.y -= top
        height = max((box.y + box.height for box in boxes), default=0) + 2
        full = len(columns) * (width + between) - between + 2
        return Picture(full, height, boxes, self._wide_bands(boxes))

    def _place(self, column: list[Box], placed: dict[Stage, Box]) -> None:
        """Boxes with one aim stand around it, one group under the other."""
        cursor: int | None = None
        for aim, group in groupby(column, key=lambda box: self._aim(box.stage, placed)):
            boxes = list(group)
            y = aim - (sum(box.height + _GAP for box in boxes) - _GAP) // 2
            y = y if cursor is None else max(y, cursor)
            for box in boxes:
                box.y = y
                y += box.height + _GAP
            cursor = y

    def _aim(self, stage: Stage, placed: dict[Stage, Box]) -> int:
        aims = [placed[tie.new].middle for tie in self.ties if tie.old == stage]
        return sum(aims) // len(aims) if aims else 0

    def _wide_bands(self, boxes: list[Box]) -> list[Band]:
        box_of = {box.stage: box for box in boxes}
        arriving: dict[Stage, list[Tie]] = defaultdict(list)
        for tie in sorted(self.ties, key=lambda tie: box_of[tie.old].y):
            arriving[tie.new].append(tie)
        bands = []
        for stage, ties in arriving.items():
            new = box_of[stage]
            for number, tie in enumerate(ties):
                old = box_of[tie.old]
                y = new.y + (number + 1) * new.height // (len(ties) + 1)
                x1, x2, y1 = old.x + old.width, new.x, old.middle
                bend = (x2 - x1) // 2
                path = f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y} {x2} {y}"
                bands.append(Band(tie, path, (x1 + x2) // 2, (y1 + y) // 2 + 4))
        return bands

    def tall(self) -> Picture:
        """One box a row; what a stage came from meets in a trunk at its left."""
        fed = [stage for layer in self.layers for stage in layer if self._feeders(stage)]
        trunk = {stage: 10 + 16 * number for number, stage in enumerate(reversed(fed))}
        left, y, boxes = 16 * len(fed) + 44, 2, []
        for layer in self.layers:
            for stage in layer:
                boxes.append(self._box(stage, left, y, 340 - left, (340 - left) // 9))
                y += boxes[-1].height + _GAP
        return Picture(341, y - _GAP + 2, boxes, self._tall_bands(boxes, trunk))

    def _feeders(self, stage: Stage) -> list[Tie]:
        return [tie for tie in self.ties if tie.new == stage]

    def _tall_bands(self, boxes: list[Box], trunk: dict[Stage, int]) -> list[Band]:
        box_of = {box.stage: box for box in boxes}
        bands = []
        for tie in self.ties:
            old, new, x = box_of[tie.old], box_of[tie.new], trunk[tie.new]
            y1, y2 = old.middle, new.middle
            path = (
                f"M{old.x} {y1} H{x + 8} Q{x} {y1} {x} {y1 + 8}"
                f" V{y2 - 8} Q{x} {y2} {x + 8} {y2} H{new.x}"
            )
            bands.append(Band(tie, path, new.x - 18, y2 + 4))
        return bands
