"""Completion follows from facts: every lesson done and the final paper passed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

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


def count_try(attempt: Attempt) -> None:
    """A try was begun: numbers follow one another, so its own says how many there are."""
    Progress.objects.filter(enrolment__sitting=attempt.sitting_id).update(
        tries_used=attempt.number, last_active_at=attempt.started_at
    )


def count_grade(attempt: Attempt, *, at: datetime) -> None:
    """A try was graded: the enrolment it belongs to moves with it, and may be complete."""
    for progress in _locked().filter(enrolment__sitting=attempt.sitting_id):
        tries = Attempt.objects.filter(sitting=attempt.sitting_id).aggregate(
            used=Count("pk"), best=Max("grade"), passes=Count("pk", filter=Q(passed=True))
        )
        progress.tries_used, progress.best_grade = tries["used"], tries["best"]
        progress.passed, progress.last_active_at = tries["passes"] > 0, at
        progress.save(update_fields=["tries_used", "best_grade", "passed", "last_active_at"])
        if attempt.passed:
            _complete(progress, at)


@transaction.atomic
def complete_if_earned(enrolment: Enrolment, *, at: datetime) -> Completion | None:
    """The completion, made now if the facts have earned it; None while they have not."""
    return _complete(_locked().get(pk=enrolment.pk), at)


def _locked() -> QuerySet[Progress]:
    """With the row locked, one completion is made after the other."""
    rows = Progress.objects.select_for_update(of=("self",))
    return rows.select_related("enrolment__cadre", "enrolment__edition__course")


def _complete(progress: Progress, at: datetime) -> Completion | None:
    enrolment, edition = progress.enrolment, progress.enrolment.edition
    if not progress.passed or progress.lessons_done < edition.lesson_count:
        return None
    if held := Completion.objects.filter(enrolment=enrolment).first():
        return held
    passed = Attempt.objects.filter(sitting=enrolment.sitting_id, passed=True)
    best = passed.order_by("-grade", "finished_at").first()
    assert best and best.grade is not None  # noqa: S101 (progress.passed says so)
    post = enrolment.cadre.main_post_on(day_of(at))
    completion = Completion.objects.create(
        enrolment=enrolment,
        cadre=enrolment.cadre,
        course=edition.course,
        edition=edition,
        unit=post.unit if post else None,
        completed_at=at,
        completed_on=day_of(at),
        hours=edition.hours,
        grade=best.grade,
        evidence={
            "rule": RULE,
            "lessons": progress.lessons_done,
            "attempt": str(best.pk),
            "grade": str(best.grade),
        },
    )
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
