"""The trainer's report: who has played what, how it went, and how far it can be believed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses import reporting
from courses.models import Course, LessonRun
from kit.http import HttpRequest
from kit.pages import page_of

PAGE = 50


@require_safe
def report(request: HttpRequest, course: str) -> HttpResponse:
    row = get_object_or_404(Course.objects.on_offer(), slug=course)
    places = reporting.places_of(row)
    asked = request.GET.get("cho", "")
    place = next((p for p in places if p.id == asked), places[0] if places else None)
    context = {"course": row, "places": places, "place": place}
    if place:
        runs = reporting.runs_at(row, place.id, request.access)
        named = runs.order_by("enrolment__cadre__name_key", "enrolment")
        page = page_of(request, named.values_list("enrolment", flat=True).distinct(), PAGE)
        context |= {
            "page": page,
            "tally": reporting.tally(runs),
            "rows": reporting.people(runs, place, list(page)),
            "questions": reporting.questions(runs),
        }
    return render(request, "courses/interactive_report.html", context)


@require_safe
def person(request: HttpRequest, course: str, run: UUID) -> HttpResponse:
    """One run, question by question."""
    rows = LessonRun.objects.visible_to(request.access).select_related(
        "run__revision", "enrolment__cadre", "enrolment__course__current", "lesson"
    )
    row = get_object_or_404(rows, run=run, enrolment__course__slug=course)
    context = {
        "row": row,
        "run": row.run,
        "course": row.enrolment.course,
        "questions": row.run.questions.all(),
    }
    return render(request, "courses/interactive_run.html", context)
