"""Each failure met elsewhere is a test here."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import attempting
from assessments.attempting import Answer
from assessments.freezing import freeze
from assessments.merging import responses_of
from assessments.models import AnswerEvent, Attempt, Grading, Sitting
from assessments.writing import write_question
from kit.errors import Refusal
from tests.assessments.building import (
    SINGLE,
    make_bank,
    make_sitting,
    make_version,
    right_answers,
    right_keys,
)

MINUTE = timedelta(minutes=1)


def say(attempt: Attempt, keys: list[str], sequence: int = 1, **more: object) -> Answer:
    slot = attempt.slots.get(position=1)
    keys = [slot.choice_order[0] if key == "first" else key for key in keys]
    return Answer(1, str(more.pop("device", "phone")), sequence, {"chosen": keys}, **more)  # type: ignore[arg-type]


def first_slot_response(attempt: Attempt) -> object:
    return responses_of(attempt).get(attempt.slots.get(position=1).pk)


# --- Starting -------------------------------------------------------------------------------
def test_a_try_draws_the_promised_number_of_different_questions(attempt: Attempt) -> None:
    drawn = list(attempt.slots.values_list("question_version_id", flat=True))
    assert len(drawn) == len(set(drawn)) == 20


def test_the_same_seed_draws_the_same_paper(sitting: Sitting, nine: datetime) -> None:
    other = make_sitting(sitting.paper_version)
    one = attempting.start(sitting, at=nine, seed=5)
    two = attempting.start(other, at=nine, seed=5)
    questions = [list(a.slots.values_list("question_version", "choice_order")) for a in (one, two)]
    assert questions[0] == questions[1]


def test_starting_again_goes_on_with_the_running_try(attempt: Attempt, nine: datetime) -> None:
    again = attempting.start(attempt.sitting, at=nine + 10 * MINUTE)
    assert again == attempt
    assert again.deadline == nine + 30 * MINUTE


def test_a_second_try_draws_no_question_met_while_fresh_ones_remain(
    db: None, nine: datetime
) -> None:
    sitting = make_sitting(make_version(make_bank(12), draw=5))
    first = attempting.finish(attempting.start(sitting, at=nine), at=nine)
    second = attempting.finish(attempting.start(sitting, at=nine), at=nine)
    third = attempting.start(sitting, at=nine)
    met = [set(a.slots.values_list("question_version", flat=True)) for a in (first, second, third)]
    assert not met[0] & met[1]
    assert len(met[2] - met[0] - met[1]) == 2


def test_a_fourth_try_of_three_is_refused(sitting: Sitting, nine: datetime) -> None:
    for _try in range(3):
        attempting.finish(attempting.start(sitting, at=nine), at=nine)
    with pytest.raises(Refusal):
        attempting.start(sitting, at=nine)


def test_a_try_that_ran_out_is_written_down_when_the_next_begins(
    attempt: Attempt, nine: datetime
) -> None:
    attempting.save_answers(attempt, right_answers(attempt, 20), at=nine + MINUTE)
    second = attempting.start(attempt.sitting, at=nine + 60 * MINUTE)
    attempt.refresh_from_db()
    assert (second.number, attempt.grade, attempt.end) == (2, Decimal(10), "deadline")


def test_a_running_try_keeps_the_versions_it_began_with(attempt: Attempt, nine: datetime) -> None:
    slot = attempt.slots.select_related("question_version__question").get(position=1)
    question = slot.question_version.question
    new = write_question(question.bank, question.code, kind="single", stem="Hỏi khác", body=SINGLE)
    freeze(attempt.sitting.paper_version.paper)
    attempting.save_answers(attempt, right_answers(attempt), at=nine)
    assert attempting.finish(attempt, at=nine).grade == 10
    slot.refresh_from_db()
    assert slot.question_version_id != new.pk


# --- Time -----------------------------------------------------------------------------------
def test_the_state_of_a_try_is_a_function_of_time_alone(attempt: Attempt, nine: datetime) -> None:
    states = [attempt.state_at(nine + m * MINUTE).value for m in (0, 29, 30, 31, 32, 500)]
    assert states == ["running", "running", "grace", "grace", "over", "over"]


def test_an_answer_after_the_end_is_kept_and_refused(attempt: Attempt, nine: datetime) -> None:
    receipt = attempting.save_answers(attempt, right_answers(attempt, 1), at=nine + 31 * MINUTE)
    assert [r.verdict for r in receipt] == ["late"]
    assert AnswerEvent.objects.count() == 1
    assert first_slot_response(attempt) is None


def test_an_answer_given_in_time_may_arrive_within_grace(attempt: Attempt, nine: datetime) -> None:
    answer = say(attempt, ["first"], age=timedelta(seconds=90))
    assert (
        attempting.save_answers(attempt, [answer], at=nine + 31 * MINUTE)[0].verdict == "accepted"
    )


def test_after_grace_no_clock_of_a_phone_helps(attempt: Attempt, nine: datetime) -> None:
    answer = say(attempt, ["first"], age=timedelta(days=1))
    assert attempting.save_answers(attempt, [answer], at=nine + 32 * MINUTE)[0].verdict == "late"


def test_a_late_sweep_lengthens_nothing(attempt: Attempt, nine: datetime) -> None:
    attempting.save_answers(attempt, right_answers(attempt, 10), at=nine + MINUTE)
    attempting.save_answers(attempt, right_answers(attempt, 20), at=nine + 40 * MINUTE)
    assert attempting.close_overdue(at=nine + 67 * MINUTE) == 1
    attempt.refresh_from_db()
    assert attempt.finished_at == nine + 30 * MINUTE
    assert attempt.grade == 5


def test_the_sweep_leaves_tries_in_grace_alone(attempt: Attempt, nine: datetime) -> None:
    assert attempting.close_overdue(at=nine + 31 * MINUTE) == 0


def test_nothing_is_accepted_after_submitting(attempt: Attempt, nine: datetime) -> None:
    attempting.finish(attempt, at=nine + MINUTE)
    answer = say(attempt, ["first"], age=2 * MINUTE)
    assert attempting.save_answers(attempt, [answer], at=nine + 2 * MINUTE)[0].verdict == "late"


# --- Answering ------------------------------------------------------------------------------
def test_an_event_that_arrives_twice_counts_once(attempt: Attempt, nine: datetime) -> None:
    for _time in range(2):
        attempting.save_answers(attempt, right_answers(attempt, 3), at=nine)
    assert AnswerEvent.objects.count() == 3


def test_a_devices_own_order_beats_a_slow_network(attempt: Attempt, nine: datetime) -> None:
    slot = attempt.slots.get(position=1)
    old, new = slot.choice_order[:2]
    attempting.save_answers(attempt, [say(attempt, [new], 2)], at=nine + MINUTE)
    attempting.save_answers(attempt, [say(attempt, [old], 1)], at=nine + 2 * MINUTE)
    assert first_slot_response(attempt) == {"chosen": [new]}


def test_of_two_devices_the_one_that_spoke_last_counts(attempt: Attempt, nine: datetime) -> None:
    one, two = attempt.slots.get(position=1).choice_order[:2]
    later = say(attempt, [two], device="tablet")
    earlier = say(attempt, [one], 9, device="phone", age=5 * MINUTE)
    attempting.save_answers(attempt, [later], at=nine + 8 * MINUTE)
    attempting.save_answers(attempt, [earlier], at=nine + 10 * MINUTE)
    assert first_slot_response(attempt) == {"chosen": [two]}


def test_an_answer_can_be_taken_back(attempt: Attempt, nine: datetime) -> None:
    attempting.save_answers(attempt, [say(attempt, ["first"])], at=nine)
    attempting.save_answers(attempt, [say(attempt, [], 2)], at=nine + MINUTE)
    assert first_slot_response(attempt) == {"chosen": []}


@pytest.mark.parametrize("chosen", [["z"], ["a", "a"], "a", None, [1], [["a"]], ["a"] * 60])
def test_a_forged_answer_writes_nothing(attempt: Attempt, nine: datetime, chosen: object) -> None:
    forged = Answer(2, "phone", 1, {"chosen": chosen})
    with pytest.raises(Refusal) as refused:
        attempting.save_answers(attempt, [say(attempt, ["first"]), forged], at=nine)
    assert refused.value.status == 400
    assert not AnswerEvent.objects.exists()


def test_two_choices_of_a_single_question_are_refused(attempt: Attempt, nine: datetime) -> None:
    slot = attempt.slots.filter(question_version__kind="single")[0]
    forged = Answer(slot.position, "phone", 1, {"chosen": slot.choice_order[:2]})
    with pytest.raises(Refusal):
        attempting.save_answers(attempt, [forged], at=nine)


def test_a_position_the_paper_has_not_writes_nothing(attempt: Attempt, nine: datetime) -> None:
    forged = Answer(21, "phone", 1, {"chosen": []})
    with pytest.raises(Refusal) as refused:
        attempting.save_answers(attempt, [say(attempt, ["first"]), forged], at=nine)
    assert refused.value.status == 404
    assert not AnswerEvent.objects.exists()


def test_an_attempt_of_someone_else_is_not_found(attempt: Attempt, nine: datetime) -> None:
    stranger = make_sitting(attempt.sitting.paper_version).cadre
    answers = right_answers(attempt, 1)
    with pytest.raises(Refusal) as refused:
        attempting.save_own_answers(stranger.user_id or 0, attempt.pk, answers, at=nine)
    assert refused.value.status == 404
    assert not AnswerEvent.objects.exists()


def test_a_page_learns_that_another_device_has_answered(attempt: Attempt, nine: datetime) -> None:
    owner = attempt.sitting.cadre.user_id or 0
    mine, other = [say(attempt, ["first"])], [say(attempt, ["first"], device="tablet")]
    first = attempting.save_own_answers(owner, attempt.pk, mine, at=nine)
    attempting.save_own_answers(owner, attempt.pk, other, at=nine)
    again = attempting.save_own_answers(owner, attempt.pk, mine, at=nine)
    assert first.version == 0
    assert again.version == AnswerEvent.objects.get(device="tablet").pk


# --- Finishing ------------------------------------------------------------------------------
def test_a_second_finish_changes_nothing(attempt: Attempt, nine: datetime) -> None:
    attempting.save_answers(attempt, right_answers(attempt, 15), at=nine)
    first = attempting.finish(attempt, at=nine + MINUTE)
    second = attempting.finish(attempt, at=nine + 5 * MINUTE)
    assert (first.grade, first.finished_at) == (second.grade, second.finished_at)
    assert Grading.objects.count() == 1


def test_every_try_keeps_its_own_grade(sitting: Sitting, nine: datetime) -> None:
    """Passed with 9, then failed with 0: the pass is still there."""
    for right in (18, 0):
        attempt = attempting.start(sitting, at=nine)
        attempting.save_answers(attempt, right_answers(attempt, right), at=nine)
        attempting.finish(attempt, at=nine)
    grades = list(sitting.attempts.values_list("grade", "passed"))
    assert grades == [(Decimal(9), True), (Decimal(0), False)]


def test_the_pass_mark_itself_passes(sitting: Sitting, nine: datetime) -> None:
    attempt = attempting.start(sitting, at=nine)
    attempting.save_answers(attempt, right_answers(attempt, 10), at=nine)
    graded = attempting.finish(attempt, at=nine)
    assert (graded.grade, graded.passed) == (Decimal(5), True)


def test_partial_credit_is_exact(db: None, nine: datetime) -> None:
    bank = make_bank(0)
    body = {
        "choices": [{"text": str(n), "right": n <= 3} for n in range(1, 6)],
    }
    for number in range(3):
        write_question(bank, f"{bank.code}-{number}", kind="multiple", stem=f"{number}", body=body)
    attempt = attempting.start(make_sitting(make_version(bank, draw=3)), at=nine)
    answers = [
        Answer(slot.position, "phone", 1, {"chosen": right_keys(slot.question_version)[:1]})
        for slot in attempt.slots.all()
    ]
    attempting.save_answers(attempt, answers, at=nine)
    graded = attempting.finish(attempt, at=nine)
    assert graded.grade == Decimal("3.33")
    assert attempt.gradings.get().fractions == dict.fromkeys("123", "0.3333333")


# --- Cost -----------------------------------------------------------------------------------
def count_queries(capture: CaptureQueriesContext) -> int:
    """Statements that read or write; savepoints belong to the test."""
    words = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(not query["sql"].startswith(words) for query in capture.captured_queries)


def test_saving_is_one_query_and_one_insert(attempt: Attempt, nine: datetime) -> None:
    answers = right_answers(attempt, 20)
    with CaptureQueriesContext(connection) as few:
        attempting.save_answers(attempt, answers[:1], at=nine)
    with CaptureQueriesContext(connection) as many:
        attempting.save_answers(attempt, answers, at=nine)
    assert (count_queries(few), count_queries(many)) == (2, 2)


def test_starting_and_finishing_cost_the_same_for_any_number_of_questions(
    sitting: Sitting, nine: datetime
) -> None:
    with CaptureQueriesContext(connection) as starting:
        attempt = attempting.start(sitting, at=nine)
    attempting.save_answers(attempt, right_answers(attempt, 15), at=nine)
    with CaptureQueriesContext(connection) as finishing:
        attempting.finish(attempt, at=nine)
    assert count_queries(starting) <= 6
    assert count_queries(finishing) <= 9  # one of them files the entry under its units
