from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What one may be besides a learner (whoever has a cadre record is one)."""

    TRAINER = "trainer", _("Trainer")
    REVIEWER = "reviewer", _("Reviewer")
    MANAGER = "manager", _("Unit manager")
    ISSUER = "issuer", _("Certificate issuer")
    OWNER = "owner", _("Plan owner")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")
