"""One right choice of several."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.kinds.base import ONE, ZERO, Body, Response, chosen_of, clean_choices, right_keys
from kit.errors import Refusal

name = "single"
many = False
shuffles = True


def check(body: Body) -> dict[str, Any]:
    choices = clean_choices(body.get("choices", []))
    if sum(choice["right"] for choice in choices) != 1:
        raise Refusal(_("A single-choice question has exactly one right choice."))
    return {"choices": choices}


def grade(body: Body, response: Response) -> Decimal:
    return ONE if chosen_of(response) == right_keys(body) else ZERO
