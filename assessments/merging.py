"""Which answer counts: what several devices said, in whatever order it came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from assessments.models import AnswerEvent, Attempt


class Said(NamedTuple):
    """An accepted answer event."""

    id: int
    slot_id: int
    device: str
    sequence: int
    answered_at: datetime
    response: dict[str, Any]


def said_in(attempt: Attempt) -> list[Said]:
    """Every accepted answer of the attempt, in no order."""
    events = AnswerEvent.objects.filter(
        slot__attempt=attempt, verdict=AnswerEvent.Verdict.ACCEPTED
    ).order_by()
    return [Said(*row) for row in events.values_list(*Said._fields)]


def merged(events: Iterable[Said]) -> dict[int, Said]:
    """For each slot the answer that counts: the last word of the device that spoke last.

    A device's own order is its sequence (a slow network cannot turn two answers round); between
    devices the server's clock decides. The order in which events come makes no difference.
    """
    last_words: dict[tuple[int, str], Said] = {}
    for event in events:
        known = last_words.get((event.slot_id, event.device))
        if known is None or known.sequence < event.sequence:
            last_words[event.slot_id, event.device] = event
    counting: dict[int, Said] = {}
    for word in last_words.values():
        known = counting.get(word.slot_id)
        if known is None or _when(known) < _when(word):
            counting[word.slot_id] = word
    return counting


def _when(said: Said) -> tuple[datetime, str]:
    return said.answered_at, said.device


def responses_of(attempt: Attempt) -> dict[int, dict[str, Any]]:
    """The answer that counts for each slot id."""
    return {slot_id: said.response for slot_id, said in merged(said_in(attempt)).items()}
