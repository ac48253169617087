"""My learning, and the lesson page with its practice questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from assessments.models import QuestionVersion
from assessments.opening import player_of
from courses import learning, outlining
from courses.models import Course, EditionLesson, Enrolment
from courses.playing import Played, left_to_finish, played_in
from courses.reckoning import reckon
from kit.dates import now
from kit.http import HttpRequest, keep_on_device
from media.citing import Cited, cited, with_documents


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    cadre_id = request.access.cadre_id
    reckoning = reckon(cadre_id, on=request.access.day) if cadre_id else None
    return render(request, "courses/learning.html", {"reckoning": reckoning})


@require_GET
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    enrolment = find_enrolment(request, course)
    if enrolment is None:
        return _closed(request, course)
    row = _get_lesson(enrolment, lesson)
    learning.visit(enrolment, row)
    return keep_on_device(request, _page(request, enrolment, row))


def find_enrolment(request: HttpRequest, course: str) -> Enrolment | None:
    enrolments = Enrolment.objects.of_user(request.user.pk).filter(course__slug=course)
    joined = enrolments.select_related("course", "edition", "progress", "completion", "cadre")
    return joined.defer("edition__folded", "completion__evidence").first()


def _get_lesson(enrolment: Enrolment, slug: str) -> EditionLesson:
    return get_object_or_404(EditionLesson, edition=enrolment.edition_id, slug=slug)


def _closed(request: HttpRequest, course: str) -> HttpResponse:
    """Not enrolled: the way in is shown."""
    row = get_object_or_404(Course.objects.on_offer(), slug=course)
    return render(request, "courses/lesson_closed.html", {"course": row}, status=403)


def _page(
    request: HttpRequest,
    enrolment: Enrolment,
    lesson: EditionLesson,
    feedback: Feedback | None = None,
) -> HttpResponse:
    outline = outlining.outline_of(enrolment.edition, outlining.done_by(enrolment), lesson.pk)
    played = played_in(enrolment, lesson)
    segments = [_with_feedback(segment, feedback) for segment in lesson.segments]
    if played:
        segments = [_with_player(request, enrolment, lesson, s, played) for s in segments]
    context = {
        "enrolment": enrolment,
        "course": enrolment.course,
        "edition": enrolment.edition,
        "lesson": lesson,
        "outline": outline,
        "here": outline.find(lesson.pk),
        "segments": segments,
        "plays": bool(played),
        "left": left_to_finish(played.values()),
        "cites": cited(with_documents(lesson.cites.all()), request.access.day),
    }
    return render(request, "courses/lesson.html", context)


def _with_player(
    request: HttpRequest,
    enrolment: Enrolment,
    lesson: EditionLesson,
    segment: dict[str, Any],
    played: dict[str, Played],
) -> dict[str, Any]:
    """The segment with how it was played, and the player while a run is open."""
    here = played.get(segment.get("place", ""))
    if here is None:
        return segment
    run = here.newest
    player = None
    if run and run.is_open_at(now()):
        args = [enrolment.course.slug, lesson.slug, run.pk]
        player = player_of(
            run,
            person=str(enrolment.cadre.public_id),
            language=get_language() or "vi",
            is_kept=not request.session.get_expire_at_browser_close(),
            state_url=reverse("courses:save_run", args=args),
            submit_url=reverse("courses:submit_run", args=args),
        )
    return {**segment, "played": here, "run": run, "player": player}


@require_POST
def finish(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    enrolment = find_enrolment(request, course)
    if enrolment is None:
        return _closed(request, course)
    row = _get_lesson(enrolment, lesson)
    learning.finish_lesson(enrolment, row)
    outline = outlining.outline_of(enrolment.edition, outlining.done_by(enrolment), row.pk)
    following = None if outline.is_all_done else outline.next or outline.first_left
    lesson_path = following and reverse("courses:lesson", args=[course, following.slug])
    path = lesson_path or reverse("courses:course", args=[course])
    return HttpResponseClientRedirect(path) if request.htmx else redirect(path)


@dataclass(frozen=True)
class Feedback:
    """What is said to an answer; `verdict` is `none`, `right`, `partial` or `wrong`."""

    question: int
    verdict: str
    choices: list[dict[str, Any]]
    explanation: str = ""
    cites: Sequence[Cited] = ()


@require_http_methods(["GET", "POST"])
def practise(request: HttpRequest, course: str, lesson: str, question: int) -> HttpResponse:
    if request.method == "GET":
        return redirect("courses:lesson", course=course, lesson=lesson)
    enrolment = find_enrolment(request, course)
    if enrolment is None:
        return _closed(request, course)
    row = _get_lesson(enrolment, lesson)
    segment = next((s for s in row.segments if s.get("question") == question), None)
    if segment is None:
        raise Http404
    chosen = request.POST.getlist("chosen")
    feedback = _answer(enrolment, row, question, chosen, request.access.day)
    if not request.htmx:
        return _page(request, enrolment, row, feedback)
    answered = _with_feedback(segment, feedback)
    context = {"course": enrolment.course, "lesson": row, "segment": answered}
    return render(request, "courses/lesson.html#practice", context)


def _answer(
    enrolment: Enrolment, lesson: EditionLesson, question: int, chosen: list[str], on: date
) -> Feedback:
    if not chosen:
        return Feedback(question, "none", [])
    version = get_object_or_404(QuestionVersion, pk=question)
    fraction = learning.answer_practice(enrolment, lesson, version, {"chosen": chosen})
    choices = [choice for choice in version.body["choices"] if choice["key"] in chosen]
    cites = cited(with_documents(version.cites.all()), on)
    return Feedback(question, _verdict(fraction), choices, version.feedback, cites)


def _verdict(fraction: Decimal) -> str:
    if fraction == 1:
        return "right"
    return "partial" if fraction else "wrong"


def _with_feedback(segment: dict[str, Any], feedback: Feedback | None) -> dict[str, Any]:
    """The segment with what was chosen and what is said to it, where it was this one."""
    if feedback is None or segment.get("question") != feedback.question:
        return segment
    said = {choice["key"]: choice for choice in feedback.choices}
    choices = [{**choice, "said": said.get(choice["key"])} for choice in segment["choices"]]
    return {**segment, "choices": choices, "answer": feedback}
