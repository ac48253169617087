"""What this floor holds about a cadre."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cadres.models import Cadre
from courses.models import Completion, Enrolment, LessonVisit, Obligation, PracticeAnswer
from kit.held import Held

SHOWN = 500


def held_about(cadre: Cadre) -> list[Held]:
    return [
        _obligations(cadre),
        _enrolments(cadre),
        _completions(cadre),
        _visits(cadre),
        _practice(cadre),
    ]


def _obligations(cadre: Cadre) -> Held:
    rows = Obligation.objects.filter(cadre=cadre).select_related("course__current")
    return Held(
        "obligations",
        _("Courses required of you"),
        _("So that you and your manager know what is due."),
        [_("Course"), _("Due"), _("Waived because")],
        [
            (
                row.course.current.title if row.course.current else row.course.code,
                row.due_on,
                row.waived_reason,
            )
            for row in rows.order_by("-due_on", "pk")
        ],
    )


def _enrolments(cadre: Cadre) -> Held:
    rows = Enrolment.objects.filter(cadre=cadre).select_related("edition", "progress")
    return Held(
        "learning",
        _("Learning"),
        _("So that you go on where you were."),
        [_("Course"), _("Begun at"), _("Lessons done"), _("Tries"), _("Best grade")],
        [
            (
                row.edition.title,
                row.enrolled_at,
                row.progress.lessons_done,
                row.progress.tries_used,
                row.progress.best_grade,
            )
            for row in rows.order_by("-enrolled_at")
        ],
    )


def _completions(cadre: Cadre) -> Held:
    rows = Completion.objects.filter(cadre=cadre).select_related("edition")
    return Held(
        "completions",
        _("Courses completed"),
        _("They count towards your training hours and prove what you have learned."),
        [_("Course"), _("Completed on"), _("Hours (tiết)"), _("Grade")],
        [
            (row.edition.title, row.completed_on, row.hours, row.grade)
            for row in rows.order_by("-completed_at")
        ],
    )


def _visits(cadre: Cadre) -> Held:
    rows = LessonVisit.objects.filter(enrolment__cadre=cadre).select_related("lesson")
    return Held(
        "visits",
        _("Lessons opened"),
        _("So that you go on where you were; nobody is judged by it."),
        [_("When"), _("Lesson")],
        [(row.visited_at, str(row.lesson)) for row in rows.order_by("-visited_at")[:SHOWN]],
        rule="visits",
    )


def _practice(cadre: Cadre) -> Held:
    rows = PracticeAnswer.objects.filter(enrolment__cadre=cadre).select_related("lesson")
    return Held(
        "practice",
        _("Answers to practice questions"),
        _("They teach and never count."),
        [_("When"), _("Lesson"), _("Right in part or in full")],
        [
            (row.answered_at, str(row.lesson), row.fraction)
            for row in rows.order_by("-answered_at")[:SHOWN]
        ],
        rule="practice",
    )
