"""Runs: the server gives the registration, keeps the state, and works the result out itself."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from assessments.models import Run, RunState
from assessments.opening import find_run
from assessments.playing import Told, save_states, start_run, submit_run
from assessments.retaining import end_runs
from cadres.models import Cadre, Role
from kit.dates import now
from kit.errors import Refusal
from media.models import InteractiveRevision
from media.opening import slug_of
from media.playing import Ticket
from tests import cast
from tests.media.building import make_interactive

pytestmark = pytest.mark.django_db
PLACE = UUID(int=7)


def answers(response: str, **result: Any) -> str:
    """What a browser hands in for the question; `result` is its own word."""
    statement = {
        "actor": {"mbox": "mailto:somebody@else.vn"},
        "result": {"response": response, **result},
        "object": {"definition": {"interactionType": "choice"}},
    }
    return json.dumps({"statement": statement})


@pytest.fixture
def units(db: Any) -> cast.Units:
    return cast.build_units()


@pytest.fixture
def revision(units: cast.Units) -> InteractiveRevision:
    trainer: User = cast.make_role(units, Role.TRAINER)
    found = make_interactive(by=trainer, admin=cast.make_admin()).latest
    assert found
    return found


@pytest.fixture
def learner(units: cast.Units) -> Cadre:
    return cast.make_cadre(units, full_name="Nguyễn Thị Diễm Hương")


@pytest.fixture
def run(learner: Cadre, revision: InteractiveRevision) -> Run:
    return start_run(learner, revision, PLACE)


def test_beginning_twice_is_beginning_once(
    run: Run, learner: Cadre, revision: InteractiveRevision
) -> None:
    assert start_run(learner, revision, PLACE) == run
    assert (run.number, run.finished_at, run.strength) == (1, None, "")


def test_the_server_works_out_the_points(run: Run, learner: Cadre) -> None:
    done = submit_run(run.pk, learner, answers("0[,]2"))
    assert (done.strength, done.points, done.maximum) == ("verified", Decimal(2), Decimal(2))
    line = done.questions.get()
    assert "việc gì" in line.question
    assert (line.points, line.strength) == (Decimal(2), "verified")


def test_a_forged_score_does_not_count(run: Run, learner: Cadre) -> None:
    forged = answers("1", score={"raw": 100, "max": 1, "scaled": 1}, success=True)
    done = submit_run(run.pk, learner, forged)
    assert (done.strength, done.points) == ("verified", Decimal(0))


def test_the_same_sent_twice_is_handed_in_once(run: Run, learner: Cadre) -> None:
    first = submit_run(run.pk, learner, answers("0"))
    again = submit_run(run.pk, learner, answers("0"))
    assert (again.finished_at, again.points) == (first.finished_at, Decimal(1))
    assert again.questions.count() == 1


def test_another_submission_is_refused_and_changes_nothing(run: Run, learner: Cadre) -> None:
    submit_run(run.pk, learner, answers("1"))
    with pytest.raises(Refusal) as refused:
        submit_run(run.pk, learner, answers("0[,]2"))
    assert refused.value.status == 409
    assert Run.objects.get().points == 0


def test_somebody_elses_run_is_not_there(run: Run, units: cast.Units) -> None:
    other = cast.make_cadre(units)
    for deed in (
        lambda: submit_run(run.pk, other, answers("0[,]2")),
        lambda: save_states(run.pk, other, [Told("0", "state", "{}")]),
        lambda: submit_run(uuid4(), other, answers("0")),
    ):
        with pytest.raises(Refusal) as refused:
            deed()
        assert refused.value.status == 404
    assert Run.objects.get().finished_at is None


@pytest.mark.parametrize(
    "sent",
    [
        '{"statement": {"result": {"score": {"raw": NaN}, "response": "0"}}}',
        '{"statement": {"result": {"score": {"raw": Infinity}, "response": "0"}}}',
        "[" * 5000,
        "null",
        "{}",
        b"\xff\xfe",
        '{"statement": 7}',
    ],
)
def test_what_cannot_be_read_is_refused_and_the_run_stays_open(
    run: Run, learner: Cadre, sent: bytes | str
) -> None:
    with pytest.raises(Refusal) as refused:
        submit_run(run.pk, learner, sent)
    assert refused.value.status == 400
    assert Run.objects.get().finished_at is None


def test_too_much_is_refused(run: Run, learner: Cadre) -> None:
    with pytest.raises(Refusal) as refused:
        submit_run(run.pk, learner, answers("0" * 2_000_000))
    assert refused.value.status == 413


def test_after_the_time_nothing_is_taken(learner: Cadre, revision: InteractiveRevision) -> None:
    begun = now()
    run = start_run(learner, revision, PLACE, minutes=10, at=begun)
    late = begun + timedelta(minutes=10)
    with pytest.raises(Refusal):
        submit_run(run.pk, learner, answers("0[,]2"), at=late)
    done = submit_run(run.pk, learner, answers("0"), age=timedelta(seconds=30), at=late)
    assert done.points == 1


def test_what_was_answered_in_time_waits_no_longer_than_the_grace(
    learner: Cadre, revision: InteractiveRevision
) -> None:
    begun = now()
    run = start_run(learner, revision, PLACE, minutes=10, at=begun)
    late = begun + timedelta(minutes=10) + Run.GRACE
    with pytest.raises(Refusal):
        submit_run(run.pk, learner, answers("0"), age=timedelta(minutes=5), at=late)


def test_a_run_whose_time_has_passed_is_followed_by_the_next(
    learner: Cadre, revision: InteractiveRevision
) -> None:
    begun = now()
    first = start_run(learner, revision, PLACE, minutes=10, at=begun)
    second = start_run(learner, revision, PLACE, minutes=10, at=begun + timedelta(hours=1))
    first.refresh_from_db()
    assert (second.number, first.strength, first.is_handed_in) == (2, "unverifiable", False)


def test_where_one_is_comes_back(run: Run, learner: Cadre) -> None:
    save_states(run.pk, learner, [Told("0", "state", '{"answers":[0]}')])
    ticket = Ticket(slug_of(run.revision), str(learner.public_id), str(run.pk))
    playable = find_run(ticket)
    assert playable and playable.state == {"0": {"state": '{"answers":[0]}'}}


def test_a_ticket_for_another_person_opens_nothing(run: Run, units: cast.Units) -> None:
    other = cast.make_cadre(units)
    ticket = Ticket(slug_of(run.revision), str(other.public_id), str(run.pk))
    assert find_run(ticket) is None


def test_the_newest_state_wins_in_whatever_order_it_comes(run: Run, learner: Cadre) -> None:
    at = run.started_at + timedelta(minutes=5)
    save_states(run.pk, learner, [Told("0", "state", "new")], at=at)
    old = Told("0", "state", "old", age=timedelta(minutes=3))
    save_states(run.pk, learner, [old], at=at + timedelta(minutes=1))
    assert RunState.objects.get().content == "new"
    save_states(run.pk, learner, [Told("0", "state", None)], at=at + timedelta(minutes=2))
    assert not RunState.objects.exists()


def test_after_handing_in_no_state_is_kept(run: Run, learner: Cadre) -> None:
    submit_run(run.pk, learner, answers("0"))
    assert not save_states(run.pk, learner, [Told("0", "state", "{}")])
    assert not RunState.objects.exists()


def test_the_database_itself_keeps_points_within_the_maximum(run: Run, learner: Cadre) -> None:
    submit_run(run.pk, learner, answers("0[,]2"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(points=Decimal(3))
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(finished_at=None)


def test_old_answers_are_erased_and_the_result_stays(run: Run, learner: Cadre) -> None:
    submit_run(run.pk, learner, answers("0[,]2"))
    later = now() + timedelta(days=1)
    assert end_runs(later, True) == end_runs(later, False) == 1
    kept = Run.objects.get()
    assert (kept.strength, kept.points, kept.is_handed_in) == ("verified", Decimal(2), True)
    assert kept.questions.get().given == ""
    with pytest.raises(Refusal):
        submit_run(run.pk, learner, answers("0[,]2"))
