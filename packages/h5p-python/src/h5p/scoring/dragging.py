"""Drag question: elements put into drop zones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from h5p.scoring.choices import listed, picked
from h5p.scoring.fields import Params, entries, flag, group, groups, text
from h5p.scoring.kinds import CannotVerify
from h5p.scoring.marks import NOTHING, Mark, Part
from h5p.scoring.plain import plain

ONE = Decimal(1)
Pair = tuple[str, str]  # zone, element: places in their lists


def drag_question(params: Params, response: str | None) -> Mark:
    """`0[.]2` says that the third element lies in the first zone."""
    task = group(params, "question", "task")
    elements, zones = groups(task, "elements"), groups(task, "dropZones")
    right = _right(elements, zones)
    put = _put(elements, response)
    times = Counter(element for _zone, element in put)
    hits = {pair for pair in put if pair in right and _may_lie(elements, pair, times)}
    parts = (
        *(_part(elements, zones, pair, pair in hits) for pair in put),
        *(Part("", _words(elements, zones, pair), False) for pair in right if pair not in hits),
    )
    most = _most(elements, right)
    points = Decimal(len(hits)) if right else ONE if response is not None else NOTHING
    behaviour = group(params, "behaviour")
    single = flag(behaviour, "singlePoint", False)
    if single or flag(behaviour, "applyPenalties", True):
        points = max(points - len(put) + len(hits), NOTHING)
    if single:
        points, most = ONE if points == most else NOTHING, ONE
    return Mark(
        points,
        most,
        question=plain(text(group(params, "question", "settings"), "questionTitle")),
        given=listed([part.given for part in parts]),
        right=listed([_words(elements, zones, pair) for pair in right]),
        parts=parts,
    )


def _right(elements: list[Params], zones: list[Params]) -> dict[Pair, None]:
    """In order, each once."""
    pairs = [
        (str(at), str(element))
        for at, zone in enumerate(zones)
        for element in entries(zone, "correctElements")
    ]
    known = {str(at) for at in range(len(elements))}
    return dict.fromkeys(pair for pair in pairs if pair[1] in known)


def _most(elements: list[Params], right: Iterable[Pair]) -> Decimal:
    zones = Counter(element for _zone, element in right)
    many = {element: flag(elements[int(element)], "multiple", False) for element in zones}
    return Decimal(sum(times if many[element] else 1 for element, times in zones.items()) or 1)


def _put(elements: list[Params], response: str | None) -> list[Pair]:
    pairs = [(zone, element) for zone, _, element in (p.partition("[.]") for p in picked(response))]
    fixed = {str(at) for at, element in enumerate(elements) if not entries(element, "dropZones")}
    if any(element in fixed for _zone, element in pairs):
        raise CannotVerify("an early version of the type counted elements differently")
    return pairs


def _may_lie(elements: list[Params], pair: Pair, times: Counter[str]) -> bool:
    """A real player keeps a single element in one place, and in a zone that takes it."""
    zone, element = pair
    there = elements[int(element)]
    takes = {str(at) for at in entries(there, "dropZones")}
    return zone in takes and (times[element] == 1 or flag(there, "multiple", False))


def _part(elements: list[Params], zones: list[Params], pair: Pair, hit: bool) -> Part:
    words = _words(elements, zones, pair)
    return Part(words, words if hit else "", hit)


def _words(elements: list[Params], zones: list[Params], pair: Pair) -> str:
    zone, element = pair
    about = group(_at(elements, element), "type", "params")
    return (
        f"{plain(text(about, 'text', 'alt', 'title')) or element}"
        f" → {plain(text(_at(zones, zone), 'label')) or zone}"
    )


def _at(items: list[Params], place: str) -> Params:
    at = int(place) if place.isdecimal() and len(place) < 9 else len(items)
    return items[at] if at < len(items) else {}
