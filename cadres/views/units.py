"""Units: the tree of a day, one unit and what it came from."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cadres import telling, tracing
from cadres.attesting import Coverage, coverage_of
from cadres.choosing import UnitChoice, find_unit, is_overseer, units_for
from cadres.drawing import History, Lineage
from cadres.forms.filters import UnitsFilter
from cadres.models import Cadre, Unit, UnitVersion
from cadres.organising import path_of
from cadres.scopes import Access
from kit.http import HttpRequest


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    form = UnitsFilter(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    day = given.get("ngay") or request.access.day
    text = given.get("q") or ""
    context = {
        "form": form,
        "day": day,
        "is_today": day == request.access.day,
        "query": text,
        "hits": tracing.find_units(text) if text else [],
        "tree": [] if text else tracing.tree_on(day),
        "acts": tracing.days_of_change(),
    }
    return render(request, "cadres/units.html", context)


@require_safe
def unit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(Unit, public_id=public_id)
    history = History()
    last = history.versions[shown.pk][-1]
    day = _day_of(last, request.access.day)
    lineage = Lineage(history, shown.pk, is_whole="ca" in request.GET)
    found = Cadre.objects.visible_to(request.access)
    became, ended_by = telling.end_of(history, shown.pk)
    choice = _overseen(request.access, public_id)
    context = {
        "unit": shown,
        "last": last,
        "day": day,
        "life": telling.life_of(history, shown.pk),
        "became": became,
        "ended_by": ended_by,
        "path": path_of(shown, day)[:-1],
        "lineage": lineage,
        "pictures": [("wide", lineage.wide()), ("tall", lineage.tall())] if lineage else [],
        "sentences": telling.sentences_of(lineage),
        "below": tracing.children_on(shown, day),
        "people_count": found.posted_within([shown.pk], request.access.day).count(),
        "choice": choice,
        "coverage": _coverage(request.access, choice),
    }
    return render(request, "cadres/unit.html", context)


def _overseen(access: Access, public_id: UUID) -> UnitChoice | None:
    return find_unit(units_for(access), str(public_id)) if is_overseer(access) else None


def _coverage(access: Access, unit: UnitChoice | None) -> Coverage | None:
    return coverage_of([unit.pk], access.day, access) if unit else None


def _day_of(last: UnitVersion, today: date) -> date:
    """The day a unit is shown on: today, else the nearest of its days."""
    if last.valid_to is not None and last.valid_to <= today:
        return last.valid_to - timedelta(days=1)
    return max(today, last.valid_from)
