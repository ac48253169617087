"""Where things go on when a unit ends: units and posts laid along its successors.

A unit may be known to end on a coming day. Whoever is put into it, or under it, is there until
that day, and in its successor from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from cadres.acts import Ref
from cadres.models import Post, Succession, Unit, UnitVersion
from kit.dates import format_day
from kit.errors import Refusal


class Span(NamedTuple):
    """A while in a unit: `[start, end)`."""

    unit: Ref
    start: date
    end: date | None


class Successor(NamedTuple):
    unit: Ref
    share: Decimal
    on: date


@dataclass
class Line:
    """A version of a unit, stored (`pk`) or not yet."""

    pk: int | None
    unit: Ref
    parent: Ref | None
    name: str
    kind: str
    code: str
    start: date
    end: date | None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or self.end > day)


_COLUMNS = ("pk", "unit_id", "parent_id", "name", "kind", "code", "valid_from", "valid_to")


class Histories:
    """All units with their versions and successors, read in two queries."""

    def __init__(self) -> None:
        self.lines: dict[Ref, list[Line]] = defaultdict(list)
        for row in UnitVersion.objects.order_by("unit_id", "valid_from").values_list(*_COLUMNS):
            self.lines[row[1]].append(Line(*row))
        self.successors: dict[Ref, list[Successor]] = defaultdict(list)
        columns = ("predecessor", "successor", "share", "reorganisation__effective_on")
        for old, *rest in Succession.objects.order_by("pk").values_list(*columns):
            self.successors[old].append(Successor(*rest))

    def line_on(self, unit: Ref, day: date) -> Line | None:
        return next((line for line in self.lines[unit] if line.holds(day)), None)

    def name_of(self, unit: Ref) -> str:
        """What the unit was called last."""
        return self.lines[unit][-1].name if self.lines[unit] else str(unit)

    def heir(self, unit: Ref) -> Ref | None:
        """The successor with the greatest share; of a unit without any, its last superior."""
        last = self.lines[unit][-1]
        found = [successor for successor in self.successors[unit] if successor.on == last.end]
        return max(found, key=lambda s: s.share).unit if found else last.parent

    def onward(self, unit: Ref, start: date, end: date | None = None) -> Iterator[Span]:
        """The while `[start, end)` in a unit, gone on with in its heirs once it has ended."""
        passed: set[Ref] = set()
        while True:
            ends_on = self.lines[unit][-1].end
            if ends_on is None or (end is not None and end <= ends_on):
                yield Span(unit, start, end)
                return
            if start < ends_on:
                yield Span(unit, start, ends_on)
                start = ends_on
            passed.add(unit)
            heir = self.heir(unit)
            if heir is None or heir in passed:
                raise Refusal(
                    _("%(unit)s ends on %(day)s and nothing follows it. Choose another unit.")
                    % {"unit": self.name_of(unit), "day": format_day(ends_on)}
                )
            unit = heir


def lay_out(posts: Iterable[Post]) -> list[Post]:
    """Unsaved posts cut where their unit ends and gone on with in its heir."""
    rows = list(posts)
    unit_ids = {post.unit_id for post in rows}
    if not UnitVersion.objects.filter(unit__in=unit_ids).exclude(valid_to=None).exists():
        return rows
    histories = Histories()
    laid: list[Post] = []
    for post in rows:
        for span in histories.onward(post.unit_id, post.valid_from, post.valid_to):
            laid.append(_piece(post, span))
    return laid


def _piece(post: Post, span: Span) -> Post:
    piece = copy(post)
    piece.unit_id, piece.valid_from, piece.valid_to = span.unit, span.start, span.end
    return piece


def lay_out_version(version: UnitVersion) -> list[UnitVersion]:
    """An unsaved version cut where its parent ends and gone on with under the parent's heir."""
    if version.parent_id is None:
        return [version]
    held = UnitVersion.objects.filter(unit=version.parent_id)
    if not held.filter(valid_from__lte=version.valid_from).exists():
        words = {"unit": version.parent, "day": format_day(version.valid_from)}
        raise Refusal(_("%(unit)s does not exist on %(day)s.") % words)
    if held.filter(valid_to=None).exists():
        return [version]
    histories = Histories()
    spans = histories.onward(version.parent_id, version.valid_from, version.valid_to)
    return [
        UnitVersion(
            unit=version.unit,
            parent_id=span.unit,
            name=version.name,
            kind=version.kind,
            code=version.code,
            valid_from=span.start,
            valid_to=span.end,
        )
        for span in spans
    ]


# --- Lineage ----------------------------------------------------------------------------------


def successors_of(unit: Unit) -> set[int]:
    """Ids of all units that go on from it, however many acts later; a query a generation."""
    return _reached(unit, "predecessor", "successor")


def predecessors_of(unit: Unit) -> set[int]:
    """Ids of all units that it goes on from, however many acts earlier; a query a generation."""
    return _reached(unit, "successor", "predecessor")


def _reached(unit: Unit, near: str, far: str) -> set[int]:
    found: set[int] = set()
    edge = {unit.pk}
    while edge:
        rows = Succession.objects.filter(**{f"{near}__in": edge}).values_list(far, flat=True)
        edge = set(rows) - found
        found |= edge
    return found
