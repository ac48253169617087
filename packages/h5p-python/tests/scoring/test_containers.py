from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from contents import MULTI, TRUE_FALSE
from statements import answer, outcome, piece

from h5p.scoring import InvalidSubmission, State

MULTI_PIECE = piece("H5P.MultiChoice 1.16", MULTI, "m")
TRUE_PIECE = piece("H5P.TrueFalse 1.8", TRUE_FALSE, "t")
ESSAY = piece("H5P.Essay 1.5", {}, "e") | {"metadata": {"title": "Viết &amp; nghĩ"}}
TEXT = piece("H5P.AdvancedText 1.1", {"text": "…"}, "x")
ACCORDION = piece("H5P.Accordion 1.0", {}, "a")
ANSWERS = (answer("0[,]2", piece="m"), answer("false", piece="t"))


def column(*pieces: Any) -> dict[str, Any]:
    return {"content": [{"content": inner, "useSeparator": "auto"} for inner in pieces]}


def question_set(*pieces: Any, **more: object) -> dict[str, Any]:
    return {"questions": list(pieces), **more}


def presentation(*slides: list[Any]) -> dict[str, Any]:
    elements = [
        [{"x": 1, "action": inner} for inner in slide] + [{"goToSlide": 1}] for slide in slides
    ]
    return {"presentation": {"slides": [{"elements": slide} for slide in elements]}}


BOTH = [
    ("H5P.Column 1.18", column(MULTI_PIECE, TEXT, TRUE_PIECE)),
    ("H5P.QuestionSet 1.20", question_set(MULTI_PIECE, TRUE_PIECE)),
    ("H5P.CoursePresentation 1.25", presentation([MULTI_PIECE, TEXT], [TRUE_PIECE])),
]


@pytest.mark.parametrize(("library", "params"), BOTH)
def test_a_container_weighs_what_its_pieces_weigh(library: str, params: Any) -> None:
    scored = outcome(library, params, answer(None, *ANSWERS))
    assert scored.state is State.VERIFIED
    assert (scored.points, scored.maximum) == (2, 3)
    assert scored.fraction == Decimal(2) / 3
    assert [question.sub_content_id for question in scored.questions] == ["m", "t"]


@pytest.mark.parametrize(("library", "params"), BOTH)
def test_what_is_not_answered_gets_nothing_and_still_weighs(library: str, params: Any) -> None:
    scored = outcome(library, params, answer(None, ANSWERS[1]))
    assert (scored.points, scored.maximum) == (0, 3)


@pytest.mark.parametrize(("library", "params"), BOTH)
def test_the_order_of_answers_does_not_matter(library: str, params: Any) -> None:
    there, back = answer(None, *ANSWERS), answer(None, *reversed(ANSWERS))
    assert outcome(library, params, there) == outcome(library, params, back)


@pytest.mark.parametrize(("library", "params"), BOTH)
def test_an_answer_to_nothing_is_refused(library: str, params: Any) -> None:
    with pytest.raises(InvalidSubmission, match=r"children\[1\].*nothing"):
        outcome(library, params, answer(None, ANSWERS[0], answer("0", piece="other")))


@pytest.mark.parametrize(("library", "params"), BOTH)
def test_an_answer_given_twice_is_refused(library: str, params: Any) -> None:
    with pytest.raises(InvalidSubmission, match="twice"):
        outcome(library, params, answer(None, ANSWERS[0], ANSWERS[0]))


def test_a_question_has_nothing_within() -> None:
    with pytest.raises(InvalidSubmission, match="nothing"):
        outcome("H5P.MultiChoice 1.16", MULTI, answer("0", ANSWERS[0]))


def test_one_unverifiable_piece_makes_the_whole_so_and_the_rest_is_told() -> None:
    given = answer(None, *ANSWERS, answer("Bài\x00 viết", piece="e", score={"raw": 9}))
    scored = outcome("H5P.Column 1.18", column(MULTI_PIECE, ESSAY, TRUE_PIECE), given)
    assert scored.state is State.UNVERIFIABLE
    assert (scored.points, scored.maximum) == (2, 3)
    essay = scored.questions[1]
    assert (essay.question, essay.given) == ("Viết & nghĩ", "Bài\ufffd viết")
    assert essay.reason
    assert not essay.correct


