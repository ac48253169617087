"""What of this floor the journal tells of, as far as it concerns some units and their people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from assessments.models import Attempt
from cadres.concerning import Concern


def concerned(concern: Concern) -> list[QuerySet[Any]]:
    return [Attempt.objects.filter(sitting__cadre__in=concern.people.values("pk"))]
