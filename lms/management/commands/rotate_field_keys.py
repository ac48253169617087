from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from lms.rotating import sealed
from operations.rotating import rotate


class Command(BaseCommand):
    help = "Seals anew with the newest key of FIELD_KEYS whatever an older one covers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, write nothing")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        things = sealed()
        try:
            counts = rotate(things, by=None, is_trial=options["dry_run"])
        except InvalidToken:
            words = _(
                "A value can be read with no key of FIELD_KEYS. Put the lost key back at the end."
            )
            raise CommandError(words, returncode=1) from None
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        for thing in things:
            self.stdout.write(f"  {thing.title}: {counts[thing.code]}")
        if options["dry_run"]:
            self.stdout.write(_("These would be encrypted anew; nothing was written."))
        else:
            self.stdout.write(_("Encrypted anew. Keys after the first one may now be dropped."))
