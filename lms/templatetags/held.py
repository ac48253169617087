"""Rows of what is held, as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from kit.dates import format_day
from kit.numbers import format_number

register = template.Library()


@register.filter
def beside(row: Sequence[object], columns: Sequence[object]) -> list[tuple[object, object]]:
    """Each cell with the title of its column."""
    return list(zip(columns, row, strict=True))


@register.filter
def told(cell: object) -> object:
    """A cell as it is written here; nothing as a dash."""
    if cell is None or cell == "":
        return "—"
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%H:%M %d/%m/%Y}"
    if isinstance(cell, date):
        return format_day(cell)
    return format_number(cell) if isinstance(cell, Decimal) else cell
