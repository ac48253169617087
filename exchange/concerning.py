"""Which units an entry of the journal concerns that is about a row of this floor."""

from __future__ import annotations

from datetime import date
from typing import Any

from exchange.models import ApiKey, Endpoint
from operations.concerning import Units, tells_units


@tells_units(ApiKey)
def _of_key(pk: Any, day: date) -> list[Units]:
    return [ApiKey.objects.filter(pk=pk).values_list("unit", flat=True)]


@tells_units(Endpoint)
def _of_endpoint(pk: Any, day: date) -> list[Units]:
    return [Endpoint.objects.filter(pk=pk).values_list("unit", flat=True)]
