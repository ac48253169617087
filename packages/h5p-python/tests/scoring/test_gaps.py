from __future__ import annotations

import unicodedata

import pytest
from contents import BLANKS, DRAG_TEXT
from statements import answer, marks, outcome


def blank(content: str, response: str, **behaviour: object) -> bool:
    params = {"questions": [f"<p>Là *{content}*</p>"], "behaviour": behaviour}
    return marks("H5P.Blanks 1.14", params, response) == (1, 1)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
def test_letters_may_be_composed_or_not(form: str) -> None:
    assert blank("dân vận", unicodedata.normalize(form, "dân vận"))
    assert blank(unicodedata.normalize(form, "dân vận"), "dân vận")


def test_case_counts_as_the_author_says() -> None:
    assert not blank("Đỗ Ất", "đỗ ất")
    assert blank("Đỗ Ất", "đỖ ẤT", caseSensitive=False)
    assert not blank("Đỗ Ất", "do at", caseSensitive=False)


@pytest.mark.parametrize(
    "content",
    ["d&acirc;n v&#7853;n", "<strong>dân</strong> vận", "dân&nbsp;vận", " dân  vận :mẹo/khác"],
)
def test_entities_tags_spaces_and_tips_are_not_part_of_the_answer(content: str) -> None:
    assert blank(content, "dân vận")


def test_an_answer_that_looks_like_a_tag_stays_one() -> None:
    assert blank("&lt;b&gt;", "<b>")


def test_each_of_the_ways_is_right() -> None:
    assert blank("a/b / c", "c")
    assert not blank("a/b", "a/b")


@pytest.mark.parametrize(
    ("right", "typed", "accepted"),
    [
        ("bản", "bàn", False),  # three letters: none
        ("dân vận", "dan vận", True),  # one changed
        ("dân vận", "dnâ vận", True),  # two neighbours swapped
        ("dân vận", "dânvận", True),
        ("dân vận", "dan van", False),
        ("tuyên truyền", "tuyen truyen", True),  # above nine letters: two
        ("tuyên truyền", "tuyn truyềnnn", False),
        ("vận động", "", False),
    ],
)
def test_slips_are_forgiven_by_length(right: str, typed: str, accepted: bool) -> None:
    assert blank(right, typed, acceptSpellingErrors=True) is accepted
    assert not blank(right, typed)


def test_two_asterisks_are_an_asterisk() -> None:
    params = {"questions": ["2 ** 3 là *6*"]}
    (question,) = outcome("H5P.Blanks 1.14", params, answer("6")).questions
    assert question.question == "2 * 3 là _____"
    assert question.points == question.maximum == 1


def test_the_report_tells_each_gap() -> None:
    (question,) = outcome("H5P.Blanks 1.14", BLANKS, answer("vận[,][,]nhà")).questions
    assert question.question == "Điền từ Công tác _____. Đi từng _____, gõ từng _____"
    assert [(part.given, part.right, part.correct) for part in question.parts] == [
        ("vận", "dân vận / công tác dân vận", False),
        ("", "ngõ", False),
        ("nhà", "nhà", True),
    ]


def test_what_is_handed_in_beyond_the_gaps_is_nothing() -> None:
    assert blank("a", "a[,]b[,]c")


def test_a_gap_that_may_stay_empty_must_be_handed_in_empty() -> None:
    assert blank("/x", "")
    assert marks("H5P.Blanks 1.14", {"questions": ["*/x*"]}, None) == (0, 1)


def test_dragged_words_are_compared_as_they_are() -> None:
    assert marks("H5P.DragText 1.10", DRAG_TEXT, "Ngõ[,]nhà") == (1, 2)
    assert marks("H5P.DragText 1.10", {"textField": "*a &amp; b*"}, "a &amp; b") == (1, 1)


def test_a_card_may_have_a_slash_in_its_answer() -> None:
    params = {"cards": [{"answer": "km\\/h/kph"}], "caseSensitive": True}
    assert marks("H5P.Flashcards 1.7", params, "km/h") == (1, 1)
    assert marks("H5P.Flashcards 1.7", params, "kph") == (1, 1)
    assert marks("H5P.Flashcards 1.7", params, "KPH") == (0, 1)


def test_shuffled_cards_cannot_be_verified() -> None:
    params = {"cards": [{"answer": "a"}], "randomCards": True}
    assert outcome("H5P.Flashcards 1.7", params, answer("a")).state == "unverifiable"
