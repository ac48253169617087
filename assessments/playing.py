"""Playing interactive content: beginning a run, keeping where one is, handing in once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NoReturn
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Run, RunQuestion, RunState, RunSubmission, Strength
from assessments.scoring import Outcome, score_run, unreadable
from assessments.signals import run_finished
from cadres.models import Cadre
from kit.dates import now
from kit.errors import Refusal
from media.models import InteractiveRevision

MOST_STATE = 256 * 1024
MOST_PARTS = 200
MOST_SUBMISSION = 1024 * 1024


@transaction.atomic
def start_run(
    cadre: Cadre,
    revision: InteractiveRevision,
    place: UUID,
    *,
    minutes: int | None = None,
    at: datetime | None = None,
) -> Run:
    """The open run at this place if there is one, else the next; two tabs go on with the same.

    A run whose time has passed without anything handed in is closed with nothing.
    """
    at = at or now()
    # The person is locked, so that two tabs beginning at once find the same run.
    Cadre.objects.select_for_update(of=("self",)).get(pk=cadre.pk)
    runs = Run.objects.filter(cadre=cadre, place=place)
    newest = runs.order_by("-number").first()
    if newest and newest.is_open_at(at):
        return newest
    if newest and newest.finished_at is None:
        _close_unanswered(newest)
    return Run.objects.create(
        cadre=cadre,
        revision=revision,
        place=place,
        number=newest.number + 1 if newest else 1,
        started_at=at,
        deadline=at + timedelta(minutes=minutes) if minutes else None,
    )


def _close_unanswered(run: Run) -> None:
    run.finished_at, run.strength = run.deadline, Strength.UNVERIFIABLE
    run.points = run.maximum = Decimal(0)
    run.save(update_fields=["finished_at", "strength", "points", "maximum"])


@dataclass(frozen=True)
class Told:
    """One part of a content's state as a device sends it; `content` None: it is to be forgotten.

    `age` is how long ago, by the device's own clock, it was so.
    """

    part: str
    kind: str
    content: str | None
    age: timedelta = timedelta(0)


@transaction.atomic
def save_states(
    run_id: UUID, cadre: Cadre, told: Sequence[Told], *, at: datetime | None = None
) -> bool:
    """Keeps where the learner is. False: it has been handed in, and nothing is kept any more."""
    at = at or now()
    run = _locked(run_id, cadre)
    if run.finished_at is not None:
        return False
    if not run.is_open_at(at):
        _tell_why_not(run)
    held = {(state.part, state.kind): state for state in run.states.all()}
    for state in told:
        _keep(run, held, state, at)
    if len(held) > MOST_PARTS:
        raise Refusal(_too_much(), status=413)
    return True


def _keep(run: Run, held: dict[tuple[str, str], RunState], told: Told, at: datetime) -> None:
    """The newest wins, whichever device it comes from and in whatever order they arrive."""
    key = told.part[:200], told.kind[:50]
    saved_at = _told_at(run, told.age, at)
    before = held.get(key)
    if before and before.saved_at > saved_at:
        return
    if told.content is None:
        if before:
            before.delete()
            del held[key]
        return
    if len(told.content) > MOST_STATE:
        raise Refusal(_too_much(), status=413)
    content = told.content.replace("\x00", "")
    values = {"content": content, "saved_at": saved_at}
    held[key], _is_new = RunState.objects.update_or_create(
        run=run, part=key[0], kind=key[1], defaults=values
    )


def _told_at(run: Run, age: timedelta, at: datetime) -> datetime:
    """When it was so by the server's clock, whatever the device's says."""
    return max(run.started_at, at - max(timedelta(0), min(age, at - run.started_at)))


def _too_much() -> str:
    return _("This exercise keeps too much at once; what was kept before stays.")


@transaction.atomic
def submit_run(
    run_id: UUID,
    cadre: Cadre,
    submission: bytes | str,
    *,
    age: timedelta = timedelta(0),
    at: datetime | None = None,
) -> Run:
    """Marks what was handed in. The same sent twice is handed in once; another is refused.

    What was answered before the deadline may arrive up to `Run.GRACE` after it.
    """
    at = at or now()
    run = _locked(run_id, cadre)
    text, digest = _read(submission)
    if run.is_handed_in:
        # What was sent may have been erased since, by a rule of retention.
        if (held := getattr(run, "submission", None)) and held.digest == digest:
            return run
        raise Refusal(
            _("This run has been handed in already; its result stays. To try again, begin anew.")
        )
    answered_at = _told_at(run, age, at)
    is_late = run.deadline is not None and answered_at >= run.deadline
    if is_late or not run.is_open_at(at):
        _tell_why_not(run)
    outcome = score_run(run.revision, text)
    RunSubmission.objects.create(run=run, content=text, digest=digest, received_at=at)
    _write(run, outcome, answered_at)
    run_finished.send(Run, run=run)
    return run


def _locked(run_id: UUID, cadre: Cadre) -> Run:
    """Somebody else's run is not there, whoever asks."""
    runs = Run.objects.select_for_update(of=("self",)).select_related("revision", "submission")
    run = runs.filter(pk=run_id, cadre=cadre).first()
    if run is None:
        raise Refusal(_("This run was not found. Please open the lesson again."), status=404)
    return run


def _tell_why_not(run: Run) -> NoReturn:
    if run.finished_at is not None:
        raise Refusal(
            _("This run has been handed in already; its result stays. To try again, begin anew.")
        )
    raise Refusal(_("The time of this run is over, so nothing more is taken. Begin anew."))


def _read(submission: bytes | str) -> tuple[str, str]:
    """The text and a digest of what it says. Strict JSON: no NaN, and as small as answers are."""
    if len(submission) > MOST_SUBMISSION:
        raise Refusal(_("Too much was handed in at once; nothing was marked."), status=413)
    try:
        text = submission.decode() if isinstance(submission, bytes) else submission
        content = json.loads(text, parse_constant=_refuse, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Refusal(unreadable(), status=400) from error
    said = json.dumps(content, sort_keys=True)
    return text, hashlib.sha256(said.encode()).hexdigest()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _write(run: Run, outcome: Outcome, at: datetime) -> None:
    run.finished_at, run.is_handed_in = at, True
    run.strength, run.points, run.maximum = outcome.strength, outcome.points, outcome.maximum
    run.save(update_fields=["finished_at", "is_handed_in", "strength", "points", "maximum"])
    RunQuestion.objects.bulk_create(
        RunQuestion(
            run=run,
            position=position,
            part=line.part,
            library=line.library,
            question=line.question,
            given=line.given,
            right=line.right,
            strength=line.strength,
            points=line.points,
            maximum=line.maximum,
            reason=line.reason,
        )
        for position, line in enumerate(outcome.lines, 1)
    )
