"""One's own data: seen, taken away; the note on it, read once."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from cadres.models import Cadre
from operations.models import JournalEntry, PurposeRead
from operations.purposes import VERSION, read
from tests import cast
from tests.lms.building import LEARNER, NOBODY, World

DATA, NOTE = "/tai-khoan/du-lieu/", "/tai-khoan/muc-dich/"
KEYS = {
    "record", "posts", "roles", "identity_seen", "corrections", "changes", "obligations",
    "learning", "completions", "visits", "practice", "tries", "runs", "certificates",
    "account", "notices", "deeds", "purpose",
}  # fmt: skip
PASSWORD = "ba bông lúa vàng 1983"


def held(world: World, part: str) -> dict[str, Any]:
    answer = world.client(part).get(f"{DATA}tai-ve/json/")
    found: dict[str, Any] = json.loads(answer.content)["held"]
    return found


def test_one_sees_all_that_is_held_and_nobody_elses(world: World) -> None:
    page = world.client("learner").get(DATA).content.decode()
    assert LEARNER in page
    assert world.certificate.number in page
    assert "Trần Văn Bình" not in page
    assert LEARNER not in world.client("colleague").get(DATA).content.decode()


def test_a_visitor_is_asked_to_sign_in(world: World) -> None:
    assert world.client(NOBODY).get(DATA).status_code == 302


def test_the_json_has_every_kind_with_its_reason(world: World) -> None:
    found = held(world, "learner")
    assert found.keys() == KEYS
    assert all(section["why"] and section["how_long"] for section in found.values())
    assert found["certificates"]["rows"][0][0] == world.certificate.number
    assert all(
        len(row) == len(section["columns"]) for section in found.values() for row in section["rows"]
    )


def test_the_sheets_say_the_same(world: World) -> None:
    content = world.client("learner").get(f"{DATA}tai-ve/xlsx/").content
    book = load_workbook(BytesIO(content))
    assert len(book.worksheets) == 1 + len(KEYS)
    words = [str(cell) for sheet in book.worksheets for row in sheet.values for cell in row]
    assert LEARNER in words


def test_taking_it_away_is_journalled(world: World) -> None:
    held(world, "learner")
    assert JournalEntry.objects.filter(deed="own.export", actor=world.users["learner"]).exists()


def test_the_identity_number_stays_masked(world: World) -> None:
    number = "037180123456"
    cadre = cast.make_cadre(world.units, identity_number=number)
    client = Client()
    client.force_login(cadre.user)  # type: ignore[arg-type]
    for address in (DATA, f"{DATA}tai-ve/json/"):
        text = client.get(address).content.decode()
        assert number not in text
        assert "037•••••3456" in text


def test_an_account_without_a_record_has_its_data_too(world: World) -> None:
    assert held(world, "admin").keys() == {"account", "notices", "deeds", "purpose"}


def test_another_kind_of_file_is_not_found(world: World) -> None:
    assert world.client("learner").get(f"{DATA}tai-ve/pdf/").status_code == 404


# --- The note -------------------------------------------------------------------------------------


@pytest.fixture
def newcomer(world: World) -> Cadre:
    cache.clear()
    cadre = cast.make_cadre(world.units, phone="0900888001")
    assert cadre.user
    cadre.user.set_password(PASSWORD)
    cadre.user.save()
    return cadre


def sign_in() -> Client:
    client = Client()
    client.post("/tai-khoan/dang-nhap/", {"login": "0900888001", "password": PASSWORD})
    return client


def user_of(cadre: Cadre) -> User:
    assert cadre.user
    return cadre.user


def test_whoever_signs_in_first_reads_the_note_and_goes_where_they_wanted(newcomer: Cadre) -> None:
    client = sign_in()
    answer = client.get("/hoc/")
    assert answer.headers["Location"] == f"{NOTE}?next=/hoc/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "checkbox" not in page
    assert client.post(NOTE, {"next": "/hoc/"}).headers["Location"] == "/hoc/"
    assert client.get("/hoc/").status_code == 200


def test_it_is_remembered_with_version_and_time(newcomer: Cadre) -> None:
    sign_in().post(NOTE)
    note = PurposeRead.objects.get(user=newcomer.user)
    assert note.version == VERSION
    assert note.read_at


def test_it_is_asked_once(newcomer: Cadre) -> None:
    read(user_of(newcomer))
    assert sign_in().get("/hoc/").status_code == 200


def test_a_new_version_is_read_anew(newcomer: Cadre) -> None:
    PurposeRead.objects.create(user=user_of(newcomer), version=VERSION - 1)
    assert sign_in().get("/hoc/").status_code == 302


def test_one_is_not_led_away_from_the_platform(newcomer: Cadre) -> None:
    answer = sign_in().post(NOTE, {"next": "https://example.com/"})
    assert answer.headers["Location"] == "/"
