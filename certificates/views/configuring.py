"""What a unit's certificates say, tried on a sample page before it is kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadres.models import Role, Unit
from certificates import configuring, issuing, rendering
from certificates.forms import IssuerForm
from certificates.models import Issuer
from kit.http import HttpRequest

KINDS = {
    "pdf": ("application/pdf", rendering.render),
    "png": ("image/png", rendering.picture),
}


def _units(request: HttpRequest) -> list[Unit]:
    """The units one issues for, named as they are today."""
    own = Unit.objects.filter(pk__in=request.access.units_of(Role.ISSUER))
    return list(own.named_on(request.access.day).order_by("name_key", "pk"))


def _chosen(request: HttpRequest, units: list[Unit]) -> Unit:
    wanted = request.GET.get("unit", "")
    found = [unit for unit in units if not wanted or str(unit.public_id) == wanted]
    if not found:
        raise Http404
    return found[0]


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    units = _units(request)
    unit = _chosen(request, units)
    issuer = Issuer.objects.filter(unit=unit).first()
    form = IssuerForm(request.POST or None, instance=issuer)
    if request.method == "POST" and form.is_valid():
        configuring.configure(unit, form.cleaned_data, by=request.user)
        messages.success(request, _("Saved. The next certificates will say this."))
        return redirect(f"{reverse('certificates:settings')}?unit={unit.public_id}")
    context = {"units": units, "unit": unit, "form": form, "is_new": issuer is None}
    return render(request, "certificates/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest, kind: str) -> HttpResponse:
    """A sample page: of the settings kept (GET), or of those in the form (POST)."""
    unit = _chosen(request, _units(request))
    if kind not in KINDS:
        raise Http404
    if request.method == "POST":
        form = IssuerForm(request.POST)
        if not form.is_valid():
            return _unfit(request, form)
        issuer = configuring.unsaved(unit, form.cleaned_data)
    else:
        issuer = get_object_or_404(Issuer, unit=unit)
    content_type, draw = KINDS[kind]
    response = HttpResponse(draw(issuing.sample_values(issuer)), content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    return response


def _unfit(request: HttpRequest, form: IssuerForm) -> HttpResponse:
    return render(request, "certificates/sample_unfit.html", {"form": form}, status=400)
