"""Several right choices; each right one earns a share, each wrong one costs a share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.kinds.base import (
    ZERO,
    Body,
    Response,
    chosen_of,
    clean_choices,
    exact,
    right_keys,
)
from kit.errors import Refusal

name = "multiple"
many = True
shuffles = True


def check(body: Body) -> dict[str, Any]:
    choices = clean_choices(body.get("choices", []))
    rights = sum(choice["right"] for choice in choices)
    if not 2 <= rights < len(choices):
        raise Refusal(
            _("A multiple-choice question has at least two right choices and one wrong one.")
        )
    return {"choices": choices}


def grade(body: Body, response: Response) -> Decimal:
    """Right share minus wrong share, never below nought: choosing everything earns nothing."""
    rights = right_keys(body)
    wrongs = {choice["key"] for choice in body["choices"]} - rights
    chosen = chosen_of(response)
    earned = Decimal(len(chosen & rights)) / len(rights)
    lost = Decimal(len(chosen & wrongs)) / len(wrongs)
    return exact(max(ZERO, earned - lost))
