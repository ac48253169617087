from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cadres.defining import define_group, define_position
from cadres.organising import establish, merge
from cadres.posting import assign
from cadres.scopes import access_of
from courses.enrolling import enrol
from courses.models import Obligation
from courses.requiring import waive
from courses.tracking import acting
from kit.dates import today
from tests import cast
from tests.courses.teams import LATE, SOON, Team, as_, make_team, owed
from tests.indicators.building import complete

PEOPLE = "/don-vi/"
EXPORT = "/don-vi/tien-do.xlsx"
READERS = ["manager", "owner", "auditor", "admin"]
ADDRESSES = [PEOPLE, EXPORT, "/don-vi/danh-sach-goi/", "/don-vi/yeu-cau/"]


@pytest.fixture
def team(db: Any) -> Team:
    return make_team()


def names(response: Any) -> list[str]:
    return [row.cadre.full_name for row in response.context["rows"]]


def sheet(response: Any) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(response.content))
    return list(book.active.iter_rows(min_row=3, values_only=True))  # type: ignore[union-attr]


@pytest.mark.parametrize("address", ADDRESSES)
def test_overseers_open_it_and_others_do_not(team: Team, address: str) -> None:
    team.require()
    for role in READERS:
        assert as_(getattr(team, role)).get(address).status_code == 200
    assert as_(team.learner).get(address).status_code == 404
    assert as_(None).get(address).status_code == 302


def test_a_manager_finds_only_the_own_people(team: Team) -> None:
    team.require(unit=team.units.root)
    assert names(as_(team.manager).get(PEOPLE)) == [cast.NAMES["colleague"], cast.NAMES["learner"]]
    assert names(as_(team.away_manager).get(PEOPLE)) == [cast.NAMES["stranger"]]
    assert len(names(as_(team.auditor).get(PEOPLE))) == 7


@pytest.mark.parametrize("address", [*ADDRESSES[:3], "/don-vi/nhac/"])
def test_another_unit_is_not_found(team: Team, address: str) -> None:
    team.require()
    query = f"?don-vi={team.units.away.public_id}"
    assert as_(team.manager).get(address + query).status_code == 404
    assert as_(team.owner).get(address + query).status_code == 200


def test_each_state_is_told_from_the_others(team: Team) -> None:
    starter, slow = (cast.make_cadre(team.units, full_name=n) for n in ("Vũ Văn Ý", "Hà Thị Ổn"))
    team.require()
    complete(team.learner, team.course, on=today())
    enrol(starter, team.course)
    Obligation.objects.filter(cadre__in=[team.learner, slow]).update(due_on=today() + LATE)
    rows = as_(team.manager).get(PEOPLE).context["rows"]
    assert {row.cadre.full_name: row.state for row in rows} == {
        cast.NAMES["learner"]: "done",
        "Vũ Văn Ý": "learning",
        "Hà Thị Ổn": "late",
        cast.NAMES["colleague"]: "new",
    }


def test_a_course_due_today_is_not_late(team: Team) -> None:
    team.require(timedelta(0))
    assert {row.state for row in as_(team.manager).get(PEOPLE).context["rows"]} == {"new"}


def test_the_tiles_count_what_their_filter_shows(team: Team) -> None:
    team.require()
    complete(team.learner, team.course, on=today())
    client = as_(team.manager)
    response = client.get(PEOPLE)
    assert response.context["tally"].people == 2
    for tile in response.context["tiles"]:
        assert len(names(client.get(PEOPLE + tile["address"]))) == tile["value"]


def test_filters_narrow_and_stay_in_the_address(team: Team) -> None:
    driver = define_position("lai-xe", "Lái xe", [define_group("lai-xe", "Lái xe")])
    cast.make_cadre(team.units, full_name="Vũ Văn Ý", position=driver)
    team.require()
    client = as_(team.manager)
    assert names(client.get(f"{PEOPLE}?nhom=lai-xe")) == ["Vũ Văn Ý"]
    assert names(client.get(f"{PEOPLE}?tim=diem+huong")) == [cast.NAMES["learner"]]
    assert names(client.get(f"{PEOPLE}?trang-thai=done")) == []
    assert len(names(client.get(f"{PEOPLE}?khoa=K1&nhom=chuyen-trach"))) == 2
    assert 'value="lai-xe" selected' in client.get(f"{PEOPLE}?nhom=lai-xe").content.decode()


def test_names_sort_as_vietnamese_readers_expect(team: Team) -> None:
    for name in ("Đỗ Việt Ất", "Nguyễn Thị Ngọc Ánh", "Trần Văn An"):
        cast.make_cadre(team.units, full_name=name)
    team.require()
    found = names(as_(team.manager).get(PEOPLE))
    assert found[:3] == ["Trần Văn An", "Nguyễn Thị Ngọc Ánh", "Đỗ Việt Ất"]
    assert names(as_(team.manager).get(f"{PEOPLE}?xep=-name")) == found[::-1]


@pytest.mark.parametrize("order", ["unit", "-unit", "due", "-due", "state", "-state", "nonsense"])
def test_every_order_shows_everyone(team: Team, order: str) -> None:
    team.require(unit=team.units.root)
    assert len(names(as_(team.admin).get(f"{PEOPLE}?xep={order}"))) == 7


def test_pressing_states_come_first(team: Team) -> None:
    team.require()
    complete(team.colleague, team.course, on=today())
    Obligation.objects.filter(cadre=team.learner).update(due_on=today() + LATE)
    rows = as_(team.manager).get(f"{PEOPLE}?xep=state").context["rows"]
    assert [row.state for row in rows] == ["late", "done"]


