"""Days and instants as users write them, in the one zone of the platform."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from django.utils import timezone

_DAY = re.compile(r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\s*$")


def now() -> datetime:
    return timezone.now()


def today() -> date:
    """The day in Việt Nam, whatever the server's clock zone."""
    return timezone.localdate()


def day_of(instant: datetime) -> date:
    return timezone.localdate(instant)


def start_of(day: date) -> datetime:
    """The first instant of `day` in the platform's zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def parse_day(text: str) -> date:
    """ "05/9/2026" as a date; ValueError when it is not a day."""
    found = _DAY.match(text)
    if not found:
        raise ValueError(text)
    day, month, year = (int(part) for part in found.groups())
    return date(year, month, day)


def format_day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
