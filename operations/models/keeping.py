"""How long what is kept, and who has read why."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from kit.dates import now


class RetentionRule(models.Model):
    """Something is kept so many months from an event on, by a document; then it is anonymised.

    `code` names the function that does it.
    """

    code = models.SlugField(unique=True)
    months = models.PositiveSmallIntegerField(_("months"))
    document = models.CharField(pgettext_lazy("rule", "document"), max_length=200)

    class Meta:
        ordering = ["code"]
        verbose_name = _("retention rule")
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=1), name="operations_retention_a_month")
        ]

    def __str__(self) -> str:
        return self.code


class PurposeRead(models.Model):
    """A user has read what the platform keeps of people, and why."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField()
    read_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="operations_purpose_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.version}"
