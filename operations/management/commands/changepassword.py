from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.auth.management.commands import changepassword
from django.core.management.base import CommandError
from django.utils.translation import gettext as _


class Command(changepassword.Command):
    help = "Shut: one chooses one's own password, with a sign-in slip that the journal keeps."

    def handle(self, *args: Any, **options: Any) -> NoReturn:
        raise CommandError(
            _(
                "Nobody sets another's password here. An administrator prints a sign-in slip; where"
                " there is none left, make one with create_admin."
            )
        )
