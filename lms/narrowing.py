"""The journal by unit: what of every floor concerns it, gathered under the roof."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

import assessments.concerning
import cadres.concerning
import certificates.concerning
import courses.concerning
import exchange.concerning
import indicators.concerning
from cadres.concerning import concern_of
from operations.models import JournalEntry
from operations.narrowing import about

_FLOORS = [
    cadres.concerning.concerned,
    assessments.concerning.concerned,
    courses.concerning.concerned,
    certificates.concerning.concerned,
    exchange.concerning.concerned,
    indicators.concerning.concerned,
]


def about_unit(entries: QuerySet[JournalEntry], unit_id: int, day: date) -> QuerySet[JournalEntry]:
    """The entries about a unit, all below it, and their people, as all that is on the day."""
    concern = concern_of(unit_id, day)
    return about(entries, [rows for floor in _FLOORS for rows in floor(concern)])
