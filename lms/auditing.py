"""Looking through the journal by the clock; whoever must know of a fault is told."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Role
from cadres.models.units import valid_on
from kit.dates import day_of, now
from operations.chaining import Verdict, verify
from operations.notifying import notify


def verify_and_tell(at: datetime | None = None) -> Verdict:
    """Verifies the chain; auditors and administrators are told of faults, once a day."""
    at = at or now()
    verdict = verify(at)
    if verdict.faults:
        words = _("%(number)d faults were found when the journal was looked through: %(first)s")
        body = words % {"number": len(verdict.faults), "first": verdict.faults[0]}
        for user in _watchers(at):
            notify(
                user,
                key=f"journal:{day_of(at).isoformat()}",
                title=_("The journal is not whole"),
                body=body,
                address="/nhat-ky/",
            )
    return verdict


def _watchers(at: datetime) -> list[User]:
    held = valid_on(day_of(at), "grants__")
    watching = User.objects.filter(
        held, grants__role__in=[Role.AUDITOR, Role.ADMIN], is_active=True
    )
    return list(watching.distinct())
