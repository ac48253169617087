"""What of this floor the journal tells of, as far as it concerns some units and their people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from cadres.concerning import Concern
from indicators.models import Indicator, Plan


def concerned(concern: Concern) -> list[QuerySet[Any]]:
    plans = Plan.objects.filter(root__in=concern.units.values("pk"))
    return [plans, Indicator.objects.filter(group__plan__in=plans.values("pk"))]
