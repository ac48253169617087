from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cadres.models.units import Unit
from kit.dates import now


class Attestation(models.Model):
    """A manager confirmed on a day who is in a unit and all below it. Appended only.

    `counts` is `{"people": 41, "groups": {"chuyen-trach": 6, …}}`, `open` what was still to be
    set right then: `{"without_phone": 3, …}`.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    attested_on = models.DateField()
    attested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=now)
    counts = models.JSONField()
    open = models.JSONField(default=dict)

    class Meta:
        ordering = ["-attested_on", "-id"]
        verbose_name = _("attestation")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "attested_on"], name="cadres_attestation_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.attested_on:%d/%m/%Y}"
