from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cadres.settling import Span, Wish, settle

DAY = date(2026, 1, 1)


def span(first: int, length: int | None, *, unit: int = 1, is_main: bool = False) -> Span:
    start = DAY + timedelta(days=first)
    end = None if length is None else start + timedelta(days=length)
    return Span(unit, 1, start, end, is_main)


spans = st.lists(
    st.builds(
        span,
        st.integers(0, 30),
        st.none() | st.integers(1, 20),
        unit=st.integers(1, 4),
        is_main=st.booleans(),
    ),
    max_size=5,
)
wishes = st.none() | st.builds(
    lambda unit, first: Wish(((unit, 1),), DAY + timedelta(days=first)),
    st.integers(1, 4),
    st.integers(0, 40),
)


@given(spans, wishes)
def test_every_day_with_a_post_has_one_main_post_and_keeps_all_it_had(
    held: list[Span], wish: Wish | None
) -> None:
    settled = settle(held, wish)
    for number in range(60):
        day = DAY + timedelta(days=number)
        before = [s.held for s in held if s.holds(day)]
        after = [s for s in settled if s.holds(day)]
        assert sorted(s.held for s in after) == sorted(before)
        assert sum(s.is_main for s in after) == (1 if before else 0)


@given(spans, wishes)
def test_settling_what_is_settled_changes_nothing(held: list[Span], wish: Wish | None) -> None:
    settled = settle(held, wish)
    assert settle(settled) == settled


@given(spans, wishes)
def test_what_is_wished_for_is_main_while_it_is_held(held: list[Span], wish: Wish | None) -> None:
    settled = settle(held, wish)
    for number in range(60):
        day = DAY + timedelta(days=number)
        if wish and day >= wish.since and any(s.held in wish.held and s.holds(day) for s in held):
            assert any(s.held in wish.held and s.is_main for s in settled if s.holds(day))
