"""The journal, read by unit: what was done to it, to all below it, and to their people."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cadres.models import Cadre, Role, Unit
from cadres.organising import merge, rename
from cadres.posting import end, move
from kit.dates import today
from operations.journalling import record
from tests import cast
from tests.cast import Units
from tests.lms.building import LEARNER, World, build_world


@pytest.fixture
def units(db: None) -> Units:
    return cast.build_units()


@pytest.fixture
def auditor(units: Units) -> Client:
    client = Client()
    client.force_login(cast.make_role(units, Role.AUDITOR, unit=units.root))
    return client


def someone(units: Units, unit: Unit, name: str) -> Cadre:
    cadre = cast.make_cadre(units, unit=unit, full_name=name)
    record("cadre.change", cadre, by=None)
    return cadre


def found(client: Client, unit: Unit, deed: str = "cadre.change") -> set[str]:
    page = client.get("/nhat-ky/", {"don-vi": str(unit.public_id), "viec": deed})
    return {entry.subject_name for entry, *_told in page.context["lines"]}


def test_a_unit_shows_what_was_done_to_its_people(units: Units, auditor: Client) -> None:
    someone(units, units.home, "Đỗ Việt Ất")
    someone(units, units.away, "Lê Thị Ngọc Ánh")
    assert found(auditor, units.home) == {"Đỗ Việt Ất"}
    assert found(auditor, units.root) == {"Đỗ Việt Ất", "Lê Thị Ngọc Ánh"}


def test_and_to_their_accounts_and_roles(units: Units, auditor: Client) -> None:
    manager = cast.make_role(units, Role.MANAGER, on=units.away, unit=units.away)
    record("account.password", manager, by=manager)
    assert found(auditor, units.away, "account.password") == {manager.full_name}
    assert found(auditor, units.home, "account.password") == set()
    assert len(found(auditor, units.away, "role.grant")) == 1


def test_and_to_the_unit_itself(units: Units, auditor: Client) -> None:
    rename(units.home, "Phường Hoa Lư Mới", effective_on=today(), document="QĐ 1")
    assert found(auditor, units.home, "unit.establish") == {"Phường Hoa Lư"}
    assert len(found(auditor, units.home, "unit.rename")) == 1
    assert found(auditor, units.away, "unit.rename") == set()


def test_one_who_moved_counts_where_one_is_now(units: Units, auditor: Client) -> None:
    cadre = someone(units, units.home, "Đỗ Việt Ất")
    move(cadre.posts.get(), units.away, on=today())
    assert found(auditor, units.home) == set()
    assert found(auditor, units.away) == {"Đỗ Việt Ất"}


def test_one_who_left_counts_where_one_was_last(units: Units, auditor: Client) -> None:
    cadre = someone(units, units.home, "Đỗ Việt Ất")
    end(cadre.posts.get(), on=today())
    assert found(auditor, units.home) == {"Đỗ Việt Ất"}
    assert found(auditor, units.away) == set()


def test_what_was_done_to_a_unit_is_found_where_it_went(units: Units, auditor: Client) -> None:
    merge([units.home], units.away, effective_on=today(), document="QĐ 2")
    assert "Phường Hoa Lư" in found(auditor, units.away, "unit.establish")


def test_the_learning_of_its_people_is_told_too(db: None) -> None:
    world: World = build_world()
    client = world.client("auditor")
    for deed in ("attempt.grade", "course.complete", "certificate.issue"):
        assert found(client, world.units.home, deed) == {LEARNER}
        assert found(client, world.units.away, deed) == set()


def test_the_sheet_holds_the_same(units: Units, auditor: Client) -> None:
    someone(units, units.home, "Đỗ Việt Ất")
    someone(units, units.away, "Lê Thị Ngọc Ánh")
    query = {"don-vi": str(units.away.public_id), "viec": "cadre.change"}
    content = auditor.get("/nhat-ky/tai-ve/", query).content
    rows = list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert [row[4] for row in rows[1:]] == ["Lê Thị Ngọc Ánh"]


def test_units_are_chosen_by_name(units: Units, auditor: Client) -> None:
    page = auditor.get("/nhat-ky/", {"don-vi": str(units.home.public_id)}).content.decode()
    assert f'<option value="{units.home.public_id}" selected>\u2003Phường Hoa Lư</option>' in page


def test_a_unit_costs_the_same_for_few_and_for_many(units: Units, auditor: Client) -> None:
    someone(units, units.home, "Đỗ Việt Ất")
    few = cost(auditor, units.home)
    for number in range(12):
        someone(units, units.home, f"Đỗ Việt Ất {number}")
    assert cost(auditor, units.home) == few <= 16


def cost(client: Client, unit: Unit) -> int:
    with CaptureQueriesContext(connection) as queries:
        found(client, unit)
    return len(queries)
