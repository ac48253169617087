from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandError
from django.utils.translation import gettext as _


class Command(createsuperuser.Command):
    help = "Shut: what one may do comes from roles, and the journal keeps who gave them."

    def handle(self, *args: Any, **options: Any) -> NoReturn:
        raise CommandError(
            _("Nobody may do everything here. Make an administrator with create_admin.")
        )
