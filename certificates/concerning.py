"""Which units an entry of the journal concerns that is about a row of this floor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from cadres.concerning import person_units
from certificates.models import Certificate, Issuer
from operations.concerning import Units, tells_units


@tells_units(Certificate)
def _of_certificate(pk: Any, day: date) -> Iterator[Units]:
    return person_units(Certificate.objects.filter(pk=pk).values("cadre"), day)


@tells_units(Issuer)
def _of_issuer(pk: Any, day: date) -> list[Units]:
    return [Issuer.objects.filter(pk=pk).values_list("unit", flat=True)]
