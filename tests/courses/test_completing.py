"""Completion and progress follow from facts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assessments.attempting import finish, save_answers, start
from assessments.models import Sitting
from courses.completing import progress_of
from courses.enrolling import enrol
from courses.learning import finish_lesson, visit
from courses.models import Completion, Enrolment, Progress
from kit.dates import now
from kit.errors import Refusal
from tests.assessments.building import make_cadre, right_answers
from tests.courses.building import make_course, pass_paper, sit


def finish_all(enrolment: Enrolment) -> None:
    for lesson in enrolment.edition.lessons.all():
        finish_lesson(enrolment, lesson)


@pytest.mark.django_db
def test_all_lessons_and_a_passed_paper_complete(enrolment: Enrolment) -> None:
    finish_all(enrolment)
    assert not Completion.objects.exists()
    pass_paper(enrolment)
    completion = Completion.objects.get()
    assert (completion.cadre, completion.course) == (enrolment.cadre, enrolment.course)
    assert (completion.hours, completion.grade) == (Decimal(8), Decimal(10))
    assert completion.evidence["rule"] == "lessons-and-paper/1"


@pytest.mark.django_db
def test_the_last_lesson_may_come_after_the_paper(enrolment: Enrolment) -> None:
    pass_paper(enrolment)
    assert not Completion.objects.exists()
    finish_all(enrolment)
    assert Completion.objects.get().evidence["lessons"] == 3


@pytest.mark.django_db
def test_a_failed_paper_completes_nothing(enrolment: Enrolment) -> None:
    finish_all(enrolment)
    sit(enrolment, right=0)
    assert not Completion.objects.exists()


@pytest.mark.django_db
def test_a_course_is_completed_once(enrolment: Enrolment) -> None:
    finish_all(enrolment)
    pass_paper(enrolment)
    pass_paper(enrolment)
    assert Completion.objects.count() == 1


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["visit", "finish", "start", "submit"]),
        st.integers(0, 2),
        st.integers(0, 90),
    ),
    max_size=14,
)


class ProgressFollowsFromFacts(TestCase):
    """Any order of events, at any distance of minutes."""

    @given(events=EVENTS)
    def test_progress_equals_what_its_facts_say(self, events: list[tuple[str, int, int]]) -> None:
        enrolment = enrol(make_cadre(), make_course())
        sitting = Sitting.objects.create(
            cadre=enrolment.cadre, paper_version=enrolment.edition.paper_version
        )
        Enrolment.objects.filter(pk=enrolment.pk).update(sitting=sitting)
        live(enrolment.pk, sitting, events)
        kept = Progress.objects.get(enrolment=enrolment)
        said = progress_of(Enrolment.objects.get(pk=enrolment.pk))
        assert {name: getattr(kept, name) for name in said} == said
        assert kept.lessons_done <= enrolment.edition.lesson_count
        is_earned = kept.passed and kept.lessons_done == enrolment.edition.lesson_count
        assert Completion.objects.filter(enrolment=enrolment).exists() == is_earned


def live(enrolment_id: int, sitting: Sitting, events: list[tuple[str, int, int]]) -> None:
    at = now()
    for what, number, minutes in events:
        at += timedelta(minutes=minutes)
        enrolment = Enrolment.objects.select_related("progress", "edition").get(pk=enrolment_id)
        lesson = enrolment.edition.lessons.order_by("position")[number]
        if what == "visit":
            visit(enrolment, lesson, at=at)
        elif what == "finish":
            finish_lesson(enrolment, lesson, at=at)
        else:
            _sit(sitting, at, what, right=number * 2)


def _sit(sitting: Sitting, at: Any, what: str, right: int) -> None:
    try:
        attempt = start(sitting, at=at, seed=1)
    except Refusal:
        return
    if what == "submit":
        save_answers(attempt, right_answers(attempt, right), at=at)
        finish(attempt, at=at)
