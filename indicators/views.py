"""The plan on one screen, one indicator through the units, and the people behind each number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cadres.attesting import Coverage, coverage_of
from cadres.choosing import UnitChoice, find_unit, is_overseer
from cadres.forms.filters import RESTATED, LensForm, refuse_wrong_day
from cadres.lensing import Lens
from cadres.models import Cadre, Unit
from cadres.organising import path_of
from indicators import reading
from indicators.judging import finding_of
from indicators.measures import MEASURES
from indicators.models import Indicator, Plan
from indicators.reading import Behind, GroupScores, Score, UnitScore
from indicators.restating import Restating
from kit.dates import format_day
from kit.downloads import sheet_response
from kit.errors import Refusal
from kit.http import HttpRequest
from kit.numbers import format_number
from kit.pages import page_of
from kit.sheets import write_sheet

ON_A_PAGE = 50
IN_CHART = 12
CHUNK = 2000
STATES = {"reached": "done", "near": "due", "behind": "late", "none": ""}


def state_word(score: Score) -> str:
    return {
        "reached": _("reached"),
        "near": _("nearly reached"),
        "behind": _("behind"),
        "none": _("watched only") if score.value is not None else _("does not apply"),
    }[score.state]


class PlanLens(LensForm):
    unit_word = "don-vi"


class Look:
    """What the address asks to see: plan, year and unit; 404 outside one's scope."""

    def __init__(self, request: HttpRequest) -> None:
        if not is_overseer(request.access):
            raise Http404
        self.day = request.access.day
        plan = reading.find_plan(self.day, request.GET.get("ke-hoach", ""))
        if plan is None:
            raise Http404
        self.plan: Plan = plan
        self.years = reading.years_of(plan)
        self.year = self._year(request.GET.get("nam", ""))
        # A plan without figures is shown by the units of today.
        counted_on = reading.period_of(plan, self.year).population_day if self.years else self.day
        self.form = PlanLens(request.GET, access=request.access, day=counted_on)
        self.lens: Lens = self.form.lens
        self.has_day = bool(request.GET.get("ngay"))
        if self.has_day:
            self._refuse_day_outside()
            self.year = self.lens.day.year
        self.units: list[UnitChoice] = self.form.units
        asked = request.GET.get("don-vi", "")
        self.absent = self.form.absent_unit
        unit = (self.form.asked_unit or self.absent) if asked else self._top()
        if unit is None:
            raise Http404
        self.unit: UnitChoice = unit

    def _refuse_day_outside(self) -> None:
        refuse_wrong_day(self.form)
        last = min(self.plan.ends_on, self.day)
        if not self.plan.starts_on <= self.lens.day <= last:
            words = _("The plan has figures from %(first)s to %(last)s. Choose a day between them.")
            days = {"first": format_day(self.plan.starts_on), "last": format_day(last)}
            raise Refusal(words % days, status=400)

    @property
    def unit_today(self) -> UnitChoice | None:
        """The unit where it is one of today, whose pages can be opened."""
        return self.unit if self.lens.units_day == self.day else None

    @cached_property
    def coverage(self) -> Coverage:
        """How far the people behind the figures were confirmed."""
        meant = self.lens.units_meant([self.unit.pk])
        return coverage_of(meant, self.lens.day, self.lens.access)

    def told(self, row: Indicator) -> Restating | None:
        return reading.told_through(self.lens, self.plan, [row], self.year, self.unit.pk)

    def _top(self) -> UnitChoice | None:
        """The plan's own unit, or the first one oversees."""
        roots = (unit for unit in self.units if unit.pk == self.plan.root_id)
        return next(roots, next(iter(self.units), None))

    def _year(self, text: str) -> int:
        if not text:
            return self.years[-1] if self.years else self.plan.starts_on.year
        if not text.isdecimal() or int(text) not in self.years:
            raise Http404
        return int(text)

    def query(self, **changes: object) -> str:
        day = {"ngay": format_day(self.lens.day)} if self.has_day else {"nam": self.year}
        lens = {"to-chuc": RESTATED} if self.lens.is_restated else {}
        words: dict[str, object] = {"don-vi": self.unit.public_id, **day, **lens, **changes}
        if "nam" in changes:
            words.pop("ngay", None)
        if self.plan.starts_on > self.day or self.plan.ends_on < self.day:
            words["ke-hoach"] = self.plan.code
        return "?" + urlencode(words)

    def get_indicator(self, code: str) -> Indicator:
        rows = reading.indicators_of(self.plan, self.year).exclude(measure="")
        found = rows.filter(code=code).first()
        if found is None or not self.years:
            raise Http404
        return found


