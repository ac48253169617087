"""The shelf of courses, a course's front page, and beginning it. The shelf is open to all."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cadres.models import Cadre, UnitVersion
from cadres.models.units import valid_on
from courses import enrolling, outlining
from courses.finding import find_courses
from courses.models import Course, Enrolment
from courses.playing import played_by
from courses.reckoning import Standing, enrolments_of
from kit.errors import Refusal
from kit.http import HttpRequest
from media.citing import cited

ON_A_PAGE = 24


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:100]
    page = Paginator(find_courses(query), ON_A_PAGE).get_page(request.GET.get("page"))
    begun = _enrolments_in(request, list(page))
    standings = [Standing(course, request.access.day, begun.get(course.pk)) for course in page]
    context = {"query": query, "page": page, "standings": standings}
    return render(request, "courses/catalogue.html", context)


def _enrolments_in(request: HttpRequest, courses: list[Course]) -> dict[int, Enrolment]:
    cadre_id = request.access.cadre_id
    if cadre_id is None:
        return {}
    rows = Enrolment.objects.filter(cadre=cadre_id, course__in=courses).select_related(
        "progress", "completion", "edition"
    )
    return {row.course_id: row for row in rows.defer("edition__outline", "edition__folded")}


@require_GET
def course(request: HttpRequest, course: str) -> HttpResponse:
    courses = Course.objects.select_related("current__paper_version")
    row = get_object_or_404(_with_issuer(courses, "current", request.access.day), slug=course)
    enrolment = _find_enrolment(request, row)
    edition = enrolment.edition if enrolment else row.current
    if edition is None:
        raise Http404
    done = outlining.done_by(enrolment) if enrolment else frozenset()
    context = {
        "course": row,
        "edition": edition,
        "enrolment": enrolment,
        "standing": Standing(row, request.access.day, enrolment),
        "outline": outlining.outline_of(edition, done),
        "issuer": (enrolment or row).issuer_name,  # type: ignore[union-attr]
        "is_newer": row.current_id != edition.pk,
        "cites": cited(edition.own_cites(), request.access.day),
        "results": played_by([enrolment.pk]).get(enrolment.pk, []) if enrolment else [],
    }
    return render(request, "courses/course.html", context)


def _with_issuer(rows: QuerySet[Any], edition: str, day: date) -> QuerySet[Any]:
    """Annotates `issuer_name`, as the unit that issues the certificate is called on `day`."""
    unit = OuterRef(f"{edition}__issuing_unit")
    names = UnitVersion.objects.filter(valid_on(day), unit=unit).values("name")
    return rows.annotate(issuer_name=Subquery(names[:1]))


def _find_enrolment(request: HttpRequest, course: Course) -> Enrolment | None:
    if request.access.cadre_id is None:
        return None
    enrolments = enrolments_of(request.access.cadre_id).defer(None).filter(course=course)
    return _with_issuer(enrolments, "edition", request.access.day).first()


@require_POST
def enrol(request: HttpRequest, course: str) -> HttpResponse:
    row = get_object_or_404(Course.objects.on_offer(), slug=course)
    cadre = Cadre.objects.filter(user=request.user).first()
    if cadre is None:
        raise Refusal(
            _(
                "Your account has no cadre record yet, so no learning can be recorded for it. "
                "Please ask your unit's manager to enter your record; then begin again."
            ),
            status=403,
        )
    enrolment = enrolling.enrol(cadre, row, by=request.user)
    first = enrolment.edition.listed_lessons[0]
    return redirect("courses:lesson", course=row.slug, lesson=first["slug"])
