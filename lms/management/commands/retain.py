from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from lms.keeping import KEEPINGS
from operations.retaining import retain


class Command(BaseCommand):
    help = "Anonymises or erases what is past its retention rule; with --dry-run only counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, end nothing")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        ended = retain(KEEPINGS, is_trial=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps({one.code: one.count for one in ended}))
            return
        for one in ended:
            self.stdout.write(f"  {one.title}: {one.count}")
        if not ended:
            self.stdout.write(_("There is no retention rule, so everything is kept."))
        elif options["dry_run"]:
            self.stdout.write(_("Counted only; everything is still there."))
