"""Playing interactive content in a lesson: beginning, what the frame posts, what it was worth."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.playing import Told, save_states, submit_run
from courses import playing
from courses.models import EditionLesson, Enrolment
from courses.views.learning import find_enrolment
from kit.errors import Refusal
from kit.http import HttpRequest

MOST_AGE_MS = 30 * 24 * 3600 * 1000
MOST_STATES = 100


def _where(request: HttpRequest, course: str, lesson: str) -> tuple[Enrolment, EditionLesson]:
    """Who is not enrolled finds nothing here."""
    enrolment = find_enrolment(request, course)
    if enrolment is None:
        raise Http404
    return enrolment, get_object_or_404(EditionLesson, edition=enrolment.edition_id, slug=lesson)


@require_http_methods(["GET", "POST"])
def play(request: HttpRequest, course: str, lesson: str, place: UUID) -> HttpResponse:
    enrolment, row = _where(request, course, lesson)
    if request.method == "POST":
        playing.play(enrolment, row, place)
    return redirect(f"{reverse('courses:lesson', args=[course, lesson])}#choi-{place}")


@require_safe
def run(request: HttpRequest, course: str, lesson: str, run: UUID) -> HttpResponse:
    """The result beneath the player, once the server has it."""
    enrolment, row = _where(request, course, lesson)
    place = str(playing.get_run(enrolment, row, run).place)
    if not request.htmx:
        return redirect(f"{reverse('courses:lesson', args=[course, lesson])}#choi-{place}")
    played = playing.played_in(enrolment, row)[place]
    asked = request.GET.get("lan", "")
    context = {
        "course": enrolment.course,
        "lesson": row,
        "played": played,
        "run": next(r for r in played.runs if r.pk == run),
        "again": int(asked) + 1 if asked.isdecimal() and len(asked) < 3 else 1,
    }
    return render(request, "courses/lesson.html#result", context)


@require_POST
def save(request: HttpRequest, course: str, lesson: str, run: UUID) -> JsonResponse:
    enrolment, row = _where(request, course, lesson)
    held = playing.get_run(enrolment, row, run)
    states = _read(request).get("states")
    if not isinstance(states, list) or len(states) > MOST_STATES:
        raise _unreadable()
    told = [_told(state) for state in states]
    return JsonResponse({"kept": save_states(held.run_id, enrolment.cadre, told)})


@require_POST
def submit(request: HttpRequest, course: str, lesson: str, run: UUID) -> JsonResponse:
    """Answers in words alone: points are shown where the learner reads them, not in the frame."""
    enrolment, row = _where(request, course, lesson)
    held = playing.get_run(enrolment, row, run)
    sent = _read(request)
    submission = json.dumps(sent.get("data"))
    done = submit_run(held.run_id, enrolment.cadre, submission, age=_age(sent.get("age_ms")))
    return JsonResponse({"result": done.strength})


def _read(request: HttpRequest) -> dict[str, Any]:
    """Strict JSON: what is no number is no answer either."""
    try:
        content = json.loads(request.body, parse_constant=_no_number, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(content, dict):
        raise _unreadable()
    return content


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _number(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(digits)
    return number


def _told(state: Any) -> Told:
    if not isinstance(state, dict):
        raise _unreadable()
    part, kind, content = state.get("sub"), state.get("kind"), state.get("data")
    if not (isinstance(part, str) and isinstance(kind, str) and part and kind):
        raise _unreadable()
    if not isinstance(content, str | None):
        raise _unreadable()
    return Told(part, kind, content, _age(state.get("age_ms")))


def _age(value: Any) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return timedelta(0)
    return timedelta(milliseconds=max(0, min(value, MOST_AGE_MS)))


def _unreadable() -> Refusal:
    return Refusal(_("What was sent could not be read; nothing was changed."), status=400)
