"""Completion follows from facts: every lesson done and the final paper passed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q

from assessments.models import Attempt
from courses.models import Completion, Enrolment, LessonDone, LessonVisit, Progress
from courses.signals import course_completed
from kit.dates import day_of
from operations.journalling import record

# A completion keeps the version of the rule it was earned by.
RULE = "lessons-and-paper/1"


def progress_of(enrolment: Enrolment) -> dict[str, object]:
    """Progress as its facts say now; nothing is written."""
    tries = Attempt.objects.filter(sitting=enrolment.sitting_id).aggregate(
        used=Count("pk"), best=Max("grade"), passes=Count("pk", filter=Q(passed=True))
    )
    last = LessonVisit.objects.filter(enrolment=enrolment).order_by("-visited_at", "-pk").first()
    return {
        "lessons_done": LessonDone.objects.filter(enrolment=enrolment).count(),
        "last_lesson_id": last.lesson_id if last else None,
        "tries_used": tries["used"],
        "best_grade": tries["best"],
        "passed": tries["passes"] > 0,
    }


def count_attempt(attempt: Attempt, *, at: datetime) -> None:
    """A try was begun or graded: the enrolment it belongs to moves with it."""
    enrolments = Enrolment.objects.select_related("edition").filter(sitting=attempt.sitting_id)
    for row in enrolments:
        Progress.objects.select_for_update().get(pk=row.pk)
        tries = Attempt.objects.filter(sitting=attempt.sitting_id).aggregate(
            used=Count("pk"), best=Max("grade"), passes=Count("pk", filter=Q(passed=True))
        )
        Progress.objects.filter(pk=row.pk).update(
            tries_used=tries["used"],
            best_grade=tries["best"],
            passed=tries["passes"] > 0,
            last_active_at=at,
        )
        if attempt.passed:
            complete_if_earned(row, at=at)


@transaction.atomic
def complete_if_earned(enrolment: Enrolment, *, at: datetime) -> Completion | None:
    """The completion, made now if the facts have earned it; None while they have not."""
    progress = Progress.objects.select_for_update().get(pk=enrolment.pk)
    edition = enrolment.edition
    if not progress.passed or progress.lessons_done < edition.lesson_count:
        return None
    # Asked for again: the sitting may be younger than `enrolment`.
    sittings = Enrolment.objects.filter(pk=enrolment.pk).values("sitting")
    best = (
        Attempt.objects.filter(sitting__in=sittings, passed=True)
        .order_by("-grade", "finished_at")
        .first()
    )
    assert best and best.grade is not None  # noqa: S101 (progress.passed says so)
    completion, is_new = Completion.objects.get_or_create(
        enrolment=enrolment,
        defaults={
            "cadre_id": enrolment.cadre_id,
            "course_id": enrolment.course_id,
            "edition": edition,
            "unit_id": _unit_at(enrolment, at),
            "completed_at": at,
            "completed_on": day_of(at),
            "hours": edition.hours,
            "grade": best.grade,
            "evidence": {
                "rule": RULE,
                "lessons": progress.lessons_done,
                "attempt": str(best.pk),
                "grade": str(best.grade),
            },
        },
    )
    if is_new:
        record(
            "course.complete",
            completion,
            by=None,
            named=enrolment.cadre.full_name,
            after={"course": edition.title, "grade": str(best.grade), "hours": str(edition.hours)},
            at=at,
        )
        course_completed.send(Completion, completion=completion)
    return completion


def _unit_at(enrolment: Enrolment, at: datetime) -> int | None:
    post = enrolment.cadre.main_post_on(day_of(at))
    return post.unit_id if post else None
