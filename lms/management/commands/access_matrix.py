from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from lms.routes import all_routes


class Command(BaseCommand):
    help = "Every route and who may read it or act there, as the code has it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the table as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        routes = all_routes()
        bare = [route.path for route in routes if route.row is None]
        if options["json"]:
            table = [
                {
                    "path": route.path,
                    "name": route.name,
                    "read": sorted(route.row.read) if route.row else [],
                    "act": sorted(route.row.act) if route.row else [],
                }
                for route in routes
            ]
            self.stdout.write(json.dumps(table, ensure_ascii=False, indent=1))
        else:
            for route in routes:
                read = ", ".join(sorted(route.row.read)) if route.row else "—"
                act = ", ".join(sorted(route.row.act)) if route.row else "—"
                self.stdout.write(f"/{route.path:<60} {read:<40} {act}")
        if bare:
            self.stderr.write(f"{len(bare)} routes open for nobody: {', '.join(bare[:5])}")
            raise SystemExit(1)
