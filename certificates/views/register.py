"""The register: its lines, as a list and as a sheet; one line; taking a certificate back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.models import Role
from certificates import finding, revoking
from certificates.forms import RevokeForm, WantedForm
from certificates.models import Certificate
from kit.downloads import sheet_response
from kit.http import HttpRequest
from kit.pages import page_of
from kit.sheets import write_sheet

ON_A_PAGE = 50
WAITING_SHOWN = 20


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    form = WantedForm(request.GET, access=request.access)
    wanted = form.wanted()
    lines = finding.find_lines(request.access, wanted)
    waiting = finding.completions_waiting(request.access).select_related("cadre", "edition")
    context = {
        "form": form,
        "waiting": waiting[:WAITING_SHOWN],
        "is_filtered": wanted != finding.Wanted(),
        "page": page_of(request, lines, ON_A_PAGE),
        "may_configure": request.access.has(Role.ISSUER),
    }
    return render(request, "certificates/register.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """What the list shows, as a sheet."""
    wanted = WantedForm(request.GET, access=request.access).wanted()
    lines = finding.find_lines(request.access, wanted)
    title = _("Register of certificates")
    sheet = write_sheet(title, finding.sheet_header(), finding.sheet_rows(lines))
    return sheet_response("so-cap-giay-chung-nhan.xlsx", sheet)


@require_safe
def entry(request: HttpRequest, code: str) -> HttpResponse:
    """One line of the register with all that happened to it."""
    lines = Certificate.objects.in_register_of(request.access).with_revocation()
    certificate = get_object_or_404(lines.select_related("issuer"), code=code)
    context = {
        "certificate": certificate,
        "events": certificate.events.select_related("by"),
        "may_revoke": certificate.is_valid
        and certificate.issuer.unit_id in request.access.units_of(Role.ISSUER),
    }
    return render(request, "certificates/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, code: str) -> HttpResponse:
    mine = Certificate.objects.issued_by(request.access)
    certificate = get_object_or_404(mine.select_related("issuer"), code=code)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        revoking.revoke(certificate, by=request.user, **form.cleaned_data)
        done = _("Certificate %(number)s of comrade %(name)s has been revoked.")
        named = {"number": certificate.number, "name": certificate.printed["full_name"]}
        messages.success(request, done % named)
        return redirect("certificates:entry", code=certificate.code)
    return render(request, "certificates/revoke.html", {"certificate": certificate, "form": form})
