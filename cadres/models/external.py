from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cadres.models.people import Cadre
from kit.dates import now


class ExternalId(models.Model):
    """The id under which another system (`source`) knows a cadre, and what it last said of one.

    `said` maps a field (or `post:ID`) to its value in the form that is compared; it tells a hand's
    correction from what the system itself has changed (`weighing`).
    """

    source = models.SlugField(_("system"), max_length=40)
    value = models.CharField(_("id there"), max_length=64)
    cadre = models.ForeignKey(Cadre, models.CASCADE, related_name="external_ids")
    linked_at = models.DateTimeField(default=now)
    said = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("external id")
        constraints = [
            models.UniqueConstraint(fields=["source", "value"], name="cadres_external_id_once"),
            models.UniqueConstraint(fields=["source", "cadre"], name="cadres_external_one_each"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.value}"
