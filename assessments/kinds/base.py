"""What a question kind must know: to check its body, to read a response, to grade it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from kit.errors import Refusal
from kit.text import clean

Body = Mapping[str, Any]
Response = Mapping[str, Any]

ZERO, ONE = Decimal(0), Decimal(1)
_PLACES = Decimal("0.0000001")


class Kind(Protocol):
    """One question kind. A response is `{"chosen": [key, …]}`."""

    name: str
    many: bool
    shuffles: bool

    def check(self, body: Body) -> dict[str, Any]:
        """The body, cleaned; Refusal with what is wrong."""
        ...

    def grade(self, body: Body, response: Response) -> Decimal:
        """Fraction 0…1 of the mark."""
        ...


def chosen_of(response: Response) -> frozenset[str]:
    chosen = response.get("chosen", [])
    return frozenset(key for key in chosen if isinstance(key, str))


def right_keys(body: Body) -> frozenset[str]:
    return frozenset(choice["key"] for choice in body["choices"] if choice["right"])


def exact(fraction: Decimal) -> Decimal:
    return fraction.quantize(_PLACES, rounding=ROUND_HALF_UP)


def clean_response(kind: Kind, body: Body, raw: object) -> dict[str, list[str]]:
    """The response with only keys the question has; Refusal when it is not a response at all."""
    return clean_keys(kind, [choice["key"] for choice in body["choices"]], raw)


def clean_keys(kind: Kind, known: Sequence[str], raw: object) -> dict[str, list[str]]:
    """`clean_response` for one who knows the question's keys and need not load its body."""
    chosen = raw.get("chosen") if isinstance(raw, Mapping) else None
    if not isinstance(chosen, list) or len(chosen) > 50:
        raise Refusal(_("This answer could not be read. Please choose again."), status=400)
    keys = {key for key in chosen if isinstance(key, str) and key in known}
    if len(keys) != len(chosen) or (not kind.many and len(keys) > 1):
        raise Refusal(_("This answer does not fit the question. Please choose again."), status=400)
    return {"chosen": sorted(keys)}


def clean_choices(choices: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Choices with keys a, b, c …; Refusal when a text is missing or stands twice."""
    cleaned = [
        {
            "key": chr(97 + number),
            "text": clean(str(choice.get("text", ""))),
            "right": bool(choice.get("right")),
            "feedback": clean(str(choice.get("feedback", ""))),
        }
        for number, choice in enumerate(choices)
    ]
    texts = [choice["text"] for choice in cleaned]
    if len(cleaned) < 2 or not all(texts):
        raise Refusal(_("A question needs at least two choices, each with its text."))
    if len(set(texts)) < len(texts):
        raise Refusal(_("Two choices have the same text."))
    return cleaned
