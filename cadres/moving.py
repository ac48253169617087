"""Who goes where when units end or are split: posts cut on the day and gone on with elsewhere.

Nobody is lost and no day that was covered is left open; a main post stays a main post. Two posts
that become the same one (one cadre, one unit, one position) become one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from cadres.acts import Ref
from cadres.continuing import Span
from cadres.models import Post
from kit.errors import Refusal

_When = tuple[date, "date | None"]
_COLUMNS = ("pk", "cadre_id", "unit_id", "position_id", "is_main", "valid_from", "valid_to")


@dataclass
class Held:
    """A post, stored (`pk`) or not yet."""

    pk: int | None
    cadre: int
    unit: Ref
    position: int
    is_main: bool
    start: date
    end: date | None

    def is_same_as(self, other: Held) -> bool:
        return (self.unit, self.position) == (other.unit, other.position)


class Move(NamedTuple):
    """One cadre leaves one unit for another."""

    cadre: int
    origin: int
    to: Ref
    position: int


def _going_beyond(day: date) -> Q:
    return Q(valid_to=None) | Q(valid_to__gt=day)


class Staff:
    """The posts of everyone who is in one of the units on the day or later: two queries."""

    def __init__(self, unit_ids: Iterable[int], day: date) -> None:
        self.day = day
        beyond = Post.objects.filter(_going_beyond(day))
        concerned = beyond.filter(unit__in=set(unit_ids)).values("cadre")
        self.posts: dict[int, list[Held]] = defaultdict(list)
        for row in beyond.filter(cadre__in=concerned).order_by("pk").values_list(*_COLUMNS):
            self.posts[row[1]].append(Held(*row))
        self.stored = {h.pk: replace(h) for held in self.posts.values() for h in held if h.pk}
        self.moves: list[Move] = []
        self._leaving: list[tuple[Held, Ref]] = []

    def leave(self, unit: int, named: dict[int, Ref], targets: list[tuple[Ref, Decimal]]) -> None:
        """The people of a unit go where they are named for, the others by the targets' shares."""
        posts = [held for rows in self.posts.values() for held in rows if held.unit == unit]
        here = {held.cadre for held in posts}
        if strangers := named.keys() - here:
            raise Refusal(
                _("%(count)d of the people named are not in the unit on that day.")
                % {"count": len(strangers)}
            )
        goes = named | _shared_out(sorted(here - named.keys()), targets)
        self._leaving += [(held, goes[held.cadre]) for held in posts]

    def settle(self, onward: Callable[[Ref, date, date | None], Iterator[Span]]) -> None:
        """Cuts every post that is left and opens what follows it, main posts first."""
        pieces: list[Held] = []
        for held, to in self._leaving:
            start = max(self.day, held.start)
            spans = list(onward(to, start, held.end))
            if spans == [Span(held.unit, start, held.end)]:
                continue
            rows = [
                Held(None, held.cadre, s.unit, held.position, held.is_main, s.start, s.end)
                for s in spans
            ]
            self._cut(held, start)
            pieces += rows
            self.moves.append(Move(held.cadre, int(held.unit), rows[0].unit, held.position))
        for piece in sorted(pieces, key=lambda p: not p.is_main):
            self._put(piece)

    def _cut(self, held: Held, start: date) -> None:
        if held.start < start:
            held.end = start
        else:
            self.posts[held.cadre].remove(held)

    def _put(self, piece: Held) -> None:
        """Puts a post in; where the same one is held meanwhile, the main one of both stays."""
        whiles: list[_When] = [(piece.start, piece.end)]
        rows = self.posts[piece.cadre]
        for other in [held for held in rows if held.is_same_as(piece)]:
            if piece.is_main and not other.is_main:
                self._shrink(other, piece)
            else:
                whiles = [rest for w in whiles for rest in _without(w, (other.start, other.end))]
        rows += [replace(piece, start=start, end=end) for start, end in whiles]

    def _shrink(self, other: Held, piece: Held) -> None:
        rests = _without((other.start, other.end), (piece.start, piece.end))
        rows = self.posts[other.cadre]
        rows.remove(other)
        for number, (start, end) in enumerate(rests):
            rows.append(replace(other, pk=None if number else other.pk, start=start, end=end))

    def difference(self) -> tuple[list[Held], list[Held], list[int]]:
        """Posts that are new, those that are different, ids of those that go."""
        rows = [held for posts in self.posts.values() for held in posts]
        kept = {held.pk for held in rows}
        return (
            [held for held in rows if held.pk is None],
            [held for held in rows if held.pk and held != self.stored[held.pk]],
            sorted(pk for pk in self.stored if pk not in kept),
        )


def _without(a: _When, b: _When) -> list[_When]:
    """What is left of `a` when `b` is taken out of it."""
    rests: list[_When] = []
    if b[0] > a[0]:
        rests.append((a[0], b[0] if a[1] is None else min(a[1], b[0])))
    if b[1] is not None and (a[1] is None or b[1] < a[1]):
        rests.append((max(a[0], b[1]), a[1]))
    return rests


def _shared_out(cadre_ids: list[int], targets: list[tuple[Ref, Decimal]]) -> dict[int, Ref]:
    """So many people for each target as its share says, in order; the last takes the rest."""
    shared: dict[int, Ref] = {}
    begun, upto = 0, Decimal(0)
    for number, (target, share) in enumerate(targets, 1):
        upto += share
        last = number == len(targets)
        end = len(cadre_ids) if last else min(len(cadre_ids), round(upto * len(cadre_ids)))
        shared |= dict.fromkeys(cadre_ids[begun:end], target)
        begun = end
    return shared
