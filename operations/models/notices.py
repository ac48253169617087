from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from kit.dates import now


class Notice(models.Model):
    """A message to one user. `key` names the occasion: the same one is never sent twice."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    address = models.CharField(max_length=250, blank=True)
    created_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)
    emailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="operations_notice_once")
        ]
        indexes = [
            models.Index(
                fields=["recipient"], condition=Q(read_at=None), name="operations_notice_unread"
            )
        ]

    def __str__(self) -> str:
        return self.title
