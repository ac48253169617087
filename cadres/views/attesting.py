"""Confirming who is in a unit: which units have, and the page on which it is done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres import attesting
from cadres.choosing import UnitChoice, find_unit, is_overseer, tops_of, units_for
from cadres.models import Attestation, Cadre, Role, Unit
from cadres.scopes import Access
from cadres.searching import with_posts
from kit.dates import format_day
from kit.errors import Refusal
from kit.http import HttpRequest

PAST = 24
ON_A_PAGE = 50


@require_safe
def attestations(request: HttpRequest) -> HttpResponse:
    """The units one oversees that have people of their own, those not confirmed first."""
    units, day = units_for(request.access), request.access.day
    if not is_overseer(request.access):
        raise Http404
    last = attesting.peopled(tops_of(units), day)
    month = attesting.month_of(day)
    lines = [
        {"unit": u, "last": last[u.pk], "is_fresh": (last[u.pk] or day.min) >= month}
        for u in units
        if u.pk in last
    ]
    context = {
        "lines": sorted(lines, key=lambda line: bool(line["is_fresh"])),
        "fresh": sum(bool(line["is_fresh"]) for line in lines),
        "day": day,
    }
    return render(request, "cadres/attestations.html", context)


@require_http_methods(["GET", "POST"])
def attestation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    access = request.access
    unit = _unit(access, public_id)
    may_attest = find_unit(units_for(_acting(access)), str(public_id)) is not None
    context: dict[str, Any] = {"unit": unit, "day": access.day, "may_attest": may_attest}
    if request.method == "POST":
        if not may_attest:
            raise Http404
        try:
            return _attest(request, unit)
        except Refusal as refusal:
            context["refusal"] = refusal.message
    ids = Cadre.objects.posted_within([unit.pk], access.day).order_by("name_key", "pk")
    page = Paginator(ids.values_list("pk", flat=True), ON_A_PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "people": with_posts(page.object_list, access.day),
        "found": attesting.count(unit.pk, access.day),
        "open": attesting.open_in(unit.pk, access.day),
        "coverage": attesting.coverage_of([unit.pk], access.day, access),
        "past": Attestation.objects.filter(unit=unit.pk).select_related("attested_by")[:PAST],
    }
    return render(request, "cadres/attestation.html", context)


def _acting(access: Access) -> Access:
    return access.only(Role.MANAGER, Role.ADMIN)


def _unit(access: Access, public_id: UUID) -> UnitChoice:
    unit = find_unit(units_for(access), str(public_id)) if is_overseer(access) else None
    if unit is None:
        raise Http404
    return unit


def _attest(request: HttpRequest, unit: UnitChoice) -> HttpResponse:
    looked_at = request.POST.get("people", "")
    made = attesting.attest(
        Unit.objects.get(pk=unit.pk),
        by=request.user,
        expected=int(looked_at) if looked_at.isdecimal() else -1,
        on=request.access.day,
    )
    words = _("%(unit)s: %(count)d people confirmed on %(day)s.")
    told = {
        "unit": unit.name,
        "count": made.counts["people"],
        "day": format_day(made.attested_on),
    }
    messages.success(request, words % told)
    return redirect("cadres:attestation", unit.public_id)
