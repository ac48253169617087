from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.kinds import get_kind
from assessments.kinds.base import right_keys
from kit.errors import Refusal


def body_of(rights: int, wrongs: int) -> dict[str, Any]:
    choices = [{"text": str(n), "right": n < rights} for n in range(rights + wrongs)]
    return get_kind("multiple").check({"choices": choices})


bodies = st.builds(body_of, st.integers(2, 6), st.integers(1, 6))


def graded(body: dict[str, Any], keys: set[str]) -> Decimal:
    return get_kind("multiple").grade(body, {"chosen": sorted(keys)})


@given(bodies)
def test_choosing_everything_earns_nothing(body: dict[str, Any]) -> None:
    assert graded(body, {choice["key"] for choice in body["choices"]}) == 0


@given(bodies)
def test_choosing_all_that_is_right_earns_all(body: dict[str, Any]) -> None:
    assert graded(body, set(right_keys(body))) == 1


@given(bodies, st.data())
def test_a_further_right_choice_never_costs_and_a_wrong_one_never_pays(
    body: dict[str, Any], data: st.DataObject
) -> None:
    keys = [choice["key"] for choice in body["choices"]]
    chosen = data.draw(st.sets(st.sampled_from(keys)))
    further = data.draw(st.sampled_from(keys))
    before, after = graded(body, chosen), graded(body, chosen | {further})
    assert 0 <= before <= 1
    assert after >= before if further in right_keys(body) else after <= before


def test_half_right_and_nothing_wrong_earns_half() -> None:
    assert graded(body_of(2, 2), {"a"}) == Decimal("0.5")


def test_a_right_and_a_wrong_choice_cancel_out() -> None:
    assert graded(body_of(2, 2), {"a", "c"}) == 0


@pytest.mark.parametrize("chosen", [[], ["b"], ["a", "b"]])
def test_a_single_choice_is_right_or_wrong(chosen: list[str]) -> None:
    body = get_kind("single").check(
        {"choices": [{"text": "x", "right": True}, {"text": "y", "right": False}]}
    )
    assert get_kind("single").grade(body, {"chosen": chosen}) == 0
    assert get_kind("single").grade(body, {"chosen": ["a"]}) == 1


@pytest.mark.parametrize(
    ("kind", "rights", "texts"),
    [
        ("single", 2, "xyz"),
        ("single", 0, "xyz"),
        ("single", 1, "x"),
        ("single", 1, "xx"),
        ("single", 1, ["x", ""]),
        ("multiple", 1, "xyz"),
        ("multiple", 3, "xyz"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(kind: str, rights: int, texts: str) -> None:
    choices = [{"text": text, "right": n < rights} for n, text in enumerate(texts)]
    with pytest.raises(Refusal):
        get_kind(kind).check({"choices": choices})


def test_a_statement_must_be_true_or_false() -> None:
    with pytest.raises(Refusal):
        get_kind("true_false").check({})
    assert right_keys(get_kind("true_false").check({"answer": False})) == {"b"}
