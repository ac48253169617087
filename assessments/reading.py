"""Reading answers as a device or a plain form sends them. Refuses whole what it cannot read."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from assessments.attempting import MAX_EVENTS_AT_ONCE, Answer
from kit.errors import Refusal

MAX_BYTES = 64 * 1024
MAX_SEQUENCE = 2**31 - 1
MAX_AGE_MS = 7 * 24 * 3600 * 1000
# The device name of answers that come as form fields.
FORM = "form"
_FIELD = re.compile(r"^[bq](\d{1,4})$")


def answers_in(body: bytes) -> list[Answer]:
    """`{"device", "answers": [{"position", "sequence", "chosen": […], "age_ms"}]}`."""
    if len(body) > MAX_BYTES:
        raise Refusal(_("Too many answers were sent at once."), status=413)
    try:
        sent = json.loads(body)
    except ValueError as error:
        raise _unreadable() from error
    device, answers = _parts(sent)
    if len(answers) > MAX_EVENTS_AT_ONCE:
        raise Refusal(_("Too many answers were sent at once."), status=413)
    return [_answer(device, answer) for answer in answers]


def _unreadable() -> Refusal:
    message = _("The answers could not be read. They are still on this device; reload the page.")
    return Refusal(message, status=400)


def _parts(sent: object) -> tuple[str, list[Any]]:
    if not isinstance(sent, dict):
        raise _unreadable()
    device, answers = sent.get("device"), sent.get("answers")
    if not isinstance(device, str) or not isinstance(answers, list):
        raise _unreadable()
    if not 1 <= len(device) <= 36 or device == FORM or "\0" in device:
        raise _unreadable()
    return device, answers


def _answer(device: str, sent: object) -> Answer:
    if not isinstance(sent, Mapping):
        raise _unreadable()
    return Answer(
        position=_whole(sent.get("position"), 1000),
        device=device,
        sequence=_whole(sent.get("sequence"), MAX_SEQUENCE),
        response={"chosen": sent.get("chosen")},
        age=timedelta(milliseconds=_age(sent.get("age_ms", 0))),
    )


def _whole(number: object, largest: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= largest:
        raise _unreadable()
    return number


def _age(sent: object) -> float:
    """Milliseconds, never negative; a nonsense clock counts as "just now" or "long ago"."""
    if isinstance(sent, bool) or not isinstance(sent, int | float) or math.isnan(sent):
        raise _unreadable()
    return min(max(0, sent), MAX_AGE_MS)


def answers_in_form(fields: QueryDict, started_at: datetime, at: datetime) -> list[Answer]:
    """What a plain form changed: fields `q3` against `b3`, what the page showed before.

    An unchanged answer is not sent again, so an old page overwrites nothing newer. The sequence
    is the time since the start: a later form is a later word.
    """
    sequence = int((at - started_at).total_seconds() * 1000) % MAX_SEQUENCE
    positions = sorted({int(found[1]) for name in fields if (found := _FIELD.match(name))})
    return [
        Answer(position, FORM, sequence, {"chosen": fields.getlist(f"q{position}")})
        for position in positions
        if _changed(fields, position)
    ]


def _changed(fields: QueryDict, position: int) -> bool:
    before = {key for key in fields.get(f"b{position}", "").split(",") if key}
    return set(fields.getlist(f"q{position}")) != before
