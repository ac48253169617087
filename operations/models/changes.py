"""What a deed wrote in bulk, row by row."""

from __future__ import annotations

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.models import User
from kit.dates import now


class ChangeSet(models.Model):
    """What one deed wrote, row by row, so that it can be undone to the letter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.title


class Change(models.Model):
    """Some rows of one model that a change set made, changed or removed.

    `rows` is `[{"pk", "before": {field: value}, "after": {field: value}}]`; encrypted columns
    stay ciphertext.
    """

    class Kind(models.TextChoices):
        CREATE = "create"
        UPDATE = "update"
        DELETE = "delete"

    change_set = models.ForeignKey(ChangeSet, models.CASCADE, related_name="changes")
    position = models.PositiveIntegerField()
    model = models.CharField(max_length=60)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    rows = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_set", "position"], name="operations_change_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.model}"
