"""Seeing the pages as somebody else does, for support: an administrator only, with a reason, for
half an hour at most. Nothing is changed, and each page that was seen is in the journal."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Viewing
from cadres.models import Role
from cadres.scopes import Access, access_of
from kit.dates import format_day, now
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record
from operations.notifying import notify

AT_MOST = timedelta(minutes=30)
# Whose pages show what no support needs to see, or who must be able to act unwatched.
_NEVER = (Role.ADMIN, Role.ISSUER, Role.OWNER, Role.AUDITOR)


def may_be_viewed(subject: User, access: Access) -> bool:
    return (
        access.has(Role.ADMIN)
        and subject.is_active
        and not subject.is_superuser
        and not access_of(subject, access.day).has(*_NEVER)
    )


@transaction.atomic
def begin_viewing(
    subject: User, *, by: User, access: Access, reason: str, at: datetime | None = None
) -> Viewing:
    """The journal and the one who is seen are told, each with the reason."""
    at = at or now()
    reason = clean(reason)
    if not may_be_viewed(subject, access):
        raise Refusal(
            _("The pages of an administrator, issuer, plan owner or auditor are never viewed."),
            status=403,
        )
    if not reason:
        raise Refusal(_("Say why you need to see this person's pages."), status=422)
    for left in Viewing.objects.filter(viewer=by, ended_at=None):
        end_viewing(left, at=at)
    viewing = Viewing.objects.create(
        viewer=by, subject=subject, reason=reason, begun_at=at, ends_at=at + AT_MOST
    )
    record("viewing.begin", subject, by=by, reason=reason)
    notify(
        subject,
        key=f"viewing:{viewing.pk}",
        title=_("An administrator is viewing your pages to help you"),
        body=_(
            "%(name)s, on %(day)s, because: %(reason)s. Nothing of yours can be changed that way."
        )
        % {"name": by, "day": format_day(access.day), "reason": reason},
    )
    return viewing


@transaction.atomic
def end_viewing(viewing: Viewing, *, at: datetime | None = None) -> None:
    """Ended once, however often it is asked for; later than its time counts as its time."""
    end = min(at or now(), viewing.ends_at)
    if Viewing.objects.filter(pk=viewing.pk, ended_at=None).update(ended_at=end):
        record("viewing.end", viewing.subject, by=viewing.viewer)


def find_viewing(number: int, viewer: User, at: datetime | None = None) -> Viewing | None:
    """The running viewing of an administrator who still is one; a viewing past its time ends."""
    at = at or now()
    viewing = (
        Viewing.objects.select_related("subject", "viewer")
        .filter(pk=number, viewer=viewer, ended_at=None)
        .first()
    )
    if viewing is None:
        return None
    if at < viewing.ends_at and access_of(viewing.viewer).has(Role.ADMIN):
        return viewing
    end_viewing(viewing, at=at)
    return None


def end_viewings(at: datetime | None = None) -> int:
    """Those that ran out while nobody looked."""
    running = Viewing.objects.filter(ended_at=None).select_related("subject", "viewer")
    overdue = list(running.filter(ends_at__lte=at or now()))
    for viewing in overdue:
        end_viewing(viewing, at=at)
    return len(overdue)


def note_page(viewing: Viewing, path: str, *, refused: bool = False) -> None:
    """What was opened as somebody else, or was tried and refused."""
    deed = "viewing.refused" if refused else "viewing.page"
    record(deed, viewing.subject, by=viewing.viewer, after={"page": path[:250]})
