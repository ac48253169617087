"""Writing what was decided about a list: all of it in one transaction, or nothing.

A worker that dies in it leaves nothing behind, and the list can be written again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.concerning import units_of
from cadres.models import Role, RosterDifference, RosterRun
from cadres.roster.applying import Decided, apply
from cadres.roster.comparing import Differences
from cadres.roster.locking import Phases, answer_of, lock, lock_all, phases_of, quiet, run_of
from cadres.roster.looking import Reading, source_of
from cadres.scopes import Access
from kit.dates import now
from kit.errors import Refusal
from kit.numbers import format_percentage, percentage
from kit.text import clean
from operations.changing import Recorder
from operations.journalling import record
from operations.models import Job
from operations.working import is_silent, job_kind, start_job

WRITE = "write_roster"
_NAMED = 10

Kind, Decision = RosterDifference.Kind, RosterDifference.Decision
State = RosterRun.State


@dataclass(frozen=True)
class Brake:
    """How many of a list's people would lose their posts, and whether that is too many to go on."""

    leaving: int
    people: int
    is_on: bool

    @property
    def share(self) -> str:
        return format_percentage(percentage(self.leaving, self.people))


def brake_of(run: RosterRun) -> Brake:
    leaving = _leaving(run).count()
    people = run.counts.get("people_in_scope", 0)
    share = percentage(leaving, people) or 0
    return Brake(leaving, people, leaving > run.stop_above and share > run.stop_share)


def _leaving(run: RosterRun) -> QuerySet[RosterDifference]:
    return run.differences.filter(kind=Kind.LEFT, decision=Decision.TAKE)


def to_write(run: RosterRun) -> int:
    """How many differences are decided so that something is written."""
    return run.differences.filter(decision__in=[Decision.TAKE, Decision.SAME]).count()


@transaction.atomic
def start_write(
    run: RosterRun, *, by: User, access: Access, skip_bad_rows: bool = False, reason: str = ""
) -> Job:
    """Sends a run to be written; one that ends too many posts only by an administrator's reason."""
    locked = lock(run, State.OPEN)
    if locked.job and not locked.job.is_over and not is_silent(locked.job):
        raise Refusal(_("This list is being written already. Please wait for its end."))
    _refuse_unready(locked, skip_bad_rows=skip_bad_rows)
    if brake_of(locked).is_on:
        _overrule(locked, by, access, clean(reason))
    total = to_write(locked)
    locked.job = start_job(
        WRITE,
        _("Write %(count)d changes from a list") % {"count": total},
        by=by,
        arguments={"run": str(run.pk), "skip_bad_rows": skip_bad_rows},
        total=total,
    )
    locked.save(update_fields=["job"])
    return locked.job


def _refuse_unready(run: RosterRun, *, skip_bad_rows: bool) -> None:
    if run.counts["errors"] and not skip_bad_rows:
        raise Refusal(_("Some rows have errors. Correct them, or choose to leave them out."))
    if not run.differences.exclude(decision__in=["", Decision.SKIP]).exists():
        raise Refusal(_("Nothing in this list is decided to be written."))


def refusal_of(brake: Brake) -> Refusal:
    return Refusal(
        _(
            "This list would end the posts of %(leaving)d of %(people)d people (%(share)s)."
            " Only an administrator may go on, with a reason. Nothing was written."
        )
        % {"leaving": brake.leaving, "people": brake.people, "share": brake.share},
        status=403,
    )


def _overrule(run: RosterRun, by: User, access: Access, reason: str) -> None:
    brake = brake_of(run)
    if not access.has(Role.ADMIN):
        raise refusal_of(brake)
    if not reason:
        raise Refusal(
            _("Say why the posts of so many people are to end; the reason is kept."), status=400
        )
    run.overruled_by, run.overruled_reason = by, reason
    run.save(update_fields=["overruled_by", "overruled_reason"])
    leaving = _leaving(run).values_list("cadre", flat=True)
    record(
        "roster.overrule",
        run,
        by=by,
        after={"people": brake.leaving},
        reason=reason,
        units=units_of(leaving, run.effective_on),
    )


def write(
    run: RosterRun,
    *,
    by: User | None,
    skip_bad_rows: bool = False,
    at: datetime | None = None,
    report: Phases = quiet,
) -> RosterRun:
    """Writes what was decided, in one transaction; refuses when the records have moved since."""
    reading = report(_("Reading the list"))
    read = Reading(source_of(run), lambda rows: reading(rows, 0))
    try:
        with transaction.atomic():
            return _write(run, read, by, skip_bad_rows, at or now(), report)
    except IntegrityError as clash:
        raise Refusal(
            _(
                "Somebody else entered people at the same moment. Nothing was written; check the"
                " list again."
            )
        ) from clash


def _write(
    run: RosterRun,
    read: Reading,
    by: User | None,
    skip_bad_rows: bool,
    at: datetime,
    report: Phases,
) -> RosterRun:
    locked = lock_all(run)
    _refuse_unready(locked, skip_bad_rows=skip_bad_rows)
    if brake_of(locked).is_on and not locked.overruled_reason:
        raise refusal_of(brake_of(locked))
    look = read.compare(report(_("Comparing with the records")))
    decisions = _decisions(locked, look.differences)
    recorder = Recorder(_("List “%(name)s”") % {"name": run.name}, by=by, at=at)
    applied = apply(
        look.differences, decisions, recorder=recorder, report=report(_("Writing the changes"))
    )
    locked.state, locked.written_at, locked.written_by = State.WRITTEN, at, by
    locked.written = {key: applied.counts[key] for key in ("new", "corrected", "moved", "left")}
    locked.change_set = recorder.change_set
    locked.save()
    record("roster.write", locked, by=by, after=locked.written, units=applied.units)
    return locked


def _decisions(run: RosterRun, differences: Differences) -> dict[str, Decided]:
    """What was decided; refuses when the differences are no longer those that were shown."""
    fresh = {d.key: d for d in differences.found}
    decided: dict[str, Decided] = {}
    moved: list[str] = []
    columns = ("key", "name", "cadre_id", "details", "decision", "same_as_id")
    for key, name, cadre_id, details, word, same_as in run.differences.values_list(
        *columns
    ).iterator(chunk_size=1000):
        found = fresh.pop(key, None)
        if found is None or found.cadre_id != cadre_id or found.details != details:
            moved.append(name)
        decided[key] = Decided(word, same_as)
    moved = list(dict.fromkeys([*moved, *(d.name for d in fresh.values())]))
    if moved:
        raise Refusal(
            _(
                "Records have changed since the list was checked (%(count)d people). Nothing was"
                " written; check the list again, your decisions are kept."
            )
            % {"count": len(moved)},
            gaps=moved[:_NAMED],
        )
    return decided


@job_kind(WRITE, may_repeat=True)
def write_job(job: Job) -> dict[str, Any]:
    """A list that is written already is not written again."""
    written = run_of(job)
    if written.state != State.WRITTEN:
        skips = job.arguments["skip_bad_rows"]
        written = write(written, by=job.owner, skip_bad_rows=skips, report=phases_of(job))
    return answer_of(written) | {"message": told(written.written)}


def told(written: dict[str, int]) -> str:
    """What was written, in one sentence."""
    return _(
        "%(new)d new, %(corrected)d records corrected, %(moved)d transferred, %(left)d posts ended."
    ) % {key: written.get(key, 0) for key in ("new", "corrected", "moved", "left")}
