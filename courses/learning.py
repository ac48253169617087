"""The facts of learning: opening a lesson, finishing it, answering a practice question."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessments.kinds import get_kind
from assessments.kinds.base import clean_response
from assessments.models import QuestionVersion
from courses.completing import complete_if_earned
from courses.models import (
    EditionLesson,
    Enrolment,
    LessonDone,
    LessonVisit,
    PracticeAnswer,
    Progress,
)
from courses.playing import still_to_finish
from kit.dates import now
from kit.errors import Refusal

# Opening the same lesson again within this time is the same visit.
SAME_VISIT = timedelta(minutes=30)


def visit(enrolment: Enrolment, lesson: EditionLesson, *, at: datetime | None = None) -> None:
    """Remembers where the learner is; a reload writes nothing and waits for no lock."""
    _check_belongs(enrolment, lesson)
    at = at or now()
    progress = enrolment.progress
    if progress.last_lesson_id == lesson.pk and at - progress.last_active_at < SAME_VISIT:
        return
    # Nothing is raised inside: a transaction around this one stays whole without a savepoint.
    with transaction.atomic(savepoint=False):
        LessonVisit.objects.create(enrolment=enrolment, lesson=lesson, visited_at=at)
        Progress.objects.filter(pk=progress.pk).update(last_lesson=lesson, last_active_at=at)
    progress.last_lesson, progress.last_active_at = lesson, at


def finish_lesson(
    enrolment: Enrolment, lesson: EditionLesson, *, at: datetime | None = None
) -> bool:
    """ "Đã học xong". True when it was not said before.

    Refusal while something its author says must be finished is not.
    """
    _check_belongs(enrolment, lesson)
    if left := still_to_finish(enrolment, lesson):
        raise Refusal(_("Before this lesson is done, please finish:"), gaps=left)
    at = at or now()
    with transaction.atomic(savepoint=False):
        # One after the other, so that two devices finishing at once are both counted.
        progress = Progress.objects.filter(pk=enrolment.pk).select_for_update()
        count = progress.values_list("lessons_done", flat=True).get()
        if not _is_new(LessonDone(enrolment=enrolment, lesson=lesson, done_at=at)):
            return False
        progress.update(lessons_done=count + 1, last_active_at=at)
        if count + 1 >= enrolment.edition.lesson_count:
            complete_if_earned(enrolment, at=at)
    return True


def _is_new(done: LessonDone) -> bool:
    """Written now; False when it was said before: the database knows, no question is asked."""
    try:
        with transaction.atomic():
            done.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _check_belongs(enrolment: Enrolment, lesson: EditionLesson) -> None:
    if lesson.edition_id != enrolment.edition_id:
        raise Refusal(_("This lesson is not in the edition you are learning."), status=404)


def answer_practice(
    enrolment: Enrolment,
    lesson: EditionLesson,
    question: QuestionVersion,
    response: object,
    *,
    at: datetime | None = None,
) -> Decimal:
    """Grades at once and keeps the answer; returns the fraction 0…1."""
    kind = get_kind(question.kind)
    cleaned = clean_response(kind, question.body, response)
    fraction = kind.grade(question.body, cleaned)
    PracticeAnswer.objects.create(
        enrolment=enrolment,
        lesson=lesson,
        question_version=question,
        response=cleaned,
        fraction=fraction,
        answered_at=at or now(),
    )
    return fraction
