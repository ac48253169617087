from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from assessments.reading import answers_in, answers_in_form
from kit.errors import Refusal

NINE = datetime(2026, 9, 1, 9, tzinfo=UTC)
GOOD = {"position": 1, "sequence": 3, "chosen": ["a"], "age_ms": 250}


def body(**answer: object) -> bytes:
    return json.dumps({"device": "phone", "answers": [GOOD | answer]}).encode()


def test_an_answer_is_read() -> None:
    (answer,) = answers_in(body())
    assert (answer.position, answer.sequence, answer.device) == (1, 3, "phone")
    assert answer.age == timedelta(milliseconds=250)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"device": "x"}',
        b'{"device": 1, "answers": []}',
        b'{"device": "", "answers": []}',
        b'{"device": "form", "answers": []}',
        b'{"device": "x", "answers": {}}',
        b'{"device": "x", "answers": [1]}',
        b'{"device": "x", "answers": [{}]}',
        body(position="1"),
        body(position=True),
        body(position=-1),
        body(sequence=2**31),
        body(sequence=1.5),
        body(age_ms="soon"),
        body(age_ms=None),
        body().replace(b"250", b"NaN"),
    ],
)
def test_what_cannot_be_read_is_refused(sent: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        answers_in(sent)
    assert refused.value.status == 400


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_nonsense_is_refused_never_an_error(nonsense: object) -> None:
    for sent in (nonsense, {"device": "x", "answers": [nonsense]}):
        with pytest.raises(Refusal):
            answers_in(json.dumps(sent).encode())


def test_too_much_is_refused() -> None:
    many = {"device": "phone", "answers": [GOOD] * 201}
    for sent in (json.dumps(many).encode(), b" " * 70_000):
        with pytest.raises(Refusal) as refused:
            answers_in(sent)
        assert refused.value.status == 413


def test_a_clock_in_the_future_counts_as_now() -> None:
    assert answers_in(body(age_ms=-5))[0].age == timedelta(0)


def test_a_form_sends_only_what_was_changed_on_it() -> None:
    fields = QueryDict("b1=a&q1=a&b2=a&q2=b&b3=&b4=a,c&q4=c&q4=a&b5=b")
    answers = answers_in_form(fields, NINE, NINE + timedelta(seconds=2))
    assert [(a.position, a.response, a.sequence) for a in answers] == [
        (2, {"chosen": ["b"]}, 2000),
        (5, {"chosen": []}, 2000),
    ]