def _shown(score: Score, look: Look, unit: object = None) -> dict[str, Any]:
    """A score in words, with the addresses behind its numbers."""
    query = look.query(**{"don-vi": unit} if unit else {})
    people = reverse("indicators:people", args=[score.indicator.code]) + query
    value = score.value
    sign = "%" if score.is_percent else ""
    return {
        "score": score,
        "indicator": score.indicator,
        "words": "—" if value is None else f"{format_number(value)}{sign}",
        "target": "—" if score.target is None else f"{format_number(score.target)}{sign}",
        "kind": STATES[score.state],
        "state": state_word(score),
        "address": reverse("indicators:indicator", args=[score.indicator.code]) + query,
        "people": people,
        "counted": f"{people}&dat=1",
        "missing": f"{people}&dat=0",
    }


@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    look = Look(request)
    if look.absent:
        return _absent(request, look, look.absent)
    groups = reading.scores_of(look.plan, look.unit.pk, look.year, look.lens)
    scores = [score for group in groups for score in group.scores]
    context = {
        "look": look,
        "groups": [_shown_group(group, look) for group in groups],
        "bars": [_shown(score, look) for score in scores if score.is_percent],
        "finding": finding_of(scores),
        "is_estimate": any(score.is_estimate for score in scores),
        "years": [(year, look.query(nam=year)) for year in look.years],
        "plans": Plan.objects.all(),
        "is_current": look.plan.starts_on <= look.day <= look.plan.ends_on,
        "latest": look.query(nam=look.year),
    }
    return render(request, "indicators/plan.html", context)


def _absent(request: HttpRequest, look: Look, unit: UnitChoice) -> HttpResponse:
    """A unit of today that was not there on the day."""
    context = {"look": look, "absent": unit, "counterparts": look.lens.counterparts(unit)}
    return render(request, "indicators/absent.html", context)


def _shown_group(group: GroupScores, look: Look) -> dict[str, Any]:
    lines = [_shown(score, look) for score in group.scores]
    return {"group": group.group, "lines": lines, "by_hand": group.by_hand}


@require_GET
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    look = Look(request)
    if look.absent:
        return _absent(request, look, look.absent)
    row = look.get_indicator(code)
    told = look.told(row)
    below = reading.scores_below(row, look.unit.pk, look.year, told)
    score = reading.score_of(row, look.unit.pk, look.year, told)
    by_worst = reading.worst_first(below)
    order = "ten" if request.GET.get("xep") == "ten" else ""
    page = Paginator(below if order else by_worst, ON_A_PAGE).get_page(request.GET.get("page"))
    charted = [unit for unit in by_worst if unit.score.value is not None][:IN_CHART]
    context = {
        "look": look,
        "shown": _shown(score, look),
        "indicator": row,
        "is_estimate": score.is_estimate or any(unit.score.is_estimate for unit in below),
        "series": _series(row, look),
        "path": _path(look),
        "years": [(year, look.query(nam=year)) for year in look.years],
        "counts_people": MEASURES[row.measure].counts_people,
        "finding": _finding_below(row, by_worst),
        "bars": [_shown_unit(unit, look) for unit in charted],
        "most": max((unit.score.numerator for unit in charted), default=0),
        "page": page,
        "lines": [_shown_unit(unit, look) for unit in page],
        "order": order,
        "by_worst": look.query(),
        "by_name": look.query(xep="ten"),
    }
    return render(request, "indicators/indicator.html", context)


def _series(row: Indicator, look: Look) -> list[dict[str, Any]]:
    """The years one under the other; a mark where the unit was not the same any more."""
    if len(look.years) < 2:
        return []
    found = []
    for point in reading.series_of(row, look.unit.pk, look.years, look.lens):
        query = look.query(nam=point.year)
        shown = _shown(point.score, look) | {"year": point.year, "query": query}
        found.append(shown | {"breaks": point.breaks, "is_current": point.year == look.year})
    return found


