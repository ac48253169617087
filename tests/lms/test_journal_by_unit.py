"""The journal, read by unit: what was done to it, to all below it, to their people of the day."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cadres.acts import Act, Document, Establish, Kind, merging
from cadres.admitting import print_slips
from cadres.attesting import attest
from cadres.defining import define_group
from cadres.granting import grant
from cadres.grouping import Ending, NewListing, NewRule, change
from cadres.models import Cadre, Reorganisation, Role, Unit
from cadres.organising import dissolve, establish, merge, rename, split
from cadres.posting import assign, end, move
from cadres.registering import register_all
from cadres.reorganising import apply, undo
from cadres.retaining import anonymise
from cadres.roster import undoing, writing
from cadres.scopes import access_of
from courses.reminding import start
from courses.tracking import Wanted
from kit.dates import today
from operations.journalling import record
from tests import cast
from tests.cadres.rosters import row
from tests.cadres.test_roster_runs import begin, settle, written
from tests.cast import FOUNDED, Units
from tests.courses.teams import make_team
from tests.lms.building import LEARNER, World, build_world
from tests.lms.test_journal import signed_in


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
    assert len(found(auditor, units.home, "role.grant")) == 0


def test_a_role_without_a_unit_is_told_where_its_holder_was_last(
    units: Units, auditor: Client
) -> None:
    cadre = cast.make_cadre(units, unit=units.away)
    assert cadre.user
    end(cadre.posts.get(), on=today())
    grant(cadre.user, Role.TRAINER)
    assert len(found(auditor, units.away, "role.grant")) == 1


def test_and_to_the_unit_itself(units: Units, auditor: Client) -> None:
    rename(units.home, "Phường Hoa Lư Mới", effective_on=today(), document="QĐ 1")
    assert found(auditor, units.home, "unit.establish") == {"Phường Hoa Lư"}
    assert len(found(auditor, units.home, "unit.rename")) == 1
    assert found(auditor, units.away, "unit.rename") == set()


def test_what_was_done_counts_where_one_was_that_day(units: Units, auditor: Client) -> None:
    cadre = someone(units, units.home, "Đỗ Việt Ất")
    move(cadre.posts.get(), units.away, on=today())
    assert found(auditor, units.home) == {"Đỗ Việt Ất"}
    assert found(auditor, units.away) == set()
    record("cadre.change", cadre, by=None)
    assert found(auditor, units.away) == {"Đỗ Việt Ất"}


def test_a_move_is_told_where_one_leaves_and_where_one_comes(units: Units, auditor: Client) -> None:
    cadre = cast.make_cadre(units, full_name="Đỗ Việt Ất")
    move(cadre.posts.get(), units.away, on=today())
    for unit in (units.home, units.away):
        assert found(auditor, unit, "post.move") == {"Đỗ Việt Ất"}


def test_one_with_two_posts_counts_in_both_units(units: Units, auditor: Client) -> None:
    cadre = cast.make_cadre(units, full_name="Đỗ Việt Ất")
    assign(cadre, units.away, units.position, since=today())
    record("cadre.change", cadre, by=None)
    for unit in (units.home, units.away):
        assert found(auditor, unit) == {"Đỗ Việt Ất"}


def test_one_who_left_counts_where_one_was_last(units: Units, auditor: Client) -> None:
    cadre = cast.make_cadre(units, full_name="Đỗ Việt Ất")
    end(cadre.posts.get(), on=today())
    record("cadre.change", cadre, by=None)
    assert found(auditor, units.home) == {"Đỗ Việt Ất"}
    assert found(auditor, units.away) == set()


def test_what_was_done_to_a_unit_is_found_where_it_went(units: Units, auditor: Client) -> None:
    merge([units.home], units.away, effective_on=today(), document="QĐ 2")
    assert "Phường Hoa Lư" in found(auditor, units.away, "unit.establish")


def test_of_a_split_unit_it_is_found_in_each_part(units: Units, auditor: Client) -> None:
    someone(units, units.home, "Đỗ Việt Ất")
    parts = [establish(name, "ward", parent=units.root, valid_from=FOUNDED) for name in ("A", "B")]
    split(units.home, dict.fromkeys(parts), effective_on=today(), document="QĐ 3")
    assert [found(auditor, part) for part in parts] == [{"Đỗ Việt Ất"}, {"Đỗ Việt Ất"}]
    assert found(auditor, units.away) == set()


def test_of_a_unit_that_lives_on_it_stays_there(units: Units, auditor: Client) -> None:
    someone(units, units.home, "Đỗ Việt Ất")
    part = establish("Phường A", "ward", parent=units.root, valid_from=FOUNDED)
    split(units.home, {part: None}, effective_on=today(), document="QĐ 3", lives_on=True)
    assert found(auditor, part) == set()


def test_of_a_dissolved_unit_it_is_found_at_its_superior(units: Units, auditor: Client) -> None:
    below = establish("Tổ dân vận", "body", parent=units.home, valid_from=FOUNDED)
    someone(units, below, "Đỗ Việt Ất")
    dissolve(below, effective_on=today(), document="QĐ 4")
    assert found(auditor, units.home) == {"Đỗ Việt Ất"}
    assert found(auditor, units.away) == set()


# --- Deeds on many people -------------------------------------------------------------------------


def told(client: Client, unit: Unit, deed: str) -> int:
    return len(found(client, unit, deed))


def test_people_entered_together_are_told_in_all_their_units(units: Units, auditor: Client) -> None:
    register_all([cast.new_cadre(units), cast.new_cadre(units, unit=units.away)])
    assert told(auditor, units.home, "cadre.register") == 1
    assert told(auditor, units.away, "cadre.register") == 1


def test_a_list_is_told_in_the_units_it_writes_to(units: Units, auditor: Client) -> None:
    written(row(full_name="Vũ Thị Lan"))
    assert told(auditor, units.home, "roster.write") == 1
    assert told(auditor, units.away, "roster.write") == 0


def test_who_leaves_by_a_list_is_told_where_one_was(units: Units, auditor: Client) -> None:
    cast.make_cadre(units, full_name="Lê Văn Hùng")
    cast.make_cadre(units, full_name="Lê Văn Dũng", unit=units.away)
    run = settle(begin(row(full_name="Vũ Thị Lan"), coverage="listed"), "take")
    writing.write(run, by=None)
    assert found(auditor, units.home, "post.end") == {"Lê Văn Hùng"}
    assert told(auditor, units.away, "roster.write") == 0


def test_who_is_moved_by_a_list_is_told_in_both_units(units: Units, auditor: Client) -> None:
    cadre = cast.make_cadre(units, full_name="Lê Văn Hùng", unit=units.away)
    run = begin(row(code=cadre.code, full_name="Lê Văn Hùng", kind="Viên chức"))
    writing.write(settle(run, "take"), by=None)
    for deed in ("post.move", "cadre.change"):
        for unit in (units.home, units.away):
            assert found(auditor, unit, deed) == {"Lê Văn Hùng"}


def test_what_a_list_wrote_is_told_after_it_is_undone(units: Units, auditor: Client) -> None:
    run = written(row(full_name="Vũ Thị Lan"))
    record("read.person", Cadre.objects.get(full_name="Vũ Thị Lan"), by=None)
    undoing.undo(run, by=cast.make_admin(), reason="Nhầm tệp")
    assert not Cadre.objects.filter(full_name="Vũ Thị Lan").exists()
    for deed in ("roster.write", "roster.undo", "read.person"):
        assert told(auditor, units.home, deed) == 1
        assert told(auditor, units.away, deed) == 0


def test_an_act_is_told_after_it_is_undone(units: Units, auditor: Client) -> None:
    act = merge([units.home], units.away, effective_on=today(), document="QĐ 5")
    undo(act, by=cast.make_admin(), reason="Nhầm")
    for deed in (f"unit.{act.kind}", "unit.undo"):
        for unit in (units.home, units.away):
            assert told(auditor, unit, deed) == 1


def test_what_was_done_in_a_unit_that_an_undo_removed_is_found_where_it_came_from(
    units: Units, auditor: Client
) -> None:
    below = establish("Tổ dân vận", "body", parent=units.home, valid_from=FOUNDED)
    cadre = cast.make_cadre(units, unit=below, full_name="Đỗ Việt Ất")
    act = renewed(below, units.home)
    new = cadre.posts.get(valid_to=None).unit
    record("cadre.change", cadre, by=None)
    assert found(auditor, new) == {"Đỗ Việt Ất"}
    undo(act, by=cast.make_admin(), reason="Nhầm")
    assert found(auditor, below) == {"Đỗ Việt Ất"}
    assert found(auditor, units.away) == set()


def renewed(unit: Unit, parent: Unit) -> Reorganisation:
    """The unit goes into one that the act itself establishes."""
    steps = (Establish("new", "Tổ mới", "body", parent.pk), *merging([unit.pk], "new"))
    return apply(Act(Kind.MERGE, today(), Document.read("QĐ 6"), steps), by=None)


def test_a_subtree_confirmed_is_told_in_each_of_its_units(units: Units, auditor: Client) -> None:
    cast.make_cadre(units)
    attest(units.root, by=None)
    assert told(auditor, units.home, "unit.attest") == told(auditor, units.away, "unit.attest") == 1


def test_slips_are_told_where_their_people_are(units: Units, auditor: Client) -> None:
    people = [
        cast.make_cadre(units, full_name="Đỗ Việt Ất"),
        cast.make_cadre(units, full_name="Lê Thị Ngọc Ánh", unit=units.away),
    ]
    admin = cast.make_admin()
    print_slips(people, by=admin, access=access_of(admin))
    assert found(auditor, units.home, "slip.print") == {"Đỗ Việt Ất"}
    assert found(auditor, units.root, "slip.print") == {"Đỗ Việt Ất", "Lê Thị Ngọc Ánh"}


def test_a_rule_of_a_group_is_told_where_people_come_or_go(units: Units, auditor: Client) -> None:
    cast.make_cadre(units)
    group = define_group("thu", "Nhóm thử")
    change(group, NewRule(today(), position=units.position))
    assert told(auditor, units.home, "group.rule") == 1
    assert told(auditor, units.away, "group.rule") == 0
    change(group, Ending(group.rules.get(), today()))
    assert told(auditor, units.home, "group.end") == 1


def test_somebody_listed_is_told_where_one_is(units: Units, auditor: Client) -> None:
    cadre = cast.make_cadre(units, unit=units.away)
    change(units.group, NewListing(cadre, is_excluded=False, since=today(), reason="Biệt phái"))
    assert told(auditor, units.away, "group.list") == 1
    assert told(auditor, units.home, "group.list") == 0


def test_a_list_taken_away_is_told_where_its_people_are(units: Units, auditor: Client) -> None:
    manager = cast.make_role(units, Role.MANAGER, on=units.away, unit=units.away)
    cast.make_cadre(units)
    signed_in(manager).get("/don-vi/nguoi/tai-ve/")
    assert told(auditor, units.away, "people.export") == 1
    assert told(auditor, units.home, "people.export") == 0


def test_a_look_at_a_units_list_is_told_there(units: Units, auditor: Client) -> None:
    auditor.get("/don-vi/nguoi/", {"unit": str(units.home.public_id)})
    assert told(auditor, units.home, "read.people") == 1
    assert told(auditor, units.away, "read.people") == 0


def test_a_look_at_the_list_of_what_stands_above_is_told_too(units: Units, auditor: Client) -> None:
    auditor.get("/don-vi/nguoi/", {"unit": str(units.root.public_id)})
    assert told(auditor, units.home, "read.people") == told(auditor, units.root, "read.people") == 1


def test_and_one_at_everybodys(units: Units, auditor: Client) -> None:
    auditor.get("/don-vi/nguoi/")
    for unit in (units.root, units.home, units.away):
        assert told(auditor, unit, "read.people") == 1


def test_a_look_above_is_found_where_a_unit_stood_then(units: Units, auditor: Client) -> None:
    district = establish("Huyện Gia Viễn", "district", parent=units.root, valid_from=FOUNDED)
    tran = establish("Xã Gia Trấn", "commune", parent=district, valid_from=FOUNDED)
    auditor.get("/don-vi/nguoi/", {"unit": str(district.public_id)})
    merge([tran], units.home, effective_on=today(), document="QĐ 7")
    assert told(auditor, units.home, "read.people") == 1
    assert told(auditor, units.away, "read.people") == 0


def test_but_of_other_deeds_above_a_unit_knows_nothing(units: Units, auditor: Client) -> None:
    rename(units.root, "Tỉnh ủy Ninh Bình mới", effective_on=today(), document="QĐ 8")
    assert told(auditor, units.root, "unit.rename") == 1
    assert told(auditor, units.home, "unit.rename") == 0


def test_those_anonymised_are_told_where_they_were_last(units: Units, auditor: Client) -> None:
    cadre = cast.make_cadre(units, unit=units.away)
    end(cadre.posts.get(), on=today())
    anonymise([cadre.pk])
    assert told(auditor, units.away, "cadre.anonymise") == 1
    assert told(auditor, units.home, "cadre.anonymise") == 0


def test_a_course_is_told_where_it_is_owed_and_where_it_is_reminded_of(db: None) -> None:
    team = make_team()
    team.require(unit=team.units.root)
    auditor = signed_in(cast.make_role(team.units, Role.AUDITOR, unit=team.units.root))
    for unit in (team.units.home, team.units.away):
        assert told(auditor, unit, "course.require") == 1
    start(Wanted((team.units.home.pk,), today()), by=team.manager)
    assert told(auditor, team.units.home, "course.remind") == 1
    assert told(auditor, team.units.away, "course.remind") == 0


# --- What it costs --------------------------------------------------------------------------------


def test_to_write_where_costs_one_statement_for_a_person(units: Units) -> None:
    cadre = cast.make_cadre(units)
    assign(cadre, units.away, units.position, since=today())
    with CaptureQueriesContext(connection) as queries:
        record("cadre.change", cadre, by=None)
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        record("key.rotate", None, by=None)
    assert len(queries) == 1


def test_and_no_more_for_a_long_list_than_for_a_short_one(units: Units) -> None:
    costs = []
    for count in (1, 30):
        named = [row(full_name=f"Vũ Thị {given(n)}") for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            written(*named)
        costs.append(sum("operations_entryunit" in query["sql"] for query in queries))
    assert costs == [1, 1]


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


def test_the_page_says_what_a_unit_means(units: Units, auditor: Client) -> None:
    words = "liên quan đến Phường Hoa Lư, đến đơn vị trực thuộc"
    assert words in auditor.get(f"/nhat-ky/?don-vi={units.home.public_id}").content.decode()
    assert "đến đơn vị trực thuộc" not in auditor.get("/nhat-ky/").content.decode()


def test_a_unit_costs_the_same_for_few_and_for_many(units: Units, auditor: Client) -> None:
    someone(units, units.home, "Đỗ Việt Ất")
    few = cost(auditor, units.home)
    for number in range(12):
        someone(units, units.home, f"Đỗ Việt Ất {number}")
    assert cost(auditor, units.home) == few <= 16


def given(number: int) -> str:
    return f"{'ABCDEFGHIJ'[number // 10]}{'abcdefghij'[number % 10]}"


def cost(client: Client, unit: Unit) -> int:
    with CaptureQueriesContext(connection) as queries:
        found(client, unit)
    return len(queries)
