"""The journal, for those who audit: its page and its sheet."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kit.downloads import sheet_response
from kit.http import HttpRequest
from kit.pages import page_of
from lms.forms import UnitJournalFilter
from operations.exporting import journal_sheet
from operations.journalling import DEED_NAMES, actor_of, details_of
from operations.models import JournalEntry, JournalHead

ON_A_PAGE = 50


@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    form, entries = _filtered(request)
    page = page_of(request, entries, ON_A_PAGE)
    lines = [
        (entry, actor_of(entry), DEED_NAMES.get(entry.deed, entry.deed), details_of(entry))
        for entry in page
    ]
    context = {
        "filter": form,
        "page": page,
        "lines": lines,
        "is_filtered": form.is_filtered,
        "head": JournalHead.objects.filter(pk=1).first(),
    }
    return render(request, "operations/journal.html", context)


@require_GET
def journal_export(request: HttpRequest) -> HttpResponse:
    """What the filter finds, as a sheet."""
    _form, entries = _filtered(request)
    request.shown = entries.count()
    return sheet_response("nhat-ky", journal_sheet(entries))


def _filtered(request: HttpRequest) -> tuple[UnitJournalFilter, QuerySet[JournalEntry]]:
    form = UnitJournalFilter(request.GET, access=request.access)
    return form, form.narrow(JournalEntry.objects.visible_to(request.access))