def _path(look: Look) -> list[dict[str, Any]]:
    """The units above that one may open, the highest first."""
    overseen = {unit.pk for unit in look.units}
    above = path_of(Unit(pk=look.unit.pk), look.lens.units_day)
    return [
        {"name": unit.name, "query": look.query(**{"don-vi": unit.public_id})}  # type: ignore[attr-defined]
        for unit in above
        if unit.pk in overseen and unit.pk != look.unit.pk
    ]


def _shown_unit(row: UnitScore, look: Look) -> dict[str, Any]:
    shown = _shown(row.score, look, unit=row.unit.public_id)
    is_open = find_unit(look.units, str(row.unit.public_id)) is not None
    return shown | {"name": row.name, "is_open": is_open, "has_ended": row.has_ended}


def _finding_below(row: Indicator, units: list[UnitScore]) -> str:
    judged = [unit for unit in units if unit.score.state != "none"]
    behind = [unit for unit in judged if unit.score.state != "reached"]
    if not units:
        return ""
    if not judged:
        return _("How the units stand")
    if not behind:
        return _("All %(total)d units have reached the target") % {"total": len(judged)}
    words = _("%(behind)d of %(total)d units have not reached the target; lowest: %(name)s")
    return words % {"behind": len(behind), "total": len(judged), "name": behind[0].name}


def _behind(request: HttpRequest, look: Look, code: str) -> Behind:
    counted = {"1": True, "0": False}.get(request.GET.get("dat", ""))
    words = request.GET.get("tim", "")[:60]
    row = look.get_indicator(code)
    return Behind(row, look.unit.pk, look.year, counted, words, look.told(row))


@require_GET
def people(request: HttpRequest, code: str) -> HttpResponse:
    look = Look(request)
    if look.absent:
        return _absent(request, look, look.absent)
    behind = _behind(request, look, code)
    page = page_of(request, behind.cadres, ON_A_PAGE)
    score = reading.score_of(behind.indicator, look.unit.pk, look.year, behind.told)
    shown = _shown(score, look)
    context = {
        "look": look,
        "indicator": behind.indicator,
        "shown": shown,
        "behind": behind,
        "is_estimate": score.is_estimate,
        "open_ids": _open_ids(request, page.object_list),
        "counts_people": MEASURES[behind.indicator.measure].counts_people,
        "page": page,
        "lines": list(behind.lines(page.object_list)),
        "export": _export_address(request, code),
    }
    return render(request, "indicators/people.html", context)


def _open_ids(request: HttpRequest, cadres: Any) -> set[int]:
    """Of people of another day, those whose record one may open today."""
    listed = [cadre.pk for cadre in cadres]
    seen = Cadre.objects.visible_to(request.access).filter(pk__in=listed)
    return set(seen.values_list("pk", flat=True))


def _export_address(request: HttpRequest, code: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return f"{reverse('indicators:people_export', args=[code])}?{query.urlencode()}"


@require_GET
def people_export(request: HttpRequest, code: str) -> HttpResponse:
    look = Look(request)
    if look.absent:
        raise Http404
    behind = _behind(request, look, code)
    header = [_("Full name"), _("Year of birth"), _("Unit"), _("Counted"), _("Why")]
    header += [_("Unit today")] if look.lens.is_restated else []
    title = f"{behind.indicator.code} {look.year}"
    note = _("%(indicator)s · %(unit)s, %(lens)s; %(confirmed)s") % {
        "indicator": behind.indicator,
        "unit": look.unit.name,
        "lens": look.lens.words,
        "confirmed": look.coverage.words,
    }
    return sheet_response(
        f"chi-tieu-{behind.indicator.code}-{look.year}",
        write_sheet(title, header, _cells(behind, look.lens), note=note),
    )


def _cells(behind: Behind, lens: Lens) -> Iterator[list[object]]:
    cadres: Iterator[Cadre] = behind.cadres.iterator(CHUNK)
    while some := list(islice(cadres, CHUNK)):
        for line in behind.lines(some):
            counted = _("yes") if line.is_counted else _("no")
            born = line.cadre.born_on.year
            now = [line.today] if lens.is_restated else []
            yield [line.cadre.full_name, born, line.units, counted, line.why, *now]
