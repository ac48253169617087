"""Taking a certificate back, for a reason and by a decision that stay in the register."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Certificate, CertificateEvent
from certificates.signals import certificate_revoked
from kit.dates import now
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record


@transaction.atomic
def revoke(
    certificate: Certificate,
    *,
    by: User,
    reason: str,
    document: str = "",
    at: datetime | None = None,
) -> Certificate:
    """Revokes a valid certificate. Its number stays taken; the paper verifies as revoked."""
    if not clean(reason):
        raise Refusal(_("Say why the certificate is revoked; the reason is kept."), status=400)
    locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if locked.state == Certificate.State.REVOKED:
        raise Refusal(_("This certificate has already been revoked."))
    locked.state = Certificate.State.REVOKED
    locked.save(update_fields=["state"])
    CertificateEvent.objects.create(
        certificate=locked,
        kind=CertificateEvent.Kind.REVOKED,
        at=at or now(),
        by=by,
        reason=clean(reason),
        document=clean(document),
    )
    record(
        "certificate.revoke",
        locked,
        by=by,
        after={"document": clean(document)},
        reason=clean(reason),
    )
    certificate_revoked.send(Certificate, certificate=locked)
    return locked
