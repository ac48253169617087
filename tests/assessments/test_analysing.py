"""Which questions learners find hard."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from assessments.analysing import LEAST_ASKED, LOOKED_BACK, hardest
from assessments.attempting import Answer, finish, save_answers, start
from assessments.models import Slot
from tests.assessments.building import (
    make_bank,
    make_cadre,
    make_sitting,
    make_version,
    right_answers,
    right_keys,
)


@pytest.fixture
def hard(db: None, nine: datetime) -> str:
    """The code of a question that everybody of twenty got wrong, the other one right."""
    version = make_version(make_bank(2), draw=2)
    code = ""
    for number in range(LEAST_ASKED):
        attempt = start(make_sitting(version, make_cadre(f"Người thứ {number}")), at=nine, seed=1)
        answers = right_answers(attempt)
        missed = Slot.objects.get(attempt=attempt, question_version=version.pool.earliest("pk"))
        code = missed.question_version.question.code
        right = right_keys(missed.question_version)
        wrong = [key for key in missed.choice_order if key not in right][:1]
        save_answers(
            attempt,
            [
                Answer(a.position, a.device, a.sequence, {"chosen": wrong})
                if a.position == missed.position
                else a
                for a in answers
            ],
            at=nine,
        )
        finish(attempt, at=nine + timedelta(minutes=5))
    return code


def test_what_everybody_missed_is_the_hardest(hard: str, nine: datetime) -> None:
    [found] = hardest(5, at=nine + timedelta(days=1))
    assert found.version.question.code == hard
    assert (found.asked, found.earned) == (LEAST_ASKED, Decimal(0))


def test_what_few_were_asked_says_nothing_yet(hard: str, nine: datetime) -> None:
    one = Slot.objects.filter(question_version__question__code=hard).earliest("pk")
    Slot.objects.filter(pk=one.pk).update(fraction=None)
    assert hardest(5, at=nine + timedelta(days=1)) == []


def test_what_was_long_ago_is_not_told(hard: str, nine: datetime) -> None:
    assert hardest(5, at=nine + LOOKED_BACK + timedelta(days=1)) == []
