from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from certificates.models import Certificate
from certificates.verifying import register_faults


class Command(BaseCommand):
    help = "Looks through the register of certificates: numbers, counters, files, states."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(register_faults())
        looked_at = Certificate.objects.count()
        if options["json"]:
            report = {"certificates": looked_at, "faults": [asdict(fault) for fault in faults]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        else:
            for fault in faults:
                self.stdout.write(f"  {fault}")
            told = {"certificates": looked_at, "faults": len(faults)}
            self.stdout.write(
                _("%(certificates)d certificates looked at, %(faults)d faults.") % told
            )
        if faults:
            raise SystemExit(1)
