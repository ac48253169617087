"""Intervals `[from, to)` as people say them: to the last day, included."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import template

from kit.dates import format_day
from kit.numbers import format_percentage

register = template.Library()


@register.filter
def last_day(valid_to: date | None) -> str:
    return "—" if valid_to is None else format_day(valid_to - timedelta(days=1))


@register.filter
def of(found: dict[Any, Any], key: object) -> Any:
    """What a dictionary holds of a key; None where it holds nothing."""
    return found.get(key)


@register.filter
def share(value: Decimal) -> str:
    """A part of 1 in percent."""
    return format_percentage(value * 100)
