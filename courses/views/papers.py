"""The final paper: what awaits, the attempt, saving answers, submitting, the result."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods

from assessments import attempting, reading, showing
from assessments.models import AnswerEvent, Attempt
from courses.enrolling import open_sitting
from courses.models import Course, Enrolment
from courses.outlining import done_by, outline_of
from kit.dates import now
from kit.errors import Refusal
from kit.http import HttpRequest, keep_on_device

State = Attempt.State


def _enrolment(request: HttpRequest, course: str) -> Enrolment:
    """The user's own enrolment; not enrolled is said with the way in."""
    found = (
        Enrolment.objects.of_user(request.user.pk)
        .select_related("course", "edition__paper_version", "progress", "completion", "sitting")
        .defer("edition__folded", "completion__evidence")
        .filter(course__slug=course)
        .first()
    )
    if found is None:
        row = get_object_or_404(Course.objects.on_offer(), slug=course)
        assert row.current is not None  # noqa: S101 (it is on offer)
        raise Refusal(
            _(
                "You have not begun “%(course)s” yet. "
                "Open the course and begin it, then sit the test."
            )
            % {"course": row.current.title},
            status=403,
        )
    return found


def _attempt(request: HttpRequest, course: str, attempt: UUID) -> Attempt:
    """One of the user's own tries at this course's paper; another's is not found. One query."""
    mine = Enrolment.objects.of_user(request.user.pk).filter(
        course__slug=course, sitting=OuterRef("sitting")
    )
    attempts = Attempt.objects.select_related("sitting__paper_version").annotate(
        course_title=Subquery(mine.values("edition__title")[:1])
    )
    return get_object_or_404(attempts, pk=attempt, course_title__isnull=False)


def _tries(enrolment: Enrolment) -> list[Attempt]:
    if enrolment.sitting_id is None:
        return []
    return list(Attempt.objects.filter(sitting=enrolment.sitting_id))


def _home(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "enrolment": enrolment,
        "course": enrolment.course,
        "edition": enrolment.edition,
        "version": enrolment.edition.paper_version,
    }


# --- Before ---------------------------------------------------------------------------------


@require_GET
@never_cache
def paper(request: HttpRequest, course: str) -> HttpResponse:
    """What awaits. The paper may be sat at any time; what completion still needs is said."""
    enrolment = _enrolment(request, course)
    tries, at = _tries(enrolment), now()
    running = next((one for one in tries if not one.is_finished), None)
    outline = outline_of(enrolment.edition, done_by(enrolment))
    context = _home(enrolment) | {
        "tries": tries,
        "tries_left": max(0, enrolment.edition.paper_version.tries - len(tries)),
        "running": running if running and running.is_open_at(at) else None,
        "overdue": running if running and not running.is_open_at(at) else None,
        "missing": [entry for entry in outline.entries if not entry.is_done],
    }
    return render(request, "courses/paper.html", context)


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, course: str) -> HttpResponse:
    if request.method == "GET":
        return redirect("courses:paper", course=course)
    enrolment = _enrolment(request, course)
    attempt = attempting.start(enrolment.sitting or open_sitting(enrolment))
    return redirect("courses:attempt", course=course, attempt=attempt.pk)


# --- During ---------------------------------------------------------------------------------


@require_GET
@never_cache
@gzip_page
def attempt(request: HttpRequest, course: str, attempt: UUID) -> HttpResponse:
    row, at = _attempt(request, course, attempt), now()
    if row.state_at(at) in (State.OVER, State.FINISHED):
        return redirect("courses:result", course=course, attempt=attempt)
    context = {
        "course": {"slug": course},
        "version": row.sitting.paper_version,
        "attempt": row,
        "sheet": showing.sheet_of(row),
        "is_over": row.state_at(at) is State.GRACE,
        "remaining": _seconds_left(row, at),
        "asks": "con-thieu" in request.GET,
    }
    return keep_on_device(request, render(request, "courses/attempt.html", context))


def _seconds_left(attempt: Attempt, at: datetime) -> float:
    return max(0.0, (attempt.deadline - at).total_seconds())


@require_http_methods(["GET", "POST"])
def save(request: HttpRequest, course: str, attempt: UUID) -> HttpResponse:
    """Saves what a page sends. The hottest door: with answers, one query and one insert.

    The attempt is found by its owner alone; which course's address it came by does not matter.
    """
    if request.method == "POST" and request.content_type == "application/json":
        try:
            return _save_events(request, attempt)
        except Refusal as refusal:
            return JsonResponse({"detail": str(refusal.message)}, status=refusal.status)
    if request.method == "POST":
        _save_form(request, _attempt(request, course, attempt), now())
        messages.success(request, _("Saved. The test has not been submitted yet."))
    return redirect("courses:attempt", course=course, attempt=attempt)


