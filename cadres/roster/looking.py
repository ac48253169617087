"""Looking through a list: what it says, beside what is recorded. Nothing of it is written yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.locating import Directory
from cadres.models import Role, RosterDifference, RosterRun, Unit
from cadres.roster.comparing import Difference, Differences, Report, chunks, compare, silent
from cadres.roster.deciding import AT_FIRST
from cadres.roster.keeping import keep, kept
from cadres.roster.locking import Phases, answer_of, lock, phases_of, quiet, run_of
from cadres.roster.reading import COLUMNS, Findings, read_records
from cadres.roster.records import Scope
from cadres.scopes import Access, access_of
from kit.dates import today
from kit.errors import Refusal
from kit.sheets import RowError, Sheet, SheetRow, stream_sheet
from kit.text import clean, fold
from operations.models import Job
from operations.working import job_kind, start_job

IMPORTERS = (Role.ADMIN, Role.MANAGER)
CHECK = "check_roster"
KEPT_ERRORS = 2000

Kind = RosterDifference.Kind
State, Coverage = RosterRun.State, RosterRun.Coverage


# --- Who may enter people where ---------------------------------------------------------------


def units_open_to(access: Access) -> frozenset[int] | None:
    """The units one may enter people into: all for the administrator, a manager's own subtree."""
    if access.has(Role.ADMIN):
        return None
    below = Unit.objects.within(access.managed_unit_ids, access.day)
    return frozenset(below.values_list("pk", flat=True))


def _units_of(run: RosterRun) -> frozenset[int] | None:
    """With the rights its owner has now; a run of the command line has all."""
    if run.started_by is None:
        return None
    access = access_of(run.started_by)
    if not access.has(*IMPORTERS):
        raise Refusal(_("You may no longer enter people."), status=403)
    return units_open_to(access)


# --- Looking through ----------------------------------------------------------------------------


@dataclass
class Look:
    """A list beside the records of a day."""

    findings: Findings
    differences: Differences
    errors: list[RowError]


@dataclass(frozen=True)
class Source:
    """What is to be looked through, and how."""

    content: bytes
    on: date
    within: frozenset[int] | None = None
    coverage: str = Coverage.PART
    covers: int | None = None


def open_list(content: bytes) -> tuple[Sheet, Iterator[SheetRow]]:
    """The list's header and its rows to come; refuses what cannot be read."""
    sheet, rows = stream_sheet(content, COLUMNS)
    if not {"unit_code", "unit_name"} & set(sheet.letters):
        raise Refusal(_("The list needs a column “Mã đơn vị” or “Tên đơn vị”."), status=400)
    return sheet, rows


class Reading:
    """A list that was read; comparing it is another step, which may hold a transaction."""

    def __init__(self, source: Source, read: Callable[[int], None] = lambda _rows: None) -> None:
        self.source = source
        self.directory = Directory(source.on)
        sheet, rows = open_list(source.content)
        scope = Scope(source.within)
        self.findings = read_records(sheet, _counted(rows, read), self.directory, scope)

    def compare(self, report: Report = silent) -> Look:
        found = self.findings
        differences = compare(
            found.records,
            Scope(self.source.within, self._complete()),
            self.source.on,
            directory=self.directory,
            report=report,
        )
        problems = [found.tell(problem) for problem in differences.problems]
        errors = sorted([*found.errors, *problems], key=lambda e: (e.row, len(e.column), e.column))
        return Look(found, differences, errors)

    def _complete(self) -> frozenset[int]:
        """The units whose people the list holds in full; none while a row cannot be read."""
        if self.source.coverage == Coverage.PART or self.findings.errors:
            return frozenset()
        if self.source.coverage == Coverage.LISTED:
            return frozenset(r.unit_id for r in self.findings.records if r.unit_id)
        below = Unit.objects.within([self.source.covers or 0], self.source.on)
        units = frozenset(below.values_list("pk", flat=True))
        return units if self.source.within is None else units & self.source.within


def _counted(rows: Iterator[SheetRow], read: Callable[[int], None]) -> Iterator[SheetRow]:
    for number, row in enumerate(rows, 1):
        if number % 1000 == 0:
            read(number)
        yield row


def source_of(run: RosterRun) -> Source:
    """With the rights its owner has now."""
    return Source(kept(run.file), run.effective_on, _units_of(run), run.coverage, run.covers_id)


