from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.admitting import forget_second_step
from kit.errors import Refusal


class Command(BaseCommand):
    help = "For an account no page reaches any more: the only administrator's, who lost the phone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="the name one signs in with")
        parser.add_argument("--reason", required=True, help="kept in the journal")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["account"]).first()
        if user is None:
            raise CommandError(_("There is no account %(name)s.") % {"name": options["account"]})
        try:
            forget_second_step(user, reason=options["reason"])
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(_("The second step was taken off; the next sign-in asks for a new one."))