def _save_events(request: HttpRequest, attempt: UUID) -> JsonResponse:
    if int(request.headers.get("Content-Length") or 0) > reading.MAX_BYTES:
        raise Refusal(_("Too many answers were sent at once."), status=413)
    answers = reading.answers_in(request.body)
    if not answers:
        return _catch_up(request, attempt)
    at = now()
    saved = attempting.save_own_answers(request.user.pk, attempt, answers, at=at)
    reply: dict[str, Any] = {
        "receipts": [vars(receipt) for receipt in saved.receipts],
        "remaining": saved.remaining.total_seconds(),
        "version": saved.version,
        "at": f"{localtime(at):%H:%M}",
    }
    if any(receipt.verdict == AnswerEvent.Verdict.ACCEPTED for receipt in saved.receipts):
        return JsonResponse(reply)
    reply["detail"] = _("The test has ended. These answers came after the end and do not count.")
    return JsonResponse(reply, status=409)


def _catch_up(request: HttpRequest, attempt: UUID) -> JsonResponse:
    """No answers: the page asks what the server has, and how much time is left."""
    own = Attempt.objects.filter(sitting__cadre__user=request.user.pk)
    row, at = get_object_or_404(own, pk=attempt), now()
    responses, version = showing.answers_now(row)
    reply = {
        "receipts": [],
        "remaining": _seconds_left(row, at),
        "version": version,
        "at": f"{localtime(at):%H:%M}",
        "responses": responses,
        "finished": row.is_finished,
    }
    return JsonResponse(reply)


def _save_form(request: HttpRequest, attempt: Attempt, at: datetime) -> None:
    answers = reading.answers_in_form(request.POST, attempt.started_at, at)
    if answers:
        attempting.save_answers(attempt, answers, at=at)


# --- After ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, course: str, attempt: UUID) -> HttpResponse:
    """Submits; answers in the form are saved first. A form with `ask` is asked back once when
    questions are unanswered (a page with scripts asks by itself).
    """
    if request.method == "GET":
        return redirect("courses:attempt", course=course, attempt=attempt)
    row, at = _attempt(request, course, attempt), now()
    if row.is_open_at(at):
        _save_form(request, row, at)
        if (
            "ask" in request.POST
            and "sure" not in request.POST
            and showing.sheet_of(row).unanswered
        ):
            address = reverse("courses:attempt", kwargs={"course": course, "attempt": attempt})
            return redirect(f"{address}?con-thieu=1#nop")
    attempting.finish(row, at=at)
    return redirect("courses:result", course=course, attempt=attempt)


def _asks(request: HttpRequest) -> bool:
    return "ask" in request.POST and "sure" not in request.POST


@require_GET
@never_cache
@gzip_page
def result(request: HttpRequest, course: str, attempt: UUID) -> HttpResponse:
    """The verdict. What right answers are shown follows `showing.may_reveal`."""
    enrolment, at = _enrolment(request, course), now()
    tries, version = _tries(enrolment), enrolment.edition.paper_version
    row = next((one for one in tries if one.pk == attempt), None)
    if row is None:
        raise Http404
    if row.state_at(at) is State.OVER:
        attempting.finish(row, at=at)
        return result(request, course=course, attempt=attempt)
    if not row.is_finished:
        return redirect("courses:attempt", course=course, attempt=attempt)
    reveals = showing.may_reveal(tries, version.tries)
    questions = showing.results_of(row, reveals=reveals, on=request.access.day)
    entries = outline_of(enrolment.edition, done_by(enrolment)).entries
    lessons = {entry.code: entry for entry in entries}
    context = _home(enrolment) | {
        "attempt": row,
        "rows": [(question, lessons.get(question.topic)) for question in questions],
        "counts": _counts(questions),
        "reveals": reveals,
        "best": max((one.grade for one in tries if one.grade is not None), default=Decimal(0)),
        "tries_left": max(0, version.tries - len(tries)),
        "is_running": any(not one.is_finished for one in tries),
        "missing": [entry for entry in entries if not entry.is_done],
    }
    return render(request, "courses/result.html", context)


def _counts(questions: list[showing.ShownQuestion]) -> dict[str, int]:
    verdicts = [question.verdict for question in questions]
    return {verdict: verdicts.count(verdict) for verdict in ("right", "partial", "wrong", "blank")}
