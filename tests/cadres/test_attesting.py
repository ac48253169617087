from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cadres import attesting
from cadres.attesting import attest, count, coverage_of, open_in, remind_managers
from cadres.models import Attestation, Cadre, Role, RosterRun
from cadres.posting import assign, end
from cadres.roster import looking, undoing
from cadres.scopes import access_of
from kit.dates import format_day
from kit.errors import Refusal
from operations.models import JournalEntry, Notice
from tests import cast
from tests.cadres.rosters import roster, row
from tests.cast import Units

DAY = date(2026, 11, 3)


def numbers(units: Units) -> dict[str, int]:
    return {row.difference.name: row.number for row in open_in(units.home.pk, DAY)}


def test_people_are_counted_once_and_by_group(
    units: Units, learner: Cadre, colleague: Cadre, stranger: Cadre
) -> None:
    assign(learner, units.away, units.position, since=DAY)
    assert count(units.home.pk, DAY).people == 2
    assert count(units.root.pk, DAY).people == 3
    assert count(units.root.pk, DAY).groups == [(units.group, 3)]


def test_confirming_keeps_the_numbers_the_day_and_who(units: Units, manager: User) -> None:
    made = attest(units.home, by=manager, on=DAY)
    assert made.counts == {"people": 1, "groups": {units.group.code: 1}}
    assert made.open == {"without_phone": 1}
    assert (made.attested_on, made.attested_by) == (DAY, manager)
    assert JournalEntry.objects.get(deed="unit.attest").after["people"] == 1


def test_it_is_confirmed_once_a_day_and_only_as_it_was_looked_at(
    units: Units, manager: User
) -> None:
    with pytest.raises(Refusal):
        attest(units.home, by=manager, expected=7, on=DAY)
    with pytest.raises(Refusal):
        attest(units.away, by=manager, on=DAY)
    attest(units.home, by=manager, expected=1, on=DAY)
    with pytest.raises(Refusal):
        attest(units.home, by=manager, on=DAY)
    attest(units.home, by=manager, on=DAY + timedelta(1))
    assert Attestation.objects.count() == 2


def test_a_unit_above_says_how_many_of_its_units_have_confirmed(
    units: Units, learner: Cadre, stranger: Cadre, manager: User
) -> None:
    attest(units.home, by=manager, on=DAY)
    above = coverage_of([units.root.pk], DAY)
    assert (above.confirmed_on, above.units, above.attested) == (None, 2, 1)
    assert f"lần gần nhất ngày {format_day(DAY)}" in above.words
    own = coverage_of([units.home.pk], DAY)
    assert (own.confirmed_on, own.is_fresh) == (DAY, True)
    december = coverage_of([units.home.pk], date(2026, 12, 1))
    assert (december.confirmed_on, december.is_fresh) == (DAY, False)


def test_people_of_several_units_are_confirmed_since_the_oldest_day(
    units: Units, learner: Cadre, stranger: Cadre, manager: User
) -> None:
    attest(units.away, by=manager, on=DAY - timedelta(40))
    attest(units.home, by=manager, on=DAY)
    above = coverage_of([units.root.pk], DAY)
    assert (above.confirmed_on, above.attested) == (DAY - timedelta(40), 1)


def test_who_confirms_above_confirms_all_below(
    units: Units, learner: Cadre, stranger: Cadre, admin: User
) -> None:
    attest(units.root, by=admin, on=DAY)
    assert coverage_of([units.away.pk], DAY).confirmed_on == DAY
    assert coverage_of([units.root.pk], DAY).attested == 2


def test_what_is_open_is_named(units: Units, learner: Cadre) -> None:
    cast.make_cadre(units, full_name="Lê Văn Tư", phone="0912345678", born_year_only=True)
    cast.make_cadre(units, full_name="Lê Văn Tư", phone="0912345679", born_on=date(1980, 1, 2))
    leaving = cast.make_cadre(units, full_name="Vũ Thị Lan", phone="0912345670")
    end(leaving.posts.get(), on=DAY + timedelta(10))
    assert numbers(units) == {"without_phone": 1, "year_only": 1, "ending": 1, "double": 2}
    assert coverage_of([units.home.pk], DAY).open == 4


def test_two_people_of_one_name_with_numbers_of_their_own_are_no_double(units: Units) -> None:
    for number in ("037080000001", "037080000002"):
        cast.make_cadre(units, phone=f"09{number[-8:]}", identity_number=number)
    assert numbers(units) == {}


# --- What lists say otherwise -------------------------------------------------------------------


def dispute(*rows: dict[str, Any], by: User) -> RosterRun:
    """A list whose differences nobody has decided."""
    run = looking.begin("ds.xlsx", roster(rows), by=by, on=DAY)
    looking.check(run)
    run.differences.update(decision="")
    return run


