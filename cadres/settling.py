"""One main post on every day on which a post is held: which, and how posts are cut for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise

Held = tuple[int, int]
_Stretch = tuple[date, "date | None"]


@dataclass(frozen=True)
class Span:
    """A post from one day to another; `pk` None: not stored yet."""

    unit_id: int
    position_id: int
    valid_from: date
    valid_to: date | None
    is_main: bool
    document: str = ""
    pk: int | None = None

    @property
    def held(self) -> Held:
        return self.unit_id, self.position_id

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or self.valid_to > day)


@dataclass(frozen=True)
class Wish:
    """These posts, which follow on each other, are to be the main one from the day on."""

    held: tuple[Held, ...]
    since: date


def settle(spans: list[Span], wish: Wish | None = None) -> list[Span]:
    """The same posts, cut where the main one changes, with exactly one main post a day.

    Where nothing is wished the main post stays; where there is none, the one held longest is it.
    """
    mains = {stretch: _main(stretch[0], spans, wish) for stretch in _stretches(spans, wish)}
    return _joined(piece for span in spans for piece in _pieces(span, mains))


def _joined(pieces: Iterable[Span]) -> list[Span]:
    """Pieces of one post that differ in nothing and follow on each other are one again."""
    found: list[Span] = []
    for piece in sorted(pieces, key=lambda p: (p.held, p.valid_from)):
        last = found[-1] if found else None
        if last and last.valid_to == piece.valid_from and _alike(last, piece):
            found[-1] = replace(last, valid_to=piece.valid_to, pk=last.pk or piece.pk)
        else:
            found.append(piece)
    return found


def _alike(one: Span, other: Span) -> bool:
    parts = ((s.held, s.is_main, s.document) for s in (one, other))
    return next(parts) == next(parts)


def _stretches(spans: list[Span], wish: Wish | None) -> list[_Stretch]:
    """The times between days on which anything begins or ends."""
    days = {span.valid_from for span in spans} | {s.valid_to for s in spans if s.valid_to}
    if wish:
        days.add(wish.since)
    bounds: list[date | None] = [*sorted(days), None]
    return [(start, end) for start, end in pairwise(bounds) if start is not None]


def _main(day: date, spans: list[Span], wish: Wish | None) -> Span | None:
    def rank(span: Span) -> tuple[bool, bool, date, bool, int]:
        is_wished = wish is not None and day >= wish.since and span.held in wish.held
        return not is_wished, not span.is_main, span.valid_from, span.pk is None, span.pk or 0

    return min((span for span in spans if span.holds(day)), key=rank, default=None)


def _pieces(span: Span, mains: dict[_Stretch, Span | None]) -> Iterator[Span]:
    """The span cut where it becomes main or stops being it; the first piece keeps its row."""
    covered = [(s, mains[s] is span) for s in mains if span.holds(s[0])]
    pk = span.pk
    for is_main, run in groupby(covered, key=lambda pair: pair[1]):
        stretches = [stretch for stretch, _is_main in run]
        start, end = stretches[0][0], stretches[-1][1]
        yield replace(span, valid_from=start, valid_to=end, is_main=is_main, pk=pk)
        pk = None
