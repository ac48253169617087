"""What all that is sent outside has in common: where it stands, and when it is tried next."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kit.dates import now


class Sending(models.Model):
    """Something to be sent: waiting until it is taken, or given up.

    For those who look after it: `what` it tells of, `known_as` which id, `since` when.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=now)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
