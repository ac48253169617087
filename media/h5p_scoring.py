"""Points of Khéo's own H5P types, from the content and the response alone.

The forms of the responses are written down in media/h5p/README.md. What a browser says of its score
is never read; a response that the page cannot have sent is worth nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Params = dict[str, Any]
Score = tuple[Decimal, Decimal]  # points, and the most there are

LONGEST_RESPONSE = 10_000
REPLY_POINTS = {"good": 2, "fair": 1, "poor": 0}
RATINGS = 4
MOST_STEPS = 100
_INDEX = re.compile(r"0|[1-9][0-9]{0,2}")


def score(library: str, params: Params, response: str) -> Score:
    """Raises KeyError for a library that is not ours: "H5P.KheoSorting", without a version."""
    return SCORERS[library](params, response)


def score_situation(params: Params, response: str) -> Score:
    """Best and worst: 2 points each for the experts' own, 1 for the next to it.

    Rating each: 2 points for the experts' rating, 1 for the same side of the middle.
    """
    rated = [_rating(item) for item in _list(params, "responses")]
    pairs = _pairs(response)
    if params.get("task") == "rate":
        return _score(_points_of_ratings(rated, pairs), 2 * len(rated))
    return _score(_points_of_extremes(rated, pairs), 4)


def _points_of_ratings(rated: list[int], pairs: dict[str, str]) -> int:
    points = 0
    for source, target in pairs.items():
        at, chosen = _index(source, len(rated)), _index(target, RATINGS)
        if at is None or chosen is None:
            return 0
        points += 2 if chosen == rated[at] else int((chosen >= 2) == (rated[at] >= 2))
    return points


def _points_of_extremes(rated: list[int], pairs: dict[str, str]) -> int:
    chosen = {which: _index(at, len(rated)) for which, at in pairs.items()}
    if not chosen or not set(chosen) <= {"best", "worst"} or None in chosen.values():
        return 0
    if len(set(chosen.values())) < len(chosen):
        return 0  # one response cannot be both
    top, bottom = max(rated), min(rated)
    points = 0
    if (best := chosen.get("best")) is not None:
        points += _nearness(top - rated[best], top - bottom)
    if (worst := chosen.get("worst")) is not None:
        points += _nearness(rated[worst] - bottom, top - bottom)
    return points


def _nearness(off: int, widest: int) -> int:
    """2 for the very rating, 1 for the next, if that is not the other end."""
    return 2 if off == 0 else int(off == 1 < widest)


def score_dialogue(params: Params, response: str) -> Score:
    """Out of ten: the share of what could have been won on the way taken to the end of the talk.

    A good reply is worth 2, a fair one 1; a way that mends what it spoilt is longer, not richer.
    """
    nodes: dict[str, list[Params]] = {}
    for node in _list(params, "nodes"):
        nodes.setdefault(str(node.get("id")), _list(node, "replies"))
    steps = _parts(response)[:MOST_STEPS]
    points = _points_of_path(nodes, next(iter(nodes), ""), steps)
    tenths = (100 * points + len(steps)) // (2 * len(steps)) if steps else 0  # half up
    return Decimal(tenths) / 10, Decimal(10)


def _points_of_path(nodes: dict[str, list[Params]], at: str, steps: list[str]) -> int:
    """Every step must begin where the one before it led, and the last must lead to an end."""
    points = 0
    for step in steps:
        node, _, place = step.rpartition(".")
        replies = nodes.get(at, [])
        index = _index(place, len(replies))
        if node != at or index is None:
            return 0
        points += _worth(replies[index])
        at = str(replies[index].get("next"))
    return 0 if nodes.get(at) else points


def _worth(reply: Params) -> int:
    return REPLY_POINTS.get(str(reply.get("quality")), REPLY_POINTS["fair"])


def score_sorting(params: Params, response: str) -> Score:
    """A point for each card in its group; cards are numbered through the groups."""
    groups = _list(params, "groups")
    belongs = [at for at, group in enumerate(groups) for _ in _list(group, "cards")]
    points = 0
    for source, target in _pairs(response).items():
        card, group = _index(source, len(belongs)), _index(target, len(groups))
        if card is None or group is None:
            return _score(0, len(belongs))
        points += belongs[card] == group
    return _score(points, len(belongs))


def score_timeline(params: Params, response: str) -> Score:
    """Putting in order: as many points as events stand in order among each other, less one.

    Reading alone has no points.
    """
    count = len(_list(params, "events"))
    if params.get("task", "read") == "read":
        return _score(0, 0)
    order = [_index(part, count) for part in _parts(response)]
    known = [event for event in order if event is not None]
    if len(known) != len(order) or sorted(known) != list(range(count)):
        return _score(0, max(0, count - 1))
    return _score(max(0, _longest_rise(known) - 1), max(0, count - 1))


def is_read(params: Params, response: str) -> bool:
    """Whether a timeline has been read to its end: every event, in order."""
    return _parts(response) == [str(at) for at in range(len(_list(params, "events")))]


def _longest_rise(order: list[int]) -> int:
    rises: list[int] = []
    for at, event in enumerate(order):
        before = [rise for rise, other in zip(rises, order[:at], strict=True) if other < event]
        rises.append(1 + max(before, default=0))
    return max(rises, default=0)


SCORERS: dict[str, Callable[[Params, str], Score]] = {
    "H5P.KheoSituation": score_situation,
    "H5P.KheoDialogue": score_dialogue,
    "H5P.KheoSorting": score_sorting,
    "H5P.KheoTimeline": score_timeline,
}


def _score(points: int, most: int) -> Score:
    return Decimal(points), Decimal(most)


def _list(params: Params, name: str) -> list[Params]:
    """Optional lists are absent when empty."""
    return params.get(name) or []


def _rating(item: Params) -> int:
    """A select's value is text; what is no rating counts as the lowest, as in the page."""
    rating = _index(str(item.get("rating")), RATINGS)
    return 0 if rating is None else rating


def _parts(response: str) -> list[str]:
    if not response or len(response) > LONGEST_RESPONSE:
        return []
    return response.split("[,]")


def _pairs(response: str) -> dict[str, str]:
    """`a[.]b[,]c[.]d`; empty when it is not that, or when one source comes twice."""
    pairs: dict[str, str] = {}
    for part in _parts(response):
        source, sign, target = part.partition("[.]")
        if not sign or source in pairs:
            return {}
        pairs[source] = target
    return pairs


def _index(text: str, below: int) -> int | None:
    if not _INDEX.fullmatch(text) or int(text) >= below:
        return None
    return int(text)
