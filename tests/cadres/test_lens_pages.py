from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from cadres.attesting import attest
from cadres.models import Cadre, Role, UnitVersion
from cadres.organising import establish, merge
from tests import cast
from tests.cast import Units

PEOPLE = "/don-vi/nguoi/"
MERGED_ON = date(2026, 3, 1)
THEN = "ngay=01/02/2026"
NOW = f"{THEN}&to-chuc=hien-nay"


@pytest.fixture
def heir(units: Units, stranger: Cadre) -> User:
    """Manages the ward that `away` merged into."""
    new = establish("Phường Mới", UnitVersion.Kind.WARD, parent=units.root, valid_from=MERGED_ON)
    merge([units.away], new, effective_on=MERGED_ON, document="NQ 1")
    return cast.make_role(units, Role.MANAGER, on=new, unit=units.root)


def names(response: Any) -> list[str]:
    return [cadre.full_name for cadre in response.context["people"]]


def test_the_heir_finds_who_was_there_on_the_day(enter: Any, heir: User, stranger: Cadre) -> None:
    client = enter(heir)
    for query in (THEN, NOW):
        response = client.get(f"{PEOPLE}?{query}")
        assert names(response) == [stranger.full_name]
        assert "Xã Phát Diệm" in response.content.decode()
    assert "Phường Mới" in client.get(f"{PEOPLE}?{NOW}").content.decode()


def test_another_manager_finds_nobody_of_then(
    enter: Any, units: Units, heir: User, manager: User, stranger: Cadre
) -> None:
    query = f"{THEN}&unit={units.away.public_id}"
    assert stranger.full_name not in names(enter(manager).get(f"{PEOPLE}?{query}"))


def test_a_unit_that_was_not_there_is_told_by_what_it_was(
    enter: Any, units: Units, heir: User, auditor: User
) -> None:
    new = UnitVersion.objects.get(name="Phường Mới").unit
    response = enter(auditor).get(f"{PEOPLE}?{THEN}&unit={new.public_id}")
    assert [unit.name for unit in response.context["counterparts"]] == ["Xã Phát Diệm"]
    assert names(response) == []
    assert "Ngày 01/02/2026 chưa có Phường Mới" in response.content.decode()


def test_one_who_has_left_ones_scope_is_named_but_not_opened(
    enter: Any, units: Units, heir: User, stranger: Cadre
) -> None:
    stranger.posts.filter(valid_to=None).update(unit=units.home)
    page = enter(heir).get(f"{PEOPLE}?{THEN}").content.decode()
    assert stranger.full_name in page
    assert f"/don-vi/nguoi/{stranger.public_id}/" not in page


def test_the_export_of_a_day_names_the_day_and_keeps_telephones_to_itself(
    enter: Any, heir: User, stranger: Cadre
) -> None:
    Cadre.objects.filter(pk=stranger.pk).update(phone="0912345678")
    content = enter(heir).get(f"{PEOPLE}tai-ve/?{NOW}").content
    rows = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert "tính đến 01/02/2026, quy đổi theo tổ chức hiện nay" in str(rows[0][0])
    assert rows[1][-1] == "Đơn vị hiện nay"
    assert rows[2][-1] == "Phường Mới"
    assert "0912345678" not in str(rows)


def test_a_day_that_is_none_is_told_beside_its_field_and_makes_no_file(
    enter: Any, auditor: User
) -> None:
    client = enter(auditor)
    page = client.get(f"{PEOPLE}?ngay=hôm+qua").content.decode()
    assert "ví dụ 05/9/1980" in page
    assert client.get(f"{PEOPLE}tai-ve/?ngay=31/02/2026").status_code == 400


def test_a_list_of_another_day_costs_the_same_for_any_number(
    enter: Any, units: Units, heir: User
) -> None:
    client = enter(heir)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{PEOPLE}?{NOW}").status_code == 200
        return len(queries)

    cost()
    few = cost()
    for number in range(8):
        cast.make_cadre(units, unit=units.away, full_name=f"Trần Văn {number}")
        establish(f"Xã {number}", UnitVersion.Kind.WARD, parent=units.root, valid_from=cast.FOUNDED)
    assert cost() == few <= 18


@pytest.mark.parametrize("query", [THEN, NOW])
def test_of_a_former_day_it_is_the_confirmation_of_then(
    enter: Any, units: Units, heir: User, query: str
) -> None:
    attest(units.away, by=None, on=date(2026, 1, 15))
    attest(units.root, by=None, on=date(2026, 4, 1))
    text = enter(heir).get(f"{PEOPLE}?{query}").content.decode()
    assert "xác nhận ngày 15/01/2026" in text
