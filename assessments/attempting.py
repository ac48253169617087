"""Sitting a paper: starting, answering, finishing. The server's clock decides."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Max, Subquery
from django.utils.translation import gettext as _

from assessments.grading import grade
from assessments.kinds import get_kind
from assessments.kinds.base import clean_keys
from assessments.merging import responses_of
from assessments.models import AnswerEvent, Attempt, PaperVersion, QuestionVersion, Sitting, Slot
from assessments.signals import attempt_started
from kit.dates import now
from kit.errors import Refusal

MAX_EVENTS_AT_ONCE = 200


@dataclass(frozen=True)
class Answer:
    """One answer as a device sends it.

    `age` is how long ago, by the device's own clock, it was given when it was sent: a wrong
    clock on a phone does no harm.
    """

    position: int
    device: str
    sequence: int
    response: Mapping[str, Any]
    age: timedelta = timedelta(0)


@dataclass(frozen=True)
class Receipt:
    """What became of one answer."""

    position: int
    sequence: int
    verdict: str


@dataclass(frozen=True)
class Saved:
    """What a device is told after sending answers.

    `version` is the newest event another device wrote before: when it is newer than what the
    page knows, the page asks for the answers again.
    """

    receipts: list[Receipt]
    remaining: timedelta
    version: int


# --- Starting -------------------------------------------------------------------------------


@transaction.atomic
def start(sitting: Sitting, *, at: datetime | None = None, seed: int | None = None) -> Attempt:
    """The running attempt if there is one, else the next try; Refusal when none is left.

    The sitting is locked, so that two tabs starting at once go on with the same try.
    """
    at = at or now()
    locked = _locked(sitting)
    earlier = list(locked.attempts.order_by("number"))
    running = next((attempt for attempt in earlier if not attempt.is_finished), None)
    if running:
        if running.is_open_at(at):
            return running
        finish(running, at=at)
    version = locked.paper_version
    if len(earlier) >= version.tries:
        raise Refusal(
            _("All %(tries)d tries have been used. Your best result stays.")
            % {"tries": version.tries}
        )
    attempt = Attempt.objects.create(
        sitting=locked,
        number=len(earlier) + 1,
        seed=secrets.randbits(62) if seed is None else seed,
        started_at=at,
        deadline=at + timedelta(minutes=version.minutes),
    )
    _draw(attempt, earlier)
    attempt_started.send(Attempt, attempt=attempt)
    return attempt


def _locked(sitting: Sitting) -> Sitting:
    sittings = Sitting.objects.select_related("paper_version")
    return sittings.select_for_update(of=("self",)).get(pk=sitting.pk)


def _draw(attempt: Attempt, earlier: Sequence[Attempt]) -> None:
    """Draws the questions, those not met in earlier tries first, and shuffles their choices."""
    version = attempt.sitting.paper_version
    rng = random.Random(attempt.seed)  # noqa: S311 (a fair draw, not a secret)
    met = _met_in(earlier)
    pool = _pool_of(version)
    fresh = [pk for pk in pool if pk not in met]
    drawn = rng.sample(fresh, min(version.draw, len(fresh)))
    if len(drawn) < version.draw:
        drawn += rng.sample(sorted(met & pool.keys()), version.draw - len(drawn))
        rng.shuffle(drawn)
    Slot.objects.bulk_create(
        Slot(
            attempt=attempt,
            position=position,
            question_version_id=pk,
            choice_order=_ordered(*pool[pk], rng),
        )
        for position, pk in enumerate(drawn, 1)
    )


def _met_in(earlier: Sequence[Attempt]) -> set[int]:
    if not earlier:
        return set()
    slots = Slot.objects.filter(attempt__in=earlier)
    return set(slots.values_list("question_version_id", flat=True))


Pool = dict[int, tuple[str, tuple[str, ...]]]


def _pool_of(version: PaperVersion) -> Pool:
    """Kind and choice keys of every question that may be drawn, by id."""
    return _pool(version.pk, version.created_at)


@lru_cache(maxsize=64)
def _pool(version_id: int, _created_at: datetime) -> Pool:
    # A frozen version never changes, so a process may remember it; none has to.
    questions = QuestionVersion.objects.filter(
        pk__in=PaperVersion.pool.through.objects.filter(paperversion=version_id).values(
            "questionversion"
        )
    )
    return {
        pk: (kind, tuple(choice["key"] for choice in body["choices"]))
        for pk, kind, body in questions.order_by("pk").values_list("pk", "kind", "body")
    }


def _ordered(kind: str, keys: tuple[str, ...], rng: random.Random) -> list[str]:
    order = list(keys)
    if get_kind(kind).shuffles:
        rng.shuffle(order)
    return order


# --- Answering ------------------------------------------------------------------------------


# What judging an answer to a slot needs: not the question's body, its keys are in the order.
_JUDGED = (
    "position",
    "choice_order",
    "question_version__kind",
    "attempt__started_at",
    "attempt__deadline",
    "attempt__finished_at",
)


def save_answers(
    attempt: Attempt, answers: Sequence[Answer], *, at: datetime | None = None
) -> list[Receipt]:
    """Appends answers, each once, in any order; says of each whether it was accepted.

    An answer given before the deadline may arrive up to `Attempt.GRACE` after it. All are
    written or, when one cannot be read, none.
    """
    return _append({"attempt": attempt.pk}, answers, at or now()).receipts


def save_own_answers(
    user_id: int, attempt_id: object, answers: Sequence[Answer], *, at: datetime | None = None
) -> Saved:
    """`save_answers` for a user: finds, authorises and judges in one query, writes in another."""
    whose = {"attempt": attempt_id, "attempt__sitting__cadre__user": user_id}
    return _append(whose, answers, at or now())


def _append(whose: Mapping[str, object], answers: Sequence[Answer], at: datetime) -> Saved:
    if len(answers) > MAX_EVENTS_AT_ONCE:
        raise Refusal(_("Too many answers were sent at once."), status=413)
    problem: Refusal | None = None
    # Nothing is raised inside: a transaction around this one stays whole without a savepoint.
    with transaction.atomic(savepoint=False):
        slots, version = _find_slots(whose, answers)
        try:
            events = [_event(slots, answer, at) for answer in answers]
        except Refusal as refusal:
            problem = refusal
        else:
            AnswerEvent.objects.bulk_create(events, ignore_conflicts=True)
    if problem:
        raise problem
    receipts = [
        Receipt(answer.position, answer.sequence, event.verdict)
        for answer, event in zip(answers, events, strict=True)
    ]
    deadline = next(iter(slots.values())).attempt.deadline if slots else at
    return Saved(receipts, max(timedelta(0), deadline - at), version)


def _find_slots(
    whose: Mapping[str, object], answers: Sequence[Answer]
) -> tuple[dict[int, Slot], int]:
    """The slots answered, by position, and the newest event of another device.

    The attempt is locked against finishing meanwhile: an answer is graded or refused, never
    accepted and forgotten.
    """
    device = answers[0].device if answers else ""
    others = (
        AnswerEvent.objects.filter(slot__attempt=whose["attempt"])
        .exclude(device=device)
        .order_by()
        .values("slot__attempt")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    found = (
        Slot.objects.filter(**whose, position__in={answer.position for answer in answers})
        .select_related("attempt", "question_version")
        .only(*_JUDGED)
        .annotate(newest=Subquery(others))
        .select_for_update(of=("attempt",), no_key=True)
        .order_by()
    )
    slots: dict[int, Any] = {slot.position: slot for slot in found}
    return slots, max((slot.newest or 0 for slot in slots.values()), default=0)


def _event(slots: Mapping[int, Slot], answer: Answer, at: datetime) -> AnswerEvent:
    if not slots:
        raise Refusal(_("This attempt was not found. Please open the test again."), status=404)
    slot = slots.get(answer.position)
    if slot is None:
        message = _("Question %(n)s is not in this paper.") % {"n": answer.position}
        raise Refusal(message, status=404)
    attempt = slot.attempt
    answered_at = max(attempt.started_at, at - max(timedelta(0), answer.age))
    in_time = (
        attempt.finished_at is None
        and answered_at < attempt.deadline
        and at < attempt.deadline + Attempt.GRACE
    )
    verdicts = AnswerEvent.Verdict
    return AnswerEvent(
        slot_id=slot.pk,
        device=answer.device[:36],
        sequence=answer.sequence,
        response=clean_keys(
            get_kind(slot.question_version.kind), slot.choice_order, answer.response
        ),
        answered_at=answered_at,
        received_at=at,
        verdict=verdicts.ACCEPTED if in_time else verdicts.LATE,
    )


# --- Finishing ------------------------------------------------------------------------------


@transaction.atomic
def finish(attempt: Attempt, *, at: datetime | None = None) -> Attempt:
    """Submits and grades. Finishing twice is finishing once; after the deadline it counts as then.

    The row is locked so that two tabs, or a tab and the sweep, do not both grade.
    """
    at = at or now()
    locked = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("sitting__paper_version", "sitting__cadre__user")
        .get(pk=attempt.pk)
    )
    if locked.is_finished:
        return locked
    is_late = at >= locked.deadline
    locked.finished_at = locked.deadline if is_late else at
    locked.end = Attempt.End.DEADLINE if is_late else Attempt.End.LEARNER
    return grade(locked, responses_of(locked), at=at)


def close_overdue(*, at: datetime | None = None) -> int:
    """Finishes what ran out of time and grace; a sweep that only writes down what is so."""
    at = at or now()
    overdue = Attempt.objects.filter(finished_at=None, deadline__lte=at - Attempt.GRACE)
    attempts = list(overdue[:500])
    for attempt in attempts:
        finish(attempt, at=at)
    return len(attempts)
