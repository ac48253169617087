"""A statement that is true or false; the two choices keep their order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.kinds.base import ONE, ZERO, Body, Response, chosen_of, right_keys
from kit.errors import Refusal
from kit.text import clean

name = "true_false"
many = False
shuffles = False


def check(body: Body) -> dict[str, Any]:
    """Takes `{"answer": bool}` as an author writes it, or choices as they are stored."""
    choices = body.get("choices") or []
    answer = body.get("answer", choices[0].get("right") if choices else None)
    if not isinstance(answer, bool):
        raise Refusal(_("Say whether the statement is true or false."))
    feedback = [clean(str(choice.get("feedback", ""))) for choice in choices] or ["", ""]
    return {
        "choices": [
            {"key": "a", "text": "Đúng", "right": answer, "feedback": feedback[0]},
            {"key": "b", "text": "Sai", "right": not answer, "feedback": feedback[-1]},
        ]
    }


def grade(body: Body, response: Response) -> Decimal:
    return ONE if chosen_of(response) == right_keys(body) else ZERO
