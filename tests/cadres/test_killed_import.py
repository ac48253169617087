"""A process killed in the middle of writing leaves nothing behind, and may begin again."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from cadres.models import Cadre, Post, RosterMemory, RosterRun
from operations.models import Change, ChangeSet, JournalEntry
from tests import cast
from tests.cadres.rosters import roster, row
from tests.processes import running

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 3000


def importing(file: Path, folder: Path) -> subprocess.Popen[str]:
    return running("manage.py", "import_roster", str(file), storage=folder / "uploads")


def counts() -> list[int]:
    models: list[Any] = [User, Cadre, Post, RosterMemory, Change, ChangeSet, JournalEntry]
    return [model.objects.count() for model in models]


def names() -> list[str]:
    letters = "ABCDEGHIKLMNOPQRSTUV"
    middles = [a + b.lower() + c.lower() for a in letters for b in letters for c in letters]
    return [f"Lê {middle} An" for middle in middles[:ROWS]]


def test_a_killed_import_leaves_nothing_half_done(tmp_path: Path) -> None:
    cast.build_units()
    file = tmp_path / "ds.xlsx"
    file.write_bytes(roster(row(full_name=name, gender="Nam") for name in names()))
    before = counts()
    process = importing(file, tmp_path)
    assert process.stderr is not None
    for line in process.stderr:
        if "Đang ghi thay đổi: 1000/" in line:
            process.send_signal(signal.SIGKILL)
            break
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert counts() == before
    assert RosterRun.objects.get().state == "open"
    again = importing(file, tmp_path)
    told, complaints = again.communicate()
    assert again.returncode == 0, complaints
    assert f"đã ghi {ROWS}" in told
    assert Cadre.objects.count() == ROWS
