"""A list in one step, for the command line: looked through, then written by the plain rules.

What is new or changed is taken; what a hand corrected, and who may be known already, waits for
somebody to decide and is reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import RosterDifference, RosterRun, Unit
from cadres.roster.comparing import Difference
from cadres.roster.deciding import find_differences
from cadres.roster.locking import Phases, quiet
from cadres.roster.looking import Look, Reading, Source, begin, check, counts_of
from cadres.roster.records import Problem
from cadres.roster.writing import brake_of, refusal_of, write
from kit.dates import today
from kit.sheets import RowError, write_sheet
from kit.text import clean

Kind, Decision = RosterDifference.Kind, RosterDifference.Decision


@dataclass
class Report:
    """What a list holds, and what was written of it (nothing by a dry run)."""

    counts: dict[str, int]
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    waiting: list[RowError] = field(default_factory=list)
    written: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        lists = {
            name: [asdict(line) for line in getattr(self, name)]
            for name in ("errors", "warnings", "waiting")
        }
        return self.counts | lists | {"written": sum(self.written.values()), "what": self.written}


def import_roster(
    content: bytes,
    *,
    by: User | None,
    dry_run: bool,
    skip_bad_rows: bool = False,
    on: date | None = None,
    coverage: str = RosterRun.Coverage.PART,
    covers: Unit | None = None,
    name: str = "",
    reason: str = "",
    stop_share: int = RosterRun.MOST_LEAVING,
    phases: Phases = quiet,
) -> Report:
    """Looks through a list and writes it. With a bad row nothing is, unless those are skipped."""
    day = on or today()
    if dry_run:
        source = Source(content, day, None, coverage, covers.pk if covers else None)
        reading = phases(_("Reading the list"))
        read = Reading(source, lambda rows: reading(rows, 0))
        return _report(read.compare(phases(_("Comparing with the records"))))
    run = begin(
        name, content, by=by, on=day, coverage=coverage, covers=covers, stop_share=stop_share
    )
    report = _report(check(run, phases))
    if report.errors and not skip_bad_rows:
        return report
    _take_left(run, reason)
    if run.differences.exclude(decision="").exists():
        report.written = write(run, by=by, skip_bad_rows=skip_bad_rows, report=phases).written
    return report


def _take_left(run: RosterRun, reason: str) -> None:
    """Whoever says that a list is complete has said that the others have left."""
    find_differences(run, kind=Kind.LEFT).update(decision=Decision.TAKE)
    brake = brake_of(run)
    if brake.is_on and not clean(reason):
        raise refusal_of(brake)
    run.overruled_reason = clean(reason)
    run.save(update_fields=["overruled_reason"])


def _report(look: Look) -> Report:
    return Report(
        counts_of(look),
        errors=look.errors,
        warnings=look.findings.warnings,
        waiting=[line for d in look.differences.found if (line := _waiting(look, d))],
    )


def _waiting(look: Look, difference: Difference) -> RowError | None:
    """A difference that only a person can decide, in words."""
    words = {
        Kind.EDITED: _("Corrected by hand here; the list says otherwise."),
        Kind.DUPLICATE: _("May be a person who has a record already."),
        Kind.LACKING: _("A new record needs more than the list tells."),
    }
    if difference.kind not in words:
        return None
    message = words[Kind(difference.kind)]
    return look.findings.tell(Problem(difference.row, "full_name", message, value=difference.name))


def told(report: Report) -> str:
    """The report in one sentence."""
    counts = report.counts
    return _(
        "%(rows)d rows: %(new)d new, %(changed)d changed, %(unchanged)d as recorded,"
        " %(waiting)d for somebody to decide, %(bad_rows)d with errors; %(written)d written."
    ) % {
        **counts,
        "waiting": len(report.waiting),
        "written": sum(report.written.values()),
    }


def errors_sheet(errors: Iterable[dict[str, Any]]) -> bytes:
    """A report's errors as an .xlsx, to send to whoever made the list."""
    keys = ("row", "column", "title", "value", "message", "mend")
    return write_sheet(
        _("Errors"),
        [
            _("Row"),
            _("Column"),
            _("Column title"),
            _("Value"),
            _("What is wrong"),
            _("How to mend it"),
        ],
        ([error[key] for key in keys] for error in errors),
    )
