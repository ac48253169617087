"""What an external record store is told of."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q

from assessments.models import Run
from exchange.models.sending import Sending


class RunReport(Sending):
    """A finished run and whether the store has taken it. What is sent is made of the run anew each
    time, with the same ids: nothing about people is kept twice."""

    run = models.OneToOneField(Run, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="exchange_reported_when",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state="waiting"), name="exchange_report_due"
            )
        ]

    def __str__(self) -> str:
        return str(self.run_id)

    @property
    def what(self) -> str:
        return self.run.revision.title

    @property
    def known_as(self) -> UUID:
        return self.run.pk

    @property
    def since(self) -> datetime | None:
        return self.run.finished_at
