"""Two tabs at the same moment, on real locks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from assessments import attempting
from assessments.attempting import Answer
from assessments.grading import graded_slots
from assessments.merging import responses_of
from assessments.models import AnswerEvent, Attempt, Grading, Sitting
from tests.assessments.building import make_bank, make_sitting, make_version, right_answers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small() -> Sitting:
    return make_sitting(make_version(make_bank(6), draw=6))


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Runs the deeds in threads that set out together; their results in order."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return [future.result() for future in [threads.submit(run, deed) for deed in deeds]]


def test_two_starts_at_once_begin_one_try(small: Sitting, nine: datetime) -> None:
    begun = at_once(*[lambda: attempting.start(small, at=nine)] * 4)
    assert len({attempt.pk for attempt in begun}) == 1
    assert Attempt.objects.get().slots.count() == 6


def test_two_finishes_at_once_grade_once(small: Sitting, nine: datetime) -> None:
    attempt = attempting.start(small, at=nine)
    attempting.save_answers(attempt, right_answers(attempt, 3), at=nine)
    graded = at_once(*[lambda: attempting.finish(attempt, at=nine)] * 4)
    assert {one.grade for one in graded} == {5}
    assert Grading.objects.count() == 1


def test_the_same_events_at_once_are_kept_once(small: Sitting, nine: datetime) -> None:
    attempt = attempting.start(small, at=nine)
    answers = right_answers(attempt)
    at_once(*[lambda: attempting.save_answers(attempt, answers, at=nine)] * 4)
    assert AnswerEvent.objects.count() == 6


def test_an_answer_beside_a_finish_is_graded_or_refused(small: Sitting, nine: datetime) -> None:
    """Never accepted and left out of the grade."""
    attempt = attempting.start(small, at=nine)
    saves = [one_answer(attempt, answer, nine) for answer in right_answers(attempt)]
    at_once(*saves, lambda: attempting.finish(attempt, at=nine + timedelta(minutes=1)))
    attempt.refresh_from_db()
    stored = dict(attempt.slots.values_list("pk", "fraction"))
    now_graded = graded_slots(attempt, responses_of(attempt))
    assert stored == {slot.pk: slot.fraction for slot in now_graded}
    accepted = AnswerEvent.objects.filter(verdict="accepted").count()
    assert sum(fraction or 0 for fraction in stored.values()) == accepted


def one_answer(attempt: Attempt, answer: Answer, at: datetime) -> Callable[[], Any]:
    return lambda: attempting.save_answers(attempt, [answer], at=at)
