"""The record store: which finished runs it has taken, and sending them again."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cadres.models import Role
from exchange import reporting
from exchange.models import RunReport
from exchange.views.sendings import sendings
from kit.http import HttpRequest


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Newest first; nothing of it says whose run it is."""
    context = sendings(request, RunReport.objects.select_related("run__revision")) | {
        "store": settings.XAPI_STORE,
        "failed": RunReport.objects.filter(state=RunReport.State.FAILED).count(),
        "may_change": request.access.has(Role.ADMIN) and reporting.is_configured(),
    }
    return render(request, "exchange/reports.html", context)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    reporting.resend(get_object_or_404(RunReport, pk=pk), by=request.user)
    messages.success(request, _("It is being sent again; this page shows what was answered."))
    return redirect("exchange:reports")


@require_POST
def resend_failed(request: HttpRequest) -> HttpResponse:
    count = reporting.resend_failed(by=request.user)
    words = ngettext("%(number)d is being sent again.", "%(number)d are being sent again.", count)
    messages.success(request, words % {"number": count})
    return redirect("exchange:reports")
