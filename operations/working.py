"""Long work as durable rows: written with the deed that asks for it, sent on commit, run once.

A lost message costs a minute: `resend_waiting_jobs` sends again what nobody began. A job whose
worker died falls silent: `take_back_lost_jobs` gives it to another worker, or ends it in words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

from celery import current_app
from django.core.cache import caches
from django.db import OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from kit.dates import now
from kit.errors import Refusal
from operations.models import Job
from operations.notifying import notify

logger = logging.getLogger(__name__)

# How far a job is goes beside the database: a job's transaction would hide it until its end.
SIGNS = "signs"
_SIGNS_LAST = 24 * 3600

type_of_work = Callable[["Job"], dict[str, Any]]
# How often a running job says that it runs, and how long a silent one is believed to.
PULSE, LEASE = timedelta(seconds=20), timedelta(minutes=5)
MOST_RUNS = 3


@dataclass(frozen=True)
class Kind:
    work: type_of_work
    may_repeat: bool


_KINDS: dict[str, Kind] = {}


def job_kind(name: str, *, may_repeat: bool = False) -> Callable[[type_of_work], type_of_work]:
    """Registers the function that does a kind of job; it returns the job's result.

    `may_repeat`: when its worker died, doing it once more does nothing twice.
    The job's page shows of it: `message`, a sentence; `counts`, `[[words, number], …]`; a link to
    `address`, named `address_title`.
    """

    def register(work: type_of_work) -> type_of_work:
        _KINDS[name] = Kind(work, may_repeat)
        return work

    return register


def start_job(kind: str, title: str, *, by: User, arguments: dict[str, Any], total: int = 0) -> Job:
    """Writes the job and sends it to the queue once the transaction is committed."""
    job = Job.objects.create(kind=kind, title=title, owner=by, arguments=arguments, total=total)
    transaction.on_commit(lambda: send(job.pk))
    return job


def send(job_id: UUID) -> None:
    current_app.send_task("operations.run_job", args=[str(job_id)])


def report_progress(job: Job, done: int, total: int | None = None, words: str = "") -> None:
    """Seen at once by whoever watches the job, though the work is inside its own transaction."""
    job.done = done
    if total is not None:
        job.total = total
    sign = Progress(job.done, job.total, words, now())
    caches[SIGNS].set(str(job.pk), astuple(sign), _SIGNS_LAST)
    if not connection.in_atomic_block:
        job.save(update_fields=["done", "total"])


@dataclass(frozen=True)
class Progress:
    """A sign of life: how far a job is, in which phase, when it said so."""

    done: int
    total: int
    words: str
    at: datetime


def progress_of(job: Job) -> Progress:
    """How far a job is; of a running one, its last sign of life."""
    sign = caches[SIGNS].get(str(job.pk)) if job.state == Job.State.RUNNING else None
    if sign:
        return Progress(*sign)
    return Progress(job.done, job.total, "", job.started_at or job.created_at)


def is_silent(job: Job, at: datetime | None = None) -> bool:
    """Whether a running job's worker seems to have died."""
    seen_at = job.seen_at or job.started_at
    return (
        job.state == Job.State.RUNNING and seen_at is not None and (at or now()) - seen_at > LEASE
    )


def run_job(job_id: UUID) -> None:
    """Runs a waiting job; a job somebody else began or ended is left alone."""
    at = now()
    taken = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=at, seen_at=at, runs=F("runs") + 1
    )
    if not taken:
        return
    job = Job.objects.get(pk=job_id)
    with _pulse(job):
        _work(job)
    job.finished_at = now()
    # Of a job that was taken back meanwhile, the later run tells the end.
    ours = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, runs=job.runs)
    if ours.update(**{name: getattr(job, name) for name in _END}):
        _tell_the_end(job)


_END = ("state", "message", "result", "done", "total", "finished_at")


def _work(job: Job) -> None:
    try:
        job.result = _KINDS[job.kind].work(job)
        job.state = Job.State.DONE
        job.done = job.total
    except Refusal as refusal:
        job.state, job.message = Job.State.FAILED, str(refusal.message)
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        job.state = Job.State.FAILED
        job.message = _("The work stopped because of a fault. What was done before is kept.")


@contextmanager
def _pulse(job: Job) -> Iterator[None]:
    """While inside, the job's row says every now and then that its worker lives."""
    is_over = Event()
    thread = Thread(target=_beat, args=(job.pk, job.runs, is_over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _beat(job_id: UUID, run: int, is_over: Event) -> None:
    while not is_over.wait(PULSE.total_seconds()):
        try:
            Job.objects.filter(pk=job_id, runs=run).update(seen_at=now())
        except OperationalError:
            # The work itself holds SQLite's one lock; nobody can take the job back meanwhile.
            continue
        finally:
            connection.close()


def _tell_the_end(job: Job) -> None:
    words = _("Finished: %(title)s") if job.state == Job.State.DONE else _("Stopped: %(title)s")
    notify(
        job.owner,
        key=f"job:{job.pk}",
        title=(words % {"title": job.title})[:200],
        body=job.message,
        address=f"/cong-viec/{job.pk}/",
        by_email=False,
    )


def resend_waiting_jobs(at: datetime | None = None) -> int:
    """Sends again jobs that waited over a minute; returns how many."""
    long_ago = (at or now()) - timedelta(minutes=1)
    waiting = Job.objects.filter(state=Job.State.WAITING, created_at__lt=long_ago)
    ids = list(waiting.values_list("pk", flat=True)[:200])
    for job_id in ids:
        send(job_id)
    return len(ids)


def take_back_lost_jobs(at: datetime | None = None) -> int:
    """Jobs that run and have been silent for `LEASE`: sent again, or ended; returns how many."""
    at = at or now()
    silent = Q(seen_at__lt=at - LEASE) | Q(seen_at=None, started_at__lt=at - LEASE)
    lost = list(Job.objects.filter(silent, state=Job.State.RUNNING)[:200])
    return sum(_take_back(job, at) for job in lost)


@transaction.atomic
def _take_back(job: Job, at: datetime) -> bool:
    still = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, runs=job.runs)
    kind = _KINDS.get(job.kind)
    if kind and kind.may_repeat and job.runs < MOST_RUNS:
        taken = still.update(state=Job.State.WAITING, done=0, started_at=None, seen_at=None)
        transaction.on_commit(lambda: send(job.pk))
        return bool(taken)
    job.state, job.finished_at = Job.State.FAILED, at
    job.message = _(
        "The server that did this work stopped in the middle. Please look at what was done, then"
        " begin again."
    )
    taken = still.update(state=job.state, finished_at=at, message=job.message)
    if taken:
        _tell_the_end(job)
    return bool(taken)