def test_an_undecided_difference_is_open(units: Units, manager: User) -> None:
    lan = cast.make_cadre(units, full_name="Vũ Thị Lan", phone="0912345678")
    run = dispute(row(code=lan.code, phone="0912345679"), by=manager)
    assert numbers(units)["contested"] == 1
    run.differences.update(decision="take")
    assert "contested" not in numbers(units)


def test_one_who_may_be_meant_by_a_list_is_open_too(units: Units, manager: User) -> None:
    cast.make_cadre(units, full_name="Vũ Thị Lân", phone="0912345678", born_on=date(1980, 9, 5))
    run = dispute(row(full_name="Vũ Thị Lan"), by=manager)
    assert run.differences.get().kind == "duplicate"
    assert numbers(units)["contested"] == 1


def test_a_list_put_aside_asks_nothing(units: Units, manager: User) -> None:
    lan = cast.make_cadre(units, full_name="Vũ Thị Lan", phone="0912345678")
    undoing.drop(dispute(row(code=lan.code, phone="0912345679"), by=manager))
    assert "contested" not in numbers(units)


def test_the_lists_are_told_to_who_may_open_them(units: Units, manager: User, admin: User) -> None:
    lan = cast.make_cadre(units, full_name="Vũ Thị Lan")
    run = dispute(row(code=lan.code, phone="0912345679"), by=manager)
    other = cast.make_role(units, Role.MANAGER, on=units.home)
    owner = cast.make_role(units, Role.OWNER)
    found = {
        name: [
            (waiting.run, waiting.number)
            for waiting in coverage_of([units.root.pk], DAY, access_of(who)).lists
        ]
        for name, who in [("own", manager), ("admin", admin), ("other", other), ("owner", owner)]
    }
    assert found == {"own": [(run, 1)], "admin": [(run, 1)], "other": [], "owner": []}


def test_a_list_about_other_units_is_not_told(units: Units, manager: User) -> None:
    lan = cast.make_cadre(units, full_name="Vũ Thị Lan")
    dispute(row(code=lan.code, phone="0912345679"), by=manager)
    assert coverage_of([units.away.pk], DAY, access_of(manager)).lists == []


@pytest.mark.parametrize("address", ["/don-vi/xac-nhan/{}/", "/don-vi/nguoi/?unit={}"])
def test_the_page_leads_to_the_list(enter: Any, units: Units, manager: User, address: str) -> None:
    lan = cast.make_cadre(units, full_name="Vũ Thị Lan")
    run = dispute(row(code=lan.code, phone="0912345679"), by=manager)
    link = f'href="/don-vi/nhap-danh-sach/{run.pk}/?decision=none#differences"'
    text = enter(manager).get(address.format(units.home.public_id)).content.decode()
    assert link in text
    assert "Danh sách ds.xlsx còn 1 điểm khác chưa quyết định" in text
    other = cast.make_role(units, Role.MANAGER, on=units.home)
    text = enter(other).get(address.format(units.home.public_id)).content.decode()
    assert link not in text
    assert "hồ sơ còn điểm cần làm rõ" in text or "chưa quyết định: 1" in text


def test_what_is_open_is_counted_once_a_minute(units: Units, monkeypatch: Any) -> None:
    monkeypatch.setattr(attesting._lately, "default_timeout", 60)
    cast.make_cadre(units, phone="")
    first = coverage_of([units.root.pk], DAY).open
    cast.make_cadre(units, phone="")
    assert coverage_of([units.root.pk], DAY).open == first
    attesting._lately.clear()
    assert coverage_of([units.root.pk], DAY).open == first + 1


def test_managers_who_have_not_confirmed_are_told_once_a_month(
    units: Units, learner: Cadre, manager: User
) -> None:
    assert [remind_managers(on=DAY + timedelta(n)) for n in range(3)] == [1, 0, 0]
    notice = Notice.objects.get(recipient=manager)
    assert notice.address == f"/don-vi/xac-nhan/{units.home.public_id}/"
    assert remind_managers(on=date(2026, 12, 1)) == 1


def test_who_has_confirmed_is_not_told(units: Units, learner: Cadre, manager: User) -> None:
    attest(units.home, by=manager, on=DAY)
    assert remind_managers(on=DAY) == 0


def test_looking_costs_the_same_for_any_number_of_people(units: Units, manager: User) -> None:
    costs = []
    for _round in range(2):
        for _number in range(5):
            cast.make_cadre(units)
        with CaptureQueriesContext(connection) as queries:
            coverage_of([units.root.pk], DAY)
        costs.append(len(queries))
    assert costs == [4, 4]
