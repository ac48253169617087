from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kit.dates import now
from kit.secrets import EncryptedTextField


class Correction(models.Model):
    """A person asks that something held about them be put right; somebody answers, with reasons.

    `value` is encrypted: it may be an identity number. `evidence` names a sealed file.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        APPROVED = "approved", _("Put right")
        RETURNED = "returned", _("Returned")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    field = models.CharField(max_length=20)
    value = EncryptedTextField()
    reason = models.TextField()
    evidence = models.CharField(max_length=120, blank=True)
    evidence_name = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("correction")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "field"],
                condition=Q(state="waiting"),
                name="operations_correction_one_waiting",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None)
                | Q(state__in=["approved", "returned"], answered_at__isnull=False),
                name="operations_correction_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(answer=""),
                name="operations_correction_returned_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.field}"
