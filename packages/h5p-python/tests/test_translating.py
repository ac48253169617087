from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p.translating import path_of, translated

SEMANTICS: list[dict[str, Any]] = [
    {"name": "question", "type": "text", "label": "Question", "default": "Who?"},
    {
        "name": "answers",
        "type": "list",
        "label": "Answers",
        "entity": "answer",
        "field": {
            "name": "answer",
            "type": "group",
            "label": "Answer",
            "fields": [{"name": "right", "type": "boolean", "label": "Right", "default": True}],
        },
    },
    {
        "name": "size",
        "type": "select",
        "label": "Size",
        "options": [{"value": "s", "label": "Small"}, {"value": "l", "label": "Large"}],
    },
]
VIETNAMESE = {
    "semantics": [
        {"label": "Câu hỏi", "default": "Ai?", "type": "library", "name": "other"},
        {
            "label": "Các đáp án",
            "entity": "đáp án",
            "field": {"label": "Đáp án", "fields": [{"label": "Đúng", "default": "false"}]},
        },
        {"label": "Cỡ", "options": [{"label": "Nhỏ", "value": "x"}]},
    ]
}


def test_words_are_taken_over_and_nothing_else() -> None:
    question, answers, size = translated(SEMANTICS, VIETNAMESE)
    assert question == {"name": "question", "type": "text", "label": "Câu hỏi", "default": "Ai?"}
    assert (answers["entity"], answers["field"]["label"]) == ("đáp án", "Đáp án")
    assert answers["field"]["fields"] == [SEMANTICS[1]["field"]["fields"][0] | {"label": "Đúng"}]
    assert size["options"] == [{"value": "s", "label": "Nhỏ"}, {"value": "l", "label": "Large"}]


@pytest.mark.parametrize("language", [None, [], {}, {"semantics": {}}, {"semantics": [3, None]}])
def test_a_file_that_does_not_fit_changes_nothing(language: Any) -> None:
    assert translated(SEMANTICS, language) == SEMANTICS


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["label", "fields", "field", "options", "default", "semantics"]), inner
        )
    ),
)


@given(anything, anything)
def test_whatever_the_files_say_there_is_an_answer(semantics: Any, language: Any) -> None:
    translated(semantics, language)


def test_where_the_words_are() -> None:
    assert path_of("vi") == "language/vi.json"