def test_one_who_moved_is_found_in_the_new_unit(team: Team) -> None:
    team.require()
    team.learner.posts.update(valid_to=today())
    assign(team.learner, team.units.away, team.units.position, since=today())
    assert names(as_(team.manager).get(PEOPLE)) == [cast.NAMES["colleague"]]
    assert names(as_(team.away_manager).get(PEOPLE)) == [cast.NAMES["learner"]]


def test_a_waived_course_is_not_listed(team: Team) -> None:
    team.require()
    waive(owed(team.learner), by=team.manager, reason="Nghỉ thai sản")
    assert names(as_(team.manager).get(PEOPLE)) == [cast.NAMES["colleague"]]


def test_the_export_holds_exactly_what_the_filter_shows(team: Team) -> None:
    for number in range(60):
        cast.make_cadre(team.units, full_name=f"Trần Văn Số {number}")
    team.require()
    complete(team.learner, team.course, on=today())
    client = as_(team.manager)
    assert len(sheet(client.get(EXPORT))) == 62
    (row,) = sheet(client.get(f"{EXPORT}?trang-thai=done"))
    assert row[0] == cast.NAMES["learner"]
    assert row[2] == "Phường Hoa Lư"
    assert row[10] == "Đã hoàn thành"
    assert len(sheet(client.get(f"{EXPORT}?trang-thai=new&tim=tran+van+so"))) == 60


def test_a_name_in_the_export_is_never_a_formula(team: Team) -> None:
    cast.make_cadre(team.units, full_name="=1+1 Nguyễn")
    team.require()
    book = load_workbook(io.BytesIO(as_(team.manager).get(EXPORT).content))
    kinds = {cell.data_type for cell in book.worksheets[0]["A"]}
    assert kinds == {"s"}


def test_no_mark_is_shown(team: Team) -> None:
    team.require()
    complete(team.learner, team.course, on=today())
    text = as_(team.manager).get(PEOPLE).content.decode()
    assert "kiểm tra: đạt" in text
    assert "9,0" not in text
    assert "9/10" not in text


@pytest.mark.parametrize(
    ("address", "most"), [(PEOPLE, 14), (f"{PEOPLE}?xep=unit", 14), (EXPORT, 11)]
)
def test_it_costs_the_same_for_few_and_for_many(team: Team, address: str, most: int) -> None:
    team.require()
    client = as_(team.manager)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    cost()
    few = cost()
    for _number in range(20):
        enrol(cast.make_cadre(team.units), team.course)
    assert cost() == few <= most


def test_the_call_list_names_phones_of_those_who_still_owe(team: Team) -> None:
    team.require()
    complete(team.learner, team.course, on=today())
    text = as_(team.manager).get("/don-vi/danh-sach-goi/").content.decode()
    assert "0912345678" in text
    assert cast.NAMES["learner"] not in text


def test_one_who_only_looks_acts_nowhere(team: Team) -> None:
    both = access_of(team.auditor), access_of(team.manager)
    assert [acting(access).grants for access in both] == [
        (),
        (("manager", team.units.home.pk),),
    ]


def test_an_empty_list_says_why_and_what_next(team: Team) -> None:
    text = as_(team.manager).get(PEOPLE).content.decode()
    assert "Chưa giao khóa học bắt buộc cho cán bộ ở đây" in text
    assert "/don-vi/yeu-cau/" in text


def test_later_pages_keep_the_filter(team: Team) -> None:
    for number in range(55):
        cast.make_cadre(team.units, full_name=f"Trần Văn Số {number}")
    team.require(SOON)
    client = as_(team.manager)
    assert len(names(client.get(f"{PEOPLE}?tim=tran&page=2"))) == 6
    assert "tim=tran&amp;page=2" in client.get(f"{PEOPLE}?tim=tran").content.decode()


def test_progress_is_shown_as_it_was_on_a_day(team: Team) -> None:
    team.require()
    complete(team.learner, team.course, on=today() - timedelta(days=10))
    client = as_(team.manager)
    then = today() - timedelta(days=20)
    rows = client.get(PEOPLE, {"ngay": f"{then:%d/%m/%Y}"}).context["rows"]
    assert {row.state for row in rows} == {"new"}
    assert {row.state for row in client.get(PEOPLE).context["rows"]} == {"done", "new"}


def test_of_a_former_day_one_sees_who_was_here_and_reminds_nobody(team: Team) -> None:
    team.require()
    team.learner.posts.update(valid_to=today())
    client = as_(team.manager)
    query = {"ngay": f"{today() - timedelta(days=5):%d/%m/%Y}", "to-chuc": "hien-nay"}
    response = client.get(PEOPLE, query)
    assert cast.NAMES["learner"] in names(response)
    assert "/don-vi/nhac/" not in response.content.decode()
    assert client.get("/don-vi/nhac/", query).status_code == 409
    head, *_rows = load_workbook(io.BytesIO(client.get(EXPORT, query).content)).active.iter_rows(  # type: ignore[union-attr]
        values_only=True
    )
    assert "quy đổi theo tổ chức hiện nay" in str(head[0])


def test_a_unit_that_was_not_there_yet_is_told_by_what_it_was(team: Team) -> None:
    day = today() - timedelta(days=10)
    new = establish("Phường Mới", "ward", parent=team.units.root, valid_from=day)
    merge([team.units.away], new, effective_on=day, document="NQ 1")
    query = {"don-vi": str(new.public_id), "ngay": f"{day - timedelta(days=1):%d/%m/%Y}"}
    response = as_(team.auditor).get(PEOPLE, query)
    assert [unit.name for unit in response.context["counterparts"]] == ["Xã Phát Diệm"]
    assert as_(team.manager).get(PEOPLE, query).status_code == 404
