"""Filters every template has: numbers, percentages and days as Vietnamese readers write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import template

from kit.dates import format_day
from kit.numbers import format_number, format_percentage

register = template.Library()


@register.filter
def number(value: Decimal | int | None) -> str:
    return "—" if value is None else format_number(value)


@register.filter
def percent(value: Decimal | None) -> str:
    return format_percentage(value)


@register.filter
def day(value: date | None) -> str:
    return "—" if value is None else format_day(value)
