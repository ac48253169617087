"""Takes in a package or approves a library, stops where it is told and waits to be killed.

python -m tests.media.stopping DEED WHAT USER PLACE NUMBER: DEED is take_in (of a file) or approve
(of a row); PLACE is file (the NUMBER-th has been written), half (half of it), the name of a table
(its NUMBER-th row has been written), or nowhere.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test import override_settings
from django.utils.module_loading import import_string

STOPPED = "stopped"


def stop() -> None:
    print(STOPPED, flush=True)
    signal.pause()


class Stopping(FileSystemStorage):
    """A folder that stops at a file."""

    def __init__(self, place: str, number: int) -> None:
        super().__init__()
        self.place, self.left = place, number

    def _save(self, name: str, content: Any) -> str:
        self.left -= 1
        if self.left or self.place not in ("file", "half"):
            return super()._save(name, content)
        told = content.read()
        kept = told if self.place == "file" else told[: len(told) // 2]
        saved = super()._save(name, ContentFile(kept))
        stop()
        return saved


class StoppingRows:
    """Stops when a table has that many rows more."""

    def __init__(self, table: str, number: int) -> None:
        self.start, self.left = f'INSERT INTO "{table}"', number

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        done = execute(sql, *rest)
        if sql.startswith(self.start):
            self.left -= 1
            if not self.left:
                stop()
        return done


def do(deed: str, what: str, user: str) -> None:
    by = apps.get_model("accounts", "User").objects.get(pk=user)
    if deed == "take_in":
        with Path(what).open("rb") as file:
            import_string("media.taking_in.take_in")(file, by=by)
    else:
        row = apps.get_model("media", "LibraryVersion").objects.get(pk=what)
        import_string("media.deciding.approve")(row, by=by)


if __name__ == "__main__":
    deed, what, user, place, number = sys.argv[1:]
    django.setup()
    options = {"place": place, "number": int(number)}
    stopping = {"BACKEND": "tests.media.stopping.Stopping", "OPTIONS": options}
    with (
        override_settings(STORAGES=settings.STORAGES | {"default": stopping}),
        connection.execute_wrapper(StoppingRows(place, int(number))),
    ):
        do(deed, what, user)
