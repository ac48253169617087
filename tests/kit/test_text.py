from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kit.text import alphabet_key, clean, fold, given_name, name_key, slug

ALPHABET = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
TONES = ["ma", "mà", "mả", "mã", "má", "mạ"]
vietnamese = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợ"
    "ùúủũụừứửữựỳýỷỹỵ ",
    max_size=30,
)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_folded_text_is_plain_words(text: str) -> None:
    assert set(fold(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert fold(text) == fold(text).strip()


@given(vietnamese)
def test_folding_sees_no_case_no_accent_and_no_form_of_unicode(text: str) -> None:
    assert fold(text.upper()) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert unicodedata.is_normalized("NFC", clean(text))


@given(vietnamese)
def test_the_key_sees_no_case_and_no_form_of_unicode(text: str) -> None:
    assert alphabet_key(text.upper()) == alphabet_key(text)
    assert alphabet_key(unicodedata.normalize("NFD", text)) == alphabet_key(text)


@given(st.lists(st.sampled_from(ALPHABET), min_size=1, max_size=6))
def test_letters_stand_in_the_order_of_the_alphabet(letters: list[str]) -> None:
    assert sorted(letters, key=alphabet_key) == sorted(letters, key=ALPHABET.index)


def test_tones_stand_in_the_order_of_the_dictionary() -> None:
    assert sorted(sorted(TONES), key=alphabet_key) == TONES


def test_letters_go_before_tones() -> None:
    assert sorted(["mạ", "man", "ma", "mă"], key=alphabet_key) == ["ma", "mạ", "man", "mă"]


def test_people_stand_by_given_name_then_family_then_middle() -> None:
    people = [
        "Nguyễn Thị Ánh",
        "Đỗ Văn An",
        "Lê Thị An",
        "Đỗ Thị An",
        "Trần Văn Đức",
        "Vũ Thị Dung",
    ]
    assert sorted(people, key=name_key) == [
        "Đỗ Thị An",
        "Đỗ Văn An",
        "Lê Thị An",
        "Nguyễn Thị Ánh",
        "Vũ Thị Dung",
        "Trần Văn Đức",
    ]


def test_hoa_and_hoa_fold_and_sort_alike() -> None:
    assert fold("Hòa") == fold("Hoà") == "hoa"
    assert alphabet_key("Hòa") == alphabet_key("Hoà")
    assert alphabet_key("Hùng") != alphabet_key("Hưng")


def test_d_with_stroke_folds_to_d() -> None:
    assert (fold("Đỗ Việt Ất"), slug("Đỗ Việt Ất")) == ("do viet at", "do-viet-at")


def test_one_is_addressed_by_the_last_syllable() -> None:
    assert given_name(" Nguyễn Thị  Diễm Hương ") == "Hương"
