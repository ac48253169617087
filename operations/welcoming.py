"""What the home page says of the journal and of long work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kit.dates import now
from kit.numbers import format_number
from kit.tiles import Line, Tile
from operations.models import Job, JournalEntry

if TYPE_CHECKING:
    from cadres.scopes import Access

READERS = ("auditor", "admin")
LATELY = timedelta(days=7)
FAILURES_SHOWN = 3


def tiles_for(access: Access) -> list[Tile]:
    """Two queries, for those who read the journal."""
    if not access.has(*READERS):
        return []
    path = "/nhat-ky/"
    return [Tile(_("Journal"), path, [_lately(access, path), *_failures(access)])]


def _lately(access: Access, path: str) -> Line:
    entries = JournalEntry.objects.visible_to(access).filter(at__gte=now() - LATELY)
    found = entries.order_by().aggregate(number=Count("pk"), last=Max("at"))
    if not found["number"]:
        return Line(_("Nothing was written down in the last 7 days"), path)
    words = ngettext(
        "%(number)s deed in the last 7 days, at %(last)s",
        "%(number)s deeds in the last 7 days, the last at %(last)s",
        found["number"],
    )
    last = f"{localtime(found['last']):%H:%M %d/%m/%Y}"
    return Line(words % {"number": format_number(found["number"]), "last": last}, path)


def _failures(access: Access) -> list[Line]:
    """Long work that failed of late, the newest first."""
    jobs = Job.objects.visible_to(access).filter(
        state=Job.State.FAILED, finished_at__gte=now() - LATELY
    )
    return [
        Line(
            _("Failed: %(title)s") % {"title": job.title},
            reverse("operations:job", args=[job.pk]),
            "late",
        )
        for job in jobs.order_by("-finished_at")[:FAILURES_SHOWN]
    ]
