"""Deeds done by a process of its own, on the test's database, so that it can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

HOUSE = Path(__file__).resolve().parents[1]


def running(*command: str, storage: Path | str) -> subprocess.Popen[str]:
    """Python with these arguments, its words to be read."""
    told = {
        "DATABASE_URL": _database_address(),
        "STORAGE_URL": str(storage),
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=HOUSE,
        env=os.environ | told,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _database_address() -> str:
    """The test's own database, for another process."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    address = os.environ["DATABASE_URL"]
    return f"{address.rsplit('/', 1)[0]}/{told['NAME']}"
