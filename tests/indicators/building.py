"""What tests of indicators are made of: facts of learning on given days, through the deeds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assessments.models import Attempt
from cadres.models import Cadre, Unit
from courses.completing import complete_if_earned
from courses.enrolling import enrol, open_sitting
from courses.models import Completion, Course, LessonDone, Progress
from indicators.measuring import find_differences
from indicators.models import Figure, Indicator, Plan
from kit.dates import start_of

DAY = date(2026, 11, 23)
NOON = timedelta(hours=12)


def noon(day: date) -> datetime:
    return start_of(day) + NOON


def complete(cadre: Cadre, course: Course, on: date = date(2026, 3, 2)) -> Completion:
    """Every lesson done and the paper passed that noon; what follows is the deed's."""
    at = noon(on)
    enrolment = enrol(cadre, course, at=at - timedelta(days=7))
    sitting = open_sitting(enrolment, at=at)
    lessons = list(enrolment.edition.lessons.all())
    LessonDone.objects.bulk_create(
        LessonDone(enrolment=enrolment, lesson=lesson, done_at=at) for lesson in lessons
    )
    Attempt.objects.create(
        sitting=sitting,
        number=1,
        seed=1,
        started_at=at - timedelta(minutes=20),
        deadline=at,
        finished_at=at,
        grade=9,
        passed=True,
        end=Attempt.End.LEARNER,
    )
    Progress.objects.filter(enrolment=enrolment).update(
        lessons_done=len(lessons), tries_used=1, best_grade=9, passed=True
    )
    completion = complete_if_earned(enrolment, at=at)
    assert completion
    return completion


def get_indicator(code: str) -> Indicator:
    return Indicator.objects.select_related("group__plan").get(
        code=code, group__plan__code="ke-hoach-2026-2030"
    )


def counted(code: str, unit: Unit, year: int = 2026) -> tuple[int, int]:
    """Numerator and denominator as they are kept."""
    figure = Figure.objects.filter(indicator=get_indicator(code), unit=unit, year=year).first()
    return (figure.numerator, figure.denominator) if figure else (0, 0)


def differences(plan: Plan) -> list[str]:
    return find_differences(Plan.objects.get(pk=plan.pk))
