"""What of this floor the journal tells of, as far as it concerns some units and their people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from cadres.concerning import Concern
from courses.models import Completion, Obligation, Requirement


def concerned(concern: Concern) -> list[QuerySet[Any]]:
    people = concern.people.values("pk")
    return [
        Completion.objects.filter(cadre__in=people),
        Obligation.objects.filter(cadre__in=people),
        Requirement.objects.filter(unit__in=concern.units.values("pk")),
    ]
