"""manage.py import_roster FILE [--dry-run] [--skip-bad-rows] [--complete [UNIT]]
[--stop-share PERCENT] [--reason WHY] [--json]"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cadres.models import RosterRun, Unit
from cadres.models.units import valid_on
from cadres.roster.comparing import Report as Watch
from cadres.roster.importing import Report, import_roster, told
from kit.dates import today
from kit.errors import Refusal

LISTED = "listed"


class Command(BaseCommand):
    help = "Enters and corrects people by a list (.xlsx, .csv); --dry-run only looks through it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="look through, write nothing")
        parser.add_argument("--skip-bad-rows", action="store_true", help="write the good rows")
        parser.add_argument(
            "--complete",
            nargs="?",
            const=LISTED,
            metavar="UNIT",
            help="the list has everyone of the unit with this code and below it (without a code:"
            " of every unit in it); who is not in it has left",
        )
        parser.add_argument(
            "--stop-share",
            type=int,
            choices=range(RosterRun.MOST_LEAVING + 1),
            default=RosterRun.MOST_LEAVING,
            metavar="PERCENT",
            help="write nothing when more of the people leave (at most %(default)s)",
        )
        parser.add_argument("--reason", default="", help="why more posts end than is usual")
        parser.add_argument("--json", action="store_true", help="the report for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as fault:
            raise CommandError(f"{options['file']}: {fault.strerror}", returncode=2) from None
        try:
            report = import_roster(
                content,
                by=None,
                name=options["file"].name,
                dry_run=options["dry_run"],
                skip_bad_rows=options["skip_bad_rows"],
                reason=options["reason"],
                stop_share=options["stop_share"],
                phases=self._watch,
                **self._coverage(options["complete"]),
            )
        except Refusal as refusal:
            self._refuse(refusal, as_json=options["json"])
        else:
            self._tell(report, options)

    def _coverage(self, told: str | None) -> dict[str, Any]:
        if told is None:
            return {}
        if told == LISTED:
            return {"coverage": RosterRun.Coverage.LISTED}
        unit = Unit.objects.filter(valid_on(today(), "versions__"), versions__code=told).first()
        if unit is None:
            raise CommandError(_("No unit has the code %(code)s.") % {"code": told}, returncode=2)
        return {"coverage": RosterRun.Coverage.BELOW, "covers": unit}

    def _watch(self, words: str) -> Watch:
        """Progress goes to where it disturbs no report."""

        def tell(done: int, total: int) -> None:
            self.stderr.write(f"{words}: {done}/{total}" if total else f"{words}: {done}")

        return tell

    def _refuse(self, refusal: Refusal, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"detail": str(refusal.message)}, ensure_ascii=False))
            sys.exit(1)
        raise CommandError(str(refusal.message), returncode=1)

    def _tell(self, report: Report, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
        else:
            for line in [*report.errors, *report.warnings, *report.waiting]:
                self.stdout.write(str(line))
            self.stdout.write(told(report))
            if options["dry_run"]:
                self.stdout.write(_("Looked through only; nothing was written."))
        if report.errors:
            sys.exit(1)