def test_what_only_asks_to_be_read_weighs_nothing() -> None:
    scored = outcome(
        "H5P.Column 1.18", column(TEXT, ACCORDION, TRUE_PIECE), answer(None, ANSWERS[1])
    )
    assert scored.state is State.VERIFIED
    assert scored.maximum == 1


@pytest.mark.parametrize(
    "library", ["H5P.Accordion 1.0", "H5P.Dialogcards 1.9", "H5P.ImageHotspots 1.10"]
)
def test_completion_alone_is_claimed(library: str) -> None:
    scored = outcome(library, {}, answer(None, success=True, score={"raw": 5, "max": 5}))
    assert (scored.state, scored.points, scored.maximum) == (State.CLAIMED, 0, 0)
    assert scored.fraction is None


def test_containers_lie_in_containers() -> None:
    inner = piece("H5P.QuestionSet 1.20", question_set(MULTI_PIECE, TRUE_PIECE), "s")
    given = answer(None, answer(None, *ANSWERS, piece="s"))
    assert outcome("H5P.Column 1.18", column(inner), given).points == 2
    assert outcome("H5P.Column 1.18", column(inner), answer()).maximum == 3


def test_content_nested_without_end_is_not_followed() -> None:
    params = column(TRUE_PIECE)
    for at in range(40):
        params = column(piece("H5P.Column 1.18", params, str(at)))
    assert outcome("H5P.Column 1.18", params, answer()).state is State.UNVERIFIABLE


def test_two_pieces_of_one_id_are_answered_in_order() -> None:
    params = column(TRUE_PIECE, TRUE_PIECE)
    given = answer(None, answer("true", piece="t"), answer("false", piece="t"))
    assert [q.points for q in outcome("H5P.Column 1.18", params, given).questions] == [1, 0]


NAMELESS = {key: value for key, value in TRUE_PIECE.items() if key != "subContentId"}


def test_a_question_set_without_ids_keeps_its_order() -> None:
    given = answer(None, answer("true"), answer("false"))
    scored = outcome("H5P.QuestionSet 1.20", question_set(NAMELESS, NAMELESS), given)
    assert [question.points for question in scored.questions] == [1, 0]
    assert scored.state is State.VERIFIED


@pytest.mark.parametrize(
    ("library", "params"),
    [
        ("H5P.QuestionSet 1.20", question_set(NAMELESS, NAMELESS, randomQuestions=True)),
        ("H5P.Column 1.18", column(TEXT, NAMELESS, NAMELESS)),
    ],
)
def test_elsewhere_a_piece_without_id_is_not_verified(library: str, params: Any) -> None:
    scored = outcome(library, params, answer(None, answer("true"), answer("true")))
    assert scored.state is State.UNVERIFIABLE
    assert scored.points == 0


POOL = question_set(MULTI_PIECE, TRUE_PIECE, ESSAY | {"library": "H5P.TrueFalse 1.8"}, poolSize="2")


def test_of_a_pool_the_browser_drew_the_marks_are_claimed() -> None:
    scored = outcome("H5P.QuestionSet 1.20", POOL, answer(None, *ANSWERS))
    assert (scored.state, scored.points, scored.maximum) == (State.CLAIMED, 2, 3)


def test_answers_left_out_of_a_pool_weigh_the_most_they_could() -> None:
    scored = outcome("H5P.QuestionSet 1.20", POOL, answer(None, answer("true", piece="t")))
    assert (scored.points, scored.maximum) == (1, 3)


def test_more_answers_than_drawn_are_refused() -> None:
    with pytest.raises(InvalidSubmission, match="more than the 2"):
        outcome("H5P.QuestionSet 1.20", POOL, answer(None, *ANSWERS, answer("true", piece="e")))
