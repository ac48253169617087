from __future__ import annotations

import pytest
from contents import MULTI, SINGLE, TRUE_FALSE
from statements import answer, marks, outcome

from h5p.scoring import Part

MULTI_CHOICE = "H5P.MultiChoice 1.16"


def multi(response: str | None, **behaviour: object) -> tuple[object, object]:
    return marks(MULTI_CHOICE, MULTI | {"behaviour": behaviour}, response)


def test_a_wrong_pick_takes_a_right_one_back() -> None:
    assert multi("0[,]1[,]2") == (1, 2)


def test_a_pick_told_twice_counts_once() -> None:
    assert multi("0[,]0") == (1, 2)


def test_what_is_no_option_is_a_wrong_pick() -> None:
    assert multi("0[,]2[,]7") == (1, 2)


def test_where_one_is_right_one_may_be_picked() -> None:
    assert marks(MULTI_CHOICE, SINGLE, "1") == (1, 1)
    assert marks(MULTI_CHOICE, SINGLE, "0[,]1") == (0, 1)


def test_a_forced_single_answer_is_worth_one() -> None:
    assert multi("2", type="single") == (1, 1)
    assert multi("0[,]2", type="single") == (0, 1)


@pytest.mark.parametrize(("enough", "points"), [(100, 0), ("50", 1), (50.5, 0), (None, 0)])
def test_one_point_for_all_asks_for_enough(enough: object, points: int) -> None:
    assert multi("0", singlePoint=True, passPercentage=enough) == (points, 1)


def test_one_point_for_all_is_never_given_for_nothing() -> None:
    assert multi("", singlePoint=True, passPercentage=0) == (0, 1)


def test_where_nothing_is_right_picking_nothing_is() -> None:
    params = {"answers": [{"text": "A"}, {"text": "B"}]}
    assert marks(MULTI_CHOICE, params, "") == (1, 1)
    assert marks(MULTI_CHOICE, params, "0") == (0, 1)
    assert marks(MULTI_CHOICE, params, None) == (0, 1)


def test_the_parts_are_picks_and_misses() -> None:
    (question,) = outcome(MULTI_CHOICE, MULTI, answer("1[,]2")).questions
    assert question.question == "Ba điều cần & đủ?"
    assert question.given == "Né dân; Gần dân"
    assert question.right == "Nghe dân; Gần dân"
    assert question.parts == (
        Part("Né dân", "", False),
        Part("Gần dân", "Gần dân", True),
        Part("", "Nghe dân", False),
    )


@pytest.mark.parametrize("correct", ["true", True])
def test_true_may_be_a_word_or_a_value(correct: object) -> None:
    assert marks("H5P.TrueFalse 1.8", {"correct": correct}, "true") == (1, 1)
    assert marks("H5P.TrueFalse 1.8", {"correct": correct}, "True") == (0, 1)


def test_true_and_false_are_told_in_the_authors_words() -> None:
    (question,) = outcome("H5P.TrueFalse 1.8", TRUE_FALSE, answer("false")).questions
    assert (question.given, question.right) == ("false", "Đúng")


CHOICES = {
    "choices": [
        {"subContentId": "a", "question": "<p>Một</p>", "answers": ["<b>Đúng</b>", "Sai"]},
        {"subContentId": "b", "question": "Hai", "answers": ["Đúng", "Sai"]},
        {"subContentId": "c"},
    ]
}


def test_in_a_single_choice_set_the_first_is_right() -> None:
    given = answer(None, answer("0", piece="a"), answer("1", piece="b"))
    scored = outcome("H5P.SingleChoiceSet 1.11", CHOICES, given)
    assert (scored.points, scored.maximum) == (1, 2)
    assert [(q.question, q.given, q.right) for q in scored.questions] == [
        ("Một", "Đúng", "Đúng"),
        ("Hai", "Sai", "Đúng"),
    ]


def test_old_choices_without_ids_keep_their_order() -> None:
    choices = [{"answers": ["Đúng", "Sai"]}] * 2
    given = answer(None, answer("0"), answer("1"))
    scored = outcome("H5P.SingleChoiceSet 1.3", {"choices": choices}, given)
    assert [question.points for question in scored.questions] == [1, 0]


SUMMARY = {
    "intro": "Chọn câu đúng",
    "summaries": [
        {"subContentId": "a", "summary": ["Đúng", "Sai", "Sai nữa"]},
        {"subContentId": "b", "summary": ["Đúng", "Sai"]},
        {"subContentId": "c"},
    ],
}


@pytest.mark.parametrize(
    ("first", "points"), [("0", 1), ("1[,]0", 0), ("0[,]1", 0), ("", 0), ("0[,]0", 1)]
)
def test_in_a_summary_only_the_first_try_counts(first: str, points: int) -> None:
    given = answer(None, answer(first, piece="a"), answer("1[,]0", piece="b"))
    scored = outcome("H5P.Summary 1.10", SUMMARY, given)
    assert (scored.points, scored.maximum) == (points, 2)
    assert scored.questions[0].question == "Chọn câu đúng"
