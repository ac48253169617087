"""Legal documents: what one says and what cites it; what is to be reviewed because of them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses import citing, reviewing
from kit.http import HttpRequest
from media.citing import LOOKS
from media.models import LegalDocument
from media.models.documents import SOON
from media.registering import WRITERS


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    rows = LegalDocument.objects.select_related("replaced_by", "amended_by")
    row = get_object_or_404(rows, slug=slug)
    state = row.state_on(request.access.day)
    context = {
        "document": row,
        "state": state,
        "look": LOOKS[state],
        "day": request.access.day,
        "citing": citing.lessons_citing(row, request.access),
        "may_write": request.access.has(*WRITERS),
    }
    return render(request, "courses/legal_document.html", context)


@require_safe
def to_review(request: HttpRequest) -> HttpResponse:
    context = {"found": reviewing.to_review(request.access.day), "days": SOON.days}
    return render(request, "courses/to_review.html", context)
