from __future__ import annotations

import pytest
from contents import MARK_WORDS
from statements import answer, marks, outcome

TYPE = "H5P.MarkTheWords 1.11"


@pytest.mark.parametrize(
    ("html", "right"),
    [
        ("<p>a *b* c</p>", "1"),
        ("a, *b*, c", "1"),
        ("a *b.* c", "1"),
        ("a *b*. c", "1"),
        ('"*b*" - c', "0"),
        ("<p>a</p><p>*b*</p>", "1"),
        ("a\n*b*\r\nc", "1"),
        ("a&nbsp;*b*", "1"),
        ("a … *b*", "1"),  # punctuation alone is no word
        ("a **b** *c**d*", "2"),
        ("a *b*s c", "1"),  # a letter may follow
        ("a\x1f *b*", "1"),  # a space to Python, none to a browser
        ("a\ufeff*b*", "1"),
        ("<em>*b*</em>c", "0"),
    ],
)
def test_words_are_counted_as_the_player_counts(html: str, right: str) -> None:
    assert marks(TYPE, {"textField": html}, right) == (1, 1)


def test_a_wrong_word_takes_a_right_one_back() -> None:
    assert marks(TYPE, MARK_WORDS, "0[,]1[,]3[,]7") == (2, 3)
    assert marks(TYPE, MARK_WORDS, "0[,]2[,]1") == (0, 3)


def test_where_nothing_is_to_be_marked_marking_nothing_is_right() -> None:
    assert marks(TYPE, {"textField": "a b"}, "") == (1, 1)
    assert marks(TYPE, {"textField": "a b"}, "0") == (0, 1)


def test_the_report_shows_the_text_and_the_words() -> None:
    (question,) = outcome(TYPE, MARK_WORDS, answer("1[,]0")).questions
    assert question.question == "Chọn Óc nghĩ mắt trông tai nghe Chân đi"
    assert question.given == "nghĩ; Óc"
    assert question.right == "nghĩ; trông; đi"


def test_phrases_are_not_verified_where_versions_count_differently() -> None:
    scored = outcome(TYPE, {"textField": "a *b c* d"}, answer("1"))
    assert scored.state == "unverifiable"
    assert "phrases" in scored.questions[0].reason
