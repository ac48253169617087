"""manage.py reorganise FILE [--dry-run] [--json]"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from cadres.foreseeing import Plan
from cadres.previewing import Preview, preview, told
from cadres.reorganising import apply
from cadres.transcribing import Transcript, foresee_file
from kit.errors import Refusal


class Command(BaseCommand):
    help = "Carries out the reorganisation of an .xlsx file; with --dry-run only tells of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="look through, write nothing")
        parser.add_argument("--json", action="store_true", help="the report for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as fault:
            raise CommandError(f"{options['file']}: {fault.strerror}", returncode=2) from None
        try:
            transcript, foreseen = foresee_file(content)
            seen = preview(foreseen) if foreseen else None
            if foreseen and not options["dry_run"]:
                apply(foreseen.act, by=None)
        except Refusal as refusal:
            self._refuse(refusal, as_json=options["json"])
        else:
            self._tell(transcript, foreseen, seen, options)

    def _refuse(self, refusal: Refusal, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"detail": str(refusal.message)}, ensure_ascii=False))
            sys.exit(1)
        raise CommandError(str(refusal.message), returncode=1)

    def _tell(
        self,
        transcript: Transcript,
        foreseen: Plan | None,
        seen: Preview | None,
        options: dict[str, Any],
    ) -> None:
        written = foreseen is not None and not options["dry_run"]
        if options["json"]:
            report = transcript.as_dict() | {"written": written}
            report["preview"] = asdict(seen) if seen else None
            self.stdout.write(
                json.dumps(report, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
            )
        else:
            for error in transcript.errors:
                self.stdout.write(str(error))
            for line in told(seen) if seen else []:
                self.stdout.write(line)
            if not written:
                self.stdout.write(_("Looked through only; nothing was written."))
        if transcript.errors:
            sys.exit(1)
