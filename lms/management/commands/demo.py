from __future__ import annotations

import gc
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from lms.demo.building import build


class Command(BaseCommand):
    help = "Builds the demo, tables and all; what is there already stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["json"]
        # The product itself is no garbage: left out, an eighth of the building is saved.
        gc.freeze()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        summary = build(lambda line: None if as_json else self.stdout.write(f"  {line}"))
        if as_json:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
            return
        self.stdout.write(f"  {len(summary['accounts'])} tài khoản trình diễn: var/demo.json")
