"""Showing an identity number in full: for a reason, once, and the person is told."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Cadre
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record
from operations.notifying import notify

REVEAL = "identity.reveal"


@transaction.atomic
def reveal_identity(cadre: Cadre, *, by: User, reason: str) -> str:
    """The number. The journal keeps who saw it and why, not the number."""
    if not cadre.identity_number:
        raise Refusal(_("No identity number is recorded."), status=404)
    if not clean(reason):
        raise Refusal(_("Say why you need the number; the person will read it."), status=400)
    entry = record(REVEAL, cadre, by=by, reason=clean(reason))
    if cadre.user is not None and cadre.user != by:
        notify(
            cadre.user,
            key=f"identity:{entry.pk}",
            title=_("%(name)s saw your identity number") % {"name": by.full_name},
            body=_("The reason given: %(reason)s") % {"reason": entry.reason},
            address="/tai-khoan/du-lieu/",
        )
    return cadre.identity_number
