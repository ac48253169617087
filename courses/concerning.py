"""Which units an entry of the journal concerns that is about a row of this floor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from cadres.concerning import person_units
from courses.models import Completion, Edition, Obligation, Requirement
from operations.concerning import Units, tells_units


@tells_units(Completion)
def _of_completion(pk: Any, day: date) -> Iterator[Units]:
    return person_units(Completion.objects.filter(pk=pk).values("cadre"), day)


@tells_units(Obligation)
def _of_obligation(pk: Any, day: date) -> Iterator[Units]:
    return person_units(Obligation.objects.filter(pk=pk).values("cadre"), day)


@tells_units(Requirement)
def _of_requirement(pk: Any, day: date) -> list[Units]:
    return [Requirement.objects.filter(pk=pk).values_list("unit", flat=True)]


@tells_units(Edition)
def _of_edition(pk: Any, day: date) -> list[Units]:
    return [Edition.objects.filter(pk=pk).values_list("issuing_unit", flat=True)]
