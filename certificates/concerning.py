"""What of this floor the journal tells of, as far as it concerns some units and their people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from cadres.concerning import Concern
from certificates.models import Certificate, Issuer


def concerned(concern: Concern) -> list[QuerySet[Any]]:
    return [
        Certificate.objects.filter(cadre__in=concern.people.values("pk")),
        Issuer.objects.filter(unit__in=concern.units.values("pk")),
    ]
