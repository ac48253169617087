"""The revisions of an interactive content: how two of them differ, and putting one back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kit.http import HttpRequest
from media import comparing, listing, restoring
from media.forming import whole
from media.models import InteractiveRevision

MOST = 10**9


@require_safe
def compare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`tu` with `den`, numbers of revisions."""
    row = get_object_or_404(listing.listed(), public_id=public_id)
    made = row.revisions.select_related("made_by", "source")
    before, after = (_get(made, request.GET.get(name)) for name in ("tu", "den"))
    found = comparing.compare(before, after, get_language() or "vi")
    newest = made.first()
    context = {
        "content": row,
        "before": before,
        "after": after,
        "both": [before, after] if before != after else [before],
        "changes": [change for change in found if not change.is_folded],
        "finer": [change for change in found if change.is_folded],
        "files": comparing.changed_files(before, after),
        "newest": newest.number if newest else 0,
        "restorable": sorted({before, after} - {newest}, key=lambda revision: revision.number),
    }
    return render(request, "media/compare.html", context)


def _get(made: QuerySet[InteractiveRevision], told: str | None) -> InteractiveRevision:
    return get_object_or_404(made, number=whole(told, MOST))


@require_POST
def restore(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    row = get_object_or_404(listing.listed(), public_id=public_id)
    based_on = whole(request.POST.get("based_on"), MOST)
    revision = restoring.restore(row, number, based_on=based_on, by=request.user)
    if revision.number == based_on:
        messages.info(request, _("This is what the content says already; nothing was changed."))
    else:
        words = _("What revision %(old)d said is saved as revision %(number)d.")
        messages.success(request, words % {"old": number, "number": revision.number})
    return redirect("media:content", public_id)
