from __future__ import annotations

from decimal import Decimal

import pytest
from contents import SAMPLES, Sample
from statements import answer, marks, outcome

from h5p.scoring import InvalidSubmission, State

each = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


@each
def test_a_right_answer_gets_all(sample: Sample) -> None:
    assert marks(sample.library, sample.params, sample.right) == (sample.maximum, sample.maximum)


@each
def test_a_partly_right_answer_gets_less(sample: Sample) -> None:
    points, _ = marks(sample.library, sample.params, sample.partly)
    assert points == sample.maximum - 1


@each
def test_a_wrong_answer_gets_nothing(sample: Sample) -> None:
    assert marks(sample.library, sample.params, sample.wrong) == (0, sample.maximum)


@each
@pytest.mark.parametrize("response", ["", None])
def test_an_empty_answer_gets_nothing(sample: Sample, response: str | None) -> None:
    assert marks(sample.library, sample.params, response) == (0, sample.maximum)


@each
@pytest.mark.parametrize("response", ["99", "-1", "0[,]0[,]9", "[,][,][,]", "½[.]x", "9" * 5000])
def test_a_malformed_answer_gains_nothing(sample: Sample, response: str) -> None:
    points, most = marks(sample.library, sample.params, response)
    assert points == 0
    assert most == sample.maximum


@each
def test_a_forged_score_is_not_looked_at(sample: Sample) -> None:
    forged = {"score": {"raw": 99, "max": 1, "scaled": 99.9}, "success": True, "completion": True}
    plain = outcome(sample.library, sample.params, answer(sample.wrong))
    assert outcome(sample.library, sample.params, answer(sample.wrong, **forged)) == plain


@each
@pytest.mark.parametrize("response", [1.5, ["0"], {"0": 1}, 10**30, "x" * 20_001])
def test_a_response_that_is_no_text_is_refused(sample: Sample, response: object) -> None:
    with pytest.raises(InvalidSubmission, match="response"):
        outcome(sample.library, sample.params, answer(response))


@each
def test_the_report_tells_in_words(sample: Sample) -> None:
    (question,) = outcome(sample.library, sample.params, answer(sample.right)).questions
    assert question.state is State.VERIFIED
    assert question.correct
    assert question.question
    assert question.given
    assert question.right
    assert "<" not in question.question + question.given + question.right


@each
def test_marks_are_decimal(sample: Sample) -> None:
    scored = outcome(sample.library, sample.params, answer(sample.partly))
    assert type(scored.points) is type(scored.maximum) is type(scored.fraction) is Decimal


@each
def test_content_of_nothing_is_worth_little_and_breaks_nothing(sample: Sample) -> None:
    for params in ({}, dict.fromkeys(sample.params), {key: [None, 3] for key in sample.params}):
        points, _ = marks(sample.library, params, "x")
        assert points == 0
