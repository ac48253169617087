"""A manager's people and what they owe: list, export, reminder, call list, requirements, waiver."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cadres.attesting import coverage_of
from cadres.choosing import UnitChoice, is_overseer, tops_of, units_for
from cadres.forms.filters import refuse_wrong_day
from cadres.lensing import Lens
from cadres.models import Cadre, TargetGroup, Unit
from cadres.scopes import Access
from courses import reminding, requiring, tracking
from courses.forms import RequirementForm, TrackingFilter, WaiveForm
from courses.models import Course, Obligation, Requirement
from courses.tracking import Order, State, Tally, Wanted
from kit.dates import format_day
from kit.downloads import sheet_response
from kit.errors import Refusal
from kit.http import HttpRequest
from kit.pages import page_of
from kit.sheets import write_sheet

ON_A_PAGE = 50
KINDS = {State.LATE: "late", State.NEW: "", State.LEARNING: "progress", State.DONE: "done"}


class Question:
    """The address as a question: the filter, and what it asks for."""

    def __init__(self, request: HttpRequest, access: Access) -> None:
        if not is_overseer(access):
            raise Http404
        self.query: QueryDict = request.GET
        self.form = TrackingFilter(
            request.GET,
            access=access,
            courses=list(tracking.courses_required()),
            groups=list(tracking.groups()),
        )
        asked = request.GET.get("don-vi", "")
        if asked and not (self.form.asked_unit or self.form.absent_unit):
            raise Http404
        self.wanted: Wanted = self.form.wanted()
        self.lens: Lens = self.form.lens

    def refuse_another_day(self) -> None:
        if not self.lens.is_present:
            raise Refusal(_("One reminds and calls people of today. Clear the day and try again."))

    @property
    def unit(self) -> UnitChoice | None:
        return next((u for u in self.form.units if (u.pk,) == self.wanted.unit_ids), None)

    @property
    def is_filtered(self) -> bool:
        words = ("khoa", "trang-thai", "nhom", "tim", "ngay", "to-chuc")
        return any(self.query.get(name) for name in words)

    def address(self, **changes: str | None) -> str:
        """The query string with some words changed; always from the first page."""
        query = self.query.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query.pop(name.replace("_", "-"), None)
            if value:
                query[name.replace("_", "-")] = value
        return f"?{query.urlencode()}"


class _Counted(Paginator[Obligation]):
    """A paginator that was told how many there are."""

    def __init__(self, rows: QuerySet[Obligation], number: int) -> None:
        super().__init__(rows, ON_A_PAGE)
        self._number = number

    @cached_property
    def count(self) -> int:
        return self._number


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    question = Question(request, request.access)
    if question.form.absent_unit:
        return _absent(request, question, question.form.absent_unit)
    wanted, lens = question.wanted, question.lens
    tally = tracking.count(wanted)
    counted = _Counted(tracking.listed(wanted), tally.of(wanted.state))
    page = page_of(request, counted, ON_A_PAGE)
    context = {
        "question": question,
        "filter": question.form,
        "unit": question.unit,
        "lens": lens,
        "estimate": lens.estimate(wanted.unit_ids, tracking.people_of(wanted)),
        "tally": tally,
        "tiles": _tiles(question, tally),
        "columns": _columns(question),
        "page": page,
        "rows": _described(tracking.detailed(page.object_list, wanted)),  # type: ignore[arg-type]
        "may_act": lens.is_present and is_overseer(tracking.acting(request.access)),
        "to_remind": tally.total - tally.done if not wanted.state else tally.of(wanted.state),
        "address": question.address(),
    }
    return render(request, "courses/tracking.html", context)


def _absent(request: HttpRequest, question: Question, unit: UnitChoice) -> HttpResponse:
    """A unit of today that was not there on the day."""
    context = {
        "question": question,
        "filter": question.form,
        "lens": question.lens,
        "absent": unit,
        "counterparts": question.lens.counterparts(unit),
    }
    return render(request, "courses/tracking.html", context)


def _tiles(question: Question, tally: Tally) -> list[dict[str, Any]]:
    return [
        {
            "state": state,
            "value": tally.of(state),
            "label": state.label,
            "kind": {"late": "late", "done": "done"}.get(state, ""),
            "address": question.address(trang_thai=state),
            "is_current": question.wanted.state == state,
        }
        for state in State
    ]


def _columns(question: Question) -> list[dict[str, Any]]:
    """The columns one can sort by; a second press turns the order round."""
    wanted = question.wanted
    found = []
    for order in Order:
        is_current = wanted.order == order
        turn = "-" if is_current and not wanted.descending else ""
        sort = ("descending" if wanted.descending else "ascending") if is_current else None
        address = question.address(xep=f"{turn}{order.value}")
        found.append({"name": order.label, "address": address, "sort": sort})
    return found


def _described(rows: QuerySet[Obligation]) -> list[Obligation]:
    for row in rows:
        state = State(row.state)  # type: ignore[attr-defined]
        row.kind, row.word = KINDS[state], state.label  # type: ignore[attr-defined]
        row.test = _test_word(row)  # type: ignore[attr-defined]
    return list(rows)


def _test_word(row: Any) -> str:
    """How the final test went; never the mark."""
    if not row.tries_used:
        return ""
    return _("test passed") if row.passed else _("test not passed yet")


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    question = Question(request, request.access)
    refuse_wrong_day(question.form)
    rows = tracking.detailed(tracking.listed(question.wanted), question.wanted)
    if question.form.absent_unit:
        rows = rows.none()
    is_present = question.lens.is_present
    header = [_("Full name"), _("Year of birth"), _("Unit"), _("Position")]
    header += [_("Phone")] if is_present else []
    header += [_("Course"), _("Course title")]
    header += [_("Lessons done"), _("Lessons in all")] if is_present else []
    header += [_("Due"), _("State"), _("Completed on")]
    title = _("Progress %(day)s") % {"day": f"{question.wanted.on:%Y-%m-%d}"}
    told = {"lens": question.lens.words, "confirmed": question.form.coverage.words}
    note = _("Who has done what, %(lens)s; %(confirmed)s") % told
    cells = (_cells(row, is_present=is_present) for row in rows.iterator(2000))
    return sheet_response(title, write_sheet(title, header, cells, note=note))


def _cells(row: Any, *, is_present: bool) -> list[object]:
    """Of another day neither how to reach people nor lessons, of which only today's are kept."""
    course = row.course.current
    total = row.lesson_count or (course.lesson_count if course else 0)
    return [
        row.cadre.full_name,
        row.cadre.born_on.year,
        row.unit_name or "",
        row.position_name or "",
        *([row.cadre.phone] if is_present else []),
        row.course.code,
        course.title if course else "",
        *([row.lessons_done or 0, total] if is_present else []),
        row.due_on,
        State(row.state).label,
        row.completed_on,
    ]


