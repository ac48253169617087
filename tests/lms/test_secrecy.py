"""Identity numbers and passwords: never in the journal, a job, an export, a page or a log."""

from __future__ import annotations

import json
import logging
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.admitting import issue_slips
from accounts.models import User
from cadres.models import Cadre
from kit.secrets import keyed_hash
from operations.models import Job, JournalEntry, Notice
from operations.working import run_job
from tests import cast
from tests.cadres.rosters import roster, row

START = "/don-vi/nhap-danh-sach/"
NUMBERS = ["037180123456", "037080654321"]
BROKEN = "0371801234567"


@pytest.fixture
def admin(db: None) -> User:
    cast.build_units()
    return cast.make_admin()


@pytest.fixture
def logged() -> Any:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def import_them(client: Client) -> None:
    people = [
        row(full_name="Vũ Thị Lan", identity=NUMBERS[0]),
        row(full_name="Đỗ Việt Ất", identity=NUMBERS[1], gender="Nam"),
        row(full_name="Lê Thị Hoa", identity=BROKEN),
    ]
    sent = {"file": SimpleUploadedFile("ds.xlsx", roster(people)), "day": "30/09/2026"}
    run = client.post(START, sent).headers["Location"]
    run_jobs()
    client.get(run)
    client.post(f"{run}ghi/", {"skip": "1"})
    run_jobs()


def run_jobs() -> None:
    for job in Job.objects.filter(state="waiting"):
        run_job(job.pk)


def sheet_words(content: bytes) -> str:
    book = load_workbook(BytesIO(content))
    return json.dumps(
        [list(map(str, line)) for sheet in book for line in sheet.values], ensure_ascii=False
    )


def everything_told(client: Client, logged: StringIO) -> str:
    """What journal, jobs, notices, pages, exports and the log say, in one string."""
    rows = [list(model._default_manager.values_list()) for model in (JournalEntry, Job, Notice)]
    pages = ["/don-vi/nguoi/", "/nhat-ky/", "/api/v1/people/"]
    pages += [reverse("cadres:person", args=[cadre.public_id]) for cadre in Cadre.objects.all()]
    sheets = ["/don-vi/nguoi/tai-ve/", "/nhat-ky/tai-ve/", "/tai-khoan/du-lieu/tai-ve/xlsx/"]
    return "\n".join(
        [
            str(rows),
            *(client.get(address).content.decode() for address in pages),
            *(sheet_words(client.get(address).content) for address in sheets),
            logged.getvalue(),
        ]
    )


def test_an_import_leaves_identity_numbers_nowhere_but_sealed(
    admin: User, logged: StringIO
) -> None:
    client = enter(admin)
    import_them(client)
    assert {cadre.identity_number for cadre in Cadre.objects.all()} == set(NUMBERS)
    told = everything_told(client, logged)
    assert "Vũ Thị Lan" in told
    for number in (*NUMBERS, BROKEN):
        assert number not in told
        assert keyed_hash(number) not in told


def test_the_command_prints_none(admin: User, logged: StringIO, tmp_path: Any, capsys: Any) -> None:
    file = tmp_path / "ds.xlsx"
    file.write_bytes(roster([row(identity=NUMBERS[0]), row(full_name="Lê Hoa", identity=BROKEN)]))
    with pytest.raises(SystemExit):
        call_command("import_roster", str(file), "--dry-run")
    told = capsys.readouterr().out + logged.getvalue()
    assert NUMBERS[0] not in told
    assert BROKEN not in told


def test_passwords_are_written_nowhere(admin: User, logged: StringIO) -> None:
    client = enter(admin)
    import_them(client)
    cadre = Cadre.objects.order_by("pk")[0]
    assert cadre.user
    (printed,) = issue_slips([cadre.user], by=admin)
    assert printed.code not in everything_told(client, logged)
