"""Telling a user something: in the app, and by e-mail where there is an address."""

from __future__ import annotations

from datetime import datetime

from celery import current_app
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from accounts.models import User
from kit.dates import now
from operations.models import Notice


def notify(
    recipient: User,
    *,
    key: str,
    title: str,
    body: str = "",
    address: str = "",
    by_email: bool = True,
) -> Notice | None:
    """Sends a notice once for each `key`; None when that occasion was told before."""
    notice, is_new = Notice.objects.get_or_create(
        recipient=recipient,
        key=key,
        defaults={"title": title, "body": body, "address": address},
    )
    if not is_new:
        return None
    if by_email and recipient.email:
        transaction.on_commit(
            lambda: current_app.send_task("operations.email_notice", args=[notice.pk])
        )
    return notice


def email_notice(notice_id: int) -> None:
    """Sends the e-mail of a notice; marked in the same transaction, so it is sent once."""
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(of=("self",))
            .select_related("recipient")
            .filter(pk=notice_id, emailed_at=None)
            .first()
        )
        if notice is None or not notice.recipient.email:
            return
        notice.emailed_at = now()
        notice.save(update_fields=["emailed_at"])
        link = f"{settings.BASE_URL}{notice.address}" if notice.address else settings.BASE_URL
        send_mail(notice.title, f"{notice.body}\n\n{link}", None, [notice.recipient.email])


def mark_read(user: User, at: datetime | None = None) -> int:
    """All of a user's notices are read now; returns how many were not."""
    return Notice.objects.filter(recipient=user, read_at=None).update(read_at=at or now())


def count_unread(user_id: int) -> int:
    return Notice.objects.filter(recipient=user_id, read_at=None).count()
