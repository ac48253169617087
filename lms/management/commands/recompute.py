"""Rebuilds every computed figure from the facts; with --check, only looks."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cadres.organising import rebuild_ancestry
from cadres.recomputing import ancestry_differences
from courses.recomputing import progress_differences, rebuild_progress
from indicators.measuring import find_differences, remeasure
from indicators.models import Plan

SHOWN = 20


class Command(BaseCommand):
    help = "Rebuilds ancestry, progress and figures from the facts"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only report differences")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        found = self._differences()
        differing = sum(len(lines) for lines in found.values())
        if not options["check"]:
            self._rebuild(found)
        if options["json"]:
            self.stdout.write(json.dumps({"differences": differing, **found}, ensure_ascii=False))
        else:
            self._tell(found, is_check=options["check"])
        if options["check"] and differing:
            raise SystemExit(1)  # as the contract says: something differs

    def _differences(self) -> dict[str, list[str]]:
        figures = [line for plan in Plan.objects.all() for line in find_differences(plan)]
        return {
            "ancestry": ancestry_differences(),
            "progress": progress_differences(),
            "figures": figures,
        }

    def _rebuild(self, found: dict[str, list[str]]) -> None:
        if found["ancestry"]:
            rebuild_ancestry()
        rebuild_progress()
        for plan in Plan.objects.exclude(measured_on=None):
            remeasure(plan, on=plan.measured_on)

    def _tell(self, found: dict[str, list[str]], *, is_check: bool) -> None:
        for what, lines in found.items():
            done = "" if is_check or not lines else ", rebuilt"
            self.stdout.write(f"{what}: {len(lines)} differences{done}")
            for line in lines[:SHOWN]:
                self.stdout.write(f"  {line}")
