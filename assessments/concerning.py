"""Which units an entry of the journal concerns that is about a row of this floor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from assessments.models import Attempt
from cadres.concerning import person_units
from operations.concerning import Units, tells_units


@tells_units(Attempt)
def _of_attempt(pk: Any, day: date) -> Iterator[Units]:
    return person_units(Attempt.objects.filter(pk=pk).values("sitting__cadre"), day)
