from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from operations.chaining import verify

SHOWN = 20


class Command(BaseCommand):
    help = "Looks through the journal's chain: changed, missing, moved or added lines, a cut end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(verdict), ensure_ascii=False, indent=1))
        else:
            for fault in verdict.faults[:SHOWN]:
                self.stdout.write(f"  {fault}")
            told = {"lines": verdict.links, "faults": len(verdict.faults), "erased": verdict.erased}
            self.stdout.write(
                _(
                    "%(lines)d lines looked at, %(faults)d faults;"
                    " %(erased)d addresses erased by rule."
                )
                % told
            )
        if verdict.faults:
            raise SystemExit(1)