@require_http_methods(["GET", "POST"])
def remind(request: HttpRequest) -> HttpResponse:
    """GET shows exactly what would be sent; POST sends it, unless it has changed meanwhile."""
    question = Question(request, tracking.acting(request.access))
    question.refuse_another_day()
    reminders = reminding.preview(question.wanted)
    shown = request.POST.get("count")
    if request.method == "POST" and shown == str(reminders.count):
        return redirect("operations:job", reminding.start(question.wanted, by=request.user).pk)
    context: dict[str, Any] = {
        "reminders": reminders,
        "unit": question.unit,
        "has_changed": request.method == "POST",
        "address": question.address(),
    }
    if reminders.first:
        context["title"], context["body"] = reminding.words_of(reminders.first, request.access.day)
    return render(request, "courses/tracking_remind.html", context)


@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    """A list to print and ring through: those who still owe."""
    question = Question(request, request.access)
    question.refuse_another_day()
    rows = tracking.detailed(reminding.owing(question.wanted), question.wanted)
    context = {"rows": _described(rows), "unit": question.unit, "on": request.access.day}
    return render(request, "courses/tracking_call_list.html", context)


@require_http_methods(["GET", "POST"])
def requirements(request: HttpRequest) -> HttpResponse:
    access = request.access
    units = units_for(access)
    if not is_overseer(access):
        raise Http404
    form = _requirement_form(request)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            return _require(request, form)
    context = {
        "form": form,
        "lines": _requirement_lines(units, access),
        "today": access.day,
        "coverage": coverage_of(tops_of(units), access.day, access),
        "unit": units[0] if len(tops_of(units)) == 1 else None,
    }
    return render(request, "courses/requirements.html", context)


def _requirement_form(request: HttpRequest) -> RequirementForm | None:
    """None for one who only looks."""
    acting = tracking.acting(request.access)
    if not is_overseer(acting):
        return None
    return RequirementForm(
        request.POST or None,
        units=units_for(acting),
        courses=list(Course.objects.on_offer().only("code", "current__title")),
        groups=list(tracking.groups()),
        on=request.access.day,
    )


def _require(request: HttpRequest, form: RequirementForm) -> HttpResponse:
    chosen = form.cleaned_data
    requirement = requiring.require(
        Course.objects.get(pk=chosen["course"]),
        unit=Unit.objects.get(pk=chosen["unit"]),
        group=TargetGroup.objects.filter(pk=chosen["group"]).first(),
        starts_on=request.access.day,
        due_on=chosen["due_on"],
        by=request.user,
    )
    number = requirement.obligations.count()
    words = _("The course is now required of %(count)d people, to be completed by %(day)s.")
    messages.success(request, words % {"count": number, "day": format_day(requirement.due_on)})
    return redirect("courses:requirements")


def _requirement_lines(units: list[UnitChoice], access: Access) -> list[dict[str, Any]]:
    tops = tuple(tops_of(units))
    counted = tracking.count_by_requirement(Wanted(unit_ids=tops, on=access.day))
    return [
        _requirement_line(requirement, counted.get(requirement.pk, {}))
        for requirement in tracking.requirements_touching(tops, access.day)
    ]


def _requirement_line(requirement: Requirement, counts: dict[str, int]) -> dict[str, Any]:
    owed = sum(counts.values())
    return {
        "requirement": requirement,
        "owed": owed,
        "done": counts.get(State.DONE, 0),
        "late": counts.get(State.LATE, 0),
    }


@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, obligation: int) -> HttpResponse:
    day, units = request.access.day, units_for(tracking.acting(request.access))
    owed = tracking.obligations_of(Wanted(unit_ids=tuple(tops_of(units)), on=day))
    row = get_object_or_404(
        owed.select_related("cadre", "course__current", "requirement"), pk=obligation
    )
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        requiring.waive(row, by=request.user, reason=form.cleaned_data["reason"])
        words = _("%(name)s no longer owes course %(course)s; the reason is kept.")
        messages.success(request, words % {"name": row.cadre.full_name, "course": row.course.code})
        return redirect("courses:tracking")
    post = Cadre.objects.filter(pk=row.cadre_id).with_main_post(day).get()
    context = {"row": row, "form": form, "post": post}
    return render(request, "courses/tracking_waive.html", context)