# --- Beginning and checking ---------------------------------------------------------------------


@transaction.atomic
def begin(
    name: str,
    content: bytes,
    *,
    by: User | None,
    on: date | None = None,
    coverage: str = Coverage.PART,
    covers: Unit | None = None,
    stop_share: int = RosterRun.MOST_LEAVING,
) -> RosterRun:
    """Keeps a list that can be read as a new run; `stop_share`: the percent that may leave."""
    open_list(content)
    # A few may leave a small unit, unless less is stated.
    is_stated = stop_share < RosterRun.MOST_LEAVING
    stated = {"stop_share": stop_share, "stop_above": 0} if is_stated else {}
    return RosterRun.objects.create(
        name=clean(name)[-120:],
        file=keep(content),
        effective_on=on or today(),
        coverage=coverage,
        covers=covers if coverage == Coverage.BELOW else None,
        started_by=by,
        **stated,
    )


@transaction.atomic
def start_check(run: RosterRun, *, by: User) -> Job:
    """Sends a run to be looked through, or looked through again."""
    lock(run, State.CHECKING, State.OPEN)
    job = start_job(
        CHECK, _("Check the list “%(name)s”") % {"name": run.name}, by=by,
        arguments={"run": str(run.pk)},
    )  # fmt: skip
    run.state, run.job = State.CHECKING, job
    run.save(update_fields=["state", "job"])
    return job


def check(run: RosterRun, report: Phases = quiet) -> Look:
    """Looks through a run's list; decisions stand where the difference is the same."""
    reading = report(_("Reading the list"))
    look = Reading(source_of(run), lambda rows: reading(rows, 0)).compare(
        report(_("Comparing with the records"))
    )
    with transaction.atomic():
        _keep_differences(run, look.differences)
        run.state, run.guessed = State.OPEN, look.findings.sheet.guessed
        run.counts = counts_of(look)
        run.errors = [asdict(error) for error in look.errors[:KEPT_ERRORS]]
        bad = {error.row for error in look.errors}
        warnings = [warning for warning in look.findings.warnings if warning.row not in bad]
        run.warnings = [asdict(warning) for warning in warnings[:KEPT_ERRORS]]
        run.save(update_fields=["state", "guessed", "counts", "errors", "warnings"])
    return look


def counts_of(look: Look) -> dict[str, int]:
    found = look.differences
    counts = dict.fromkeys(Kind.values, 0)
    for difference in found.found:
        counts[difference.kind] += 1
    return counts | {
        "rows": look.findings.rows,
        "unchanged": found.unchanged,
        "bad_rows": len({error.row for error in look.errors}),
        "errors": len(look.errors),
        "warnings": len(look.findings.warnings),
        "people_in_scope": found.people_in_scope,
    }


def _keep_differences(run: RosterRun, differences: Differences) -> None:
    decided = {
        row.key: row for row in run.differences.exclude(decided_at=None).iterator(chunk_size=1000)
    }
    run.differences.all().delete()
    for chunk in chunks(differences.found):
        RosterDifference.objects.bulk_create(_row(run, d, decided.get(d.key)) for d in chunk)


def _row(
    run: RosterRun, difference: Difference, before: RosterDifference | None
) -> RosterDifference:
    row = RosterDifference(
        run=run,
        key=difference.key,
        row=difference.row,
        kind=difference.kind,
        name=difference.name,
        folded=fold(difference.name),
        place=difference.place[:250],
        born=difference.born,
        cadre_id=difference.cadre_id,
        details=difference.details,
        decision=AT_FIRST.get(difference.kind, ""),
    )
    if before and before.details == row.details and before.cadre_id == row.cadre_id:
        row.decision, row.same_as_id = before.decision, before.same_as_id
        row.decided_by_id, row.decided_at = before.decided_by_id, before.decided_at
    return row


@job_kind(CHECK, may_repeat=True)
def check_job(job: Job) -> dict[str, Any]:
    run = run_of(job)
    try:
        check(run, phases_of(job))
    except Refusal as refusal:
        run.state, run.errors = State.REFUSED, [{"message": str(refusal.message)}]
        run.save(update_fields=["state", "errors"])
        raise
    return answer_of(run)
