"""Which units an entry of the journal concerns that is about a row of this floor."""

from __future__ import annotations

from datetime import date
from typing import Any

from indicators.models import Indicator, Plan
from operations.concerning import Units, tells_units


@tells_units(Plan)
def _of_plan(pk: Any, day: date) -> list[Units]:
    return [Plan.objects.filter(pk=pk).values_list("root", flat=True)]


@tells_units(Indicator)
def _of_indicator(pk: Any, day: date) -> list[Units]:
    return [Indicator.objects.filter(pk=pk).values_list("group__plan__root", flat=True)]
