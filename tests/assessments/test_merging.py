from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import attempting
from assessments.attempting import Answer
from assessments.merging import Said, merged, responses_of
from assessments.models import Attempt
from tests.assessments.building import make_bank, make_sitting, make_version

Word = tuple[int, str, int, int]
NINE = datetime(2026, 9, 1, 9, tzinfo=UTC)

# What three devices say about four questions; a device's sequence rises with its clock.
words = st.lists(
    st.tuples(
        st.integers(1, 4),  # position
        st.sampled_from(["phone", "tablet", "office"]),
        st.integers(0, 1500),  # second at which it is said
        st.integers(0, 1),  # which choice
    ),
    max_size=25,
    unique_by=lambda word: (word[1], word[2]),
)


def said(word: Word) -> Said:
    position, device, second, choice = word
    when = NINE + timedelta(seconds=second)
    return Said(second, position, device, second, when, {"chosen": ["ab"[choice]]})


@given(words, st.randoms())
def test_events_in_any_order_and_number_give_the_same_answers(
    words: list[Word], rng: Random
) -> None:
    events = [said(word) for word in words]
    shuffled = events + rng.choices(events, k=3) if events else []
    rng.shuffle(shuffled)
    assert merged(shuffled) == merged(events)


@given(words)
def test_the_last_thing_said_about_a_question_counts(words: list[Word]) -> None:
    events = [said(word) for word in words]
    for slot_id, winner in merged(events).items():
        about = [event for event in events if event.slot_id == slot_id]
        assert winner.answered_at == max(event.answered_at for event in about)


@pytest.fixture
def attempt(db: None) -> Attempt:
    version = make_version(make_bank(5), draw=5)
    return attempting.start(make_sitting(version), at=NINE, seed=3)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=words, rng=st.randoms())
def test_stored_events_agree_however_they_travel(
    attempt: Attempt, words: list[Word], rng: Random
) -> None:
    """Sent one by one as they happen, or later in shuffled, repeated bundles."""
    version = attempt.sitting.paper_version
    prompt, slow = (
        attempting.start(make_sitting(version), at=NINE, seed=3) for _device in range(2)
    )
    for word in sorted(words, key=lambda w: w[2]):
        at = NINE + timedelta(seconds=word[2])
        attempting.save_answers(prompt, [answer_to(prompt, word, at)], at=at)
    bundle = words + rng.choices(words, k=5) if words else []
    rng.shuffle(bundle)
    for start in range(0, len(bundle), 4):
        at = NINE + timedelta(seconds=1600 + start)
        answers = [answer_to(slow, word, at) for word in bundle[start : start + 4]]
        attempting.save_answers(slow, answers, at=at)
    assert by_position(prompt) == by_position(slow)
    end = NINE + timedelta(minutes=29)
    grades = [attempting.finish(one, at=end).grade for one in (prompt, slow)]
    assert grades[0] == grades[1]
    assert grades[0] is not None
    assert 0 <= grades[0] <= 10


def answer_to(attempt: Attempt, word: Word, at: datetime) -> Answer:
    position, device, second, choice = word
    age = at - (NINE + timedelta(seconds=second))
    return Answer(position, device, second, {"chosen": ["ab"[choice]]}, age)


def by_position(attempt: Attempt) -> dict[int, object]:
    positions = dict(attempt.slots.values_list("pk", "position"))
    return {positions[pk]: response for pk, response in responses_of(attempt).items()}
