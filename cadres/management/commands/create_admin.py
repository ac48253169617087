from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.admitting import issue_slips
from accounts.models import User
from cadres.granting import grant
from cadres.models import Role
from kit.dates import day_of
from operations.journalling import record


class Command(BaseCommand):
    help = "The first administrator of a new installation; the password is chosen in the browser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="the name to sign in with")
        parser.add_argument("--name", required=True, help="the full name")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        account = options["account"]
        if User.objects.filter(username=account).exists():
            raise CommandError(_("There is already an account %(name)s.") % {"name": account})
        user = User.objects.create_user(account, full_name=options["name"])
        grant(user, Role.ADMIN, reason=_("The first administrator"))
        slip = issue_slips([user], by=user)[0]
        record("slip.print", user, by=None, after={"to": str(day_of(slip.slip.expires_at))})
        self.stdout.write(_("Open this address and choose a password; it works once:"))
        self.stdout.write(slip.address)
