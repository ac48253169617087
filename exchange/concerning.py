"""What of this floor the journal tells of, as far as it concerns some units and their people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from cadres.concerning import Concern
from exchange.models import ApiKey, Endpoint


def concerned(concern: Concern) -> list[QuerySet[Any]]:
    units = concern.units.values("pk")
    return [ApiKey.objects.filter(unit__in=units), Endpoint.objects.filter(unit__in=units)]
