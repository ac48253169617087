"""What came to be owed through an act, once the act is undone."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from cadres.acts import Act, Document, Establish, Kind, merging
from cadres.models import Reorganisation, Unit
from cadres.organising import merge
from cadres.reorganising import apply, obstacles, undo
from cadres.roster import undoing
from courses.enrolling import enrol
from courses.models import Obligation, Requirement
from courses.requiring import waive
from indicators.measuring import remeasure
from kit.dates import today
from kit.errors import Refusal
from lms.demo.plan import build_plan
from operations.journalling import spans
from operations.models import EntryUnit, JournalEntry
from tests.cadres.rosters import row
from tests.cadres.test_roster_runs import written
from tests.courses.teams import Team, make_team

DOCUMENT = Document.read("Nghị quyết số 1/NQ-HĐND")
SINCE = today() - timedelta(days=10)


@pytest.fixture
def team(db: Any) -> Team:
    return make_team()


@pytest.fixture
def here(team: Team) -> Requirement:
    """Of the unit that the stranger's comes to."""
    return team.require()


def absorb(team: Team) -> Reorganisation:
    """The stranger's unit goes into the one of the requirement."""
    return merge([team.units.away], team.units.home, effective_on=SINCE, document=DOCUMENT)


def renew(team: Team) -> Reorganisation:
    """The stranger's unit goes into one that begins below that of the requirement."""
    steps = (
        Establish("new", "Tổ dân vận", "body", team.units.home.pk),
        *merging([team.units.away.pk], "new"),
    )
    return apply(Act(Kind.MERGE, SINCE, DOCUMENT, steps), by=None)


def owing() -> list[Any]:
    return list(Obligation.objects.order_by("pk").values())


@pytest.mark.parametrize("act", [absorb, renew])
def test_undoing_an_act_takes_back_what_it_brought(team: Team, here: Requirement, act: Any) -> None:
    before = owing()
    done = act(team)
    assert here.obligations.filter(cadre=team.stranger).exists()
    assert list(obstacles(done)) == []
    undo(done, by=team.admin, reason="Nhầm")
    assert owing() == before


def test_the_journal_keeps_who_no_longer_owes_it(team: Team, here: Requirement) -> None:
    act = absorb(team)
    people = set(here.obligations.values_list("cadre", flat=True))
    undo(act, by=team.admin, reason="Nhầm")
    people -= set(here.obligations.values_list("cadre", flat=True))
    entry = JournalEntry.objects.get(deed="obligation.withdraw")
    assert (entry.actor, entry.reason) == (team.admin, "Nhầm")
    assert entry.after == {"people": len(people), "ids": spans(people)}


def test_so_it_does_when_a_list_that_entered_them_is_undone(team: Team, here: Requirement) -> None:
    run = written(row())
    owing = here.obligations.latest("pk").cadre_id
    undoing.undo(run, by=team.admin, reason="Nhập nhầm")
    entry = JournalEntry.objects.get(deed="obligation.withdraw")
    assert (entry.actor, entry.reason) == (team.admin, "Nhập nhầm")
    assert entry.after == {"people": 1, "ids": spans([owing])}
    told = EntryUnit.objects.filter(entry=entry).values_list("unit_id", flat=True)
    assert list(told) == [team.units.home.pk]


def test_who_has_begun_goes_on_owing(team: Team, here: Requirement) -> None:
    act = absorb(team)
    enrol(team.stranger, team.course)
    undo(act, by=None, reason="Nhầm")
    assert here.obligations.filter(cadre=team.stranger).exists()


def test_one_begun_in_a_new_unit_stands_in_the_way(team: Team, here: Requirement) -> None:
    act = renew(team)
    enrol(team.stranger, team.course)
    with pytest.raises(Refusal) as refused:
        undo(act, by=None, reason="Nhầm")
    assert "1 nghĩa vụ học" in " ".join(map(str, refused.value.gaps))
    assert here.obligations.filter(cadre=team.stranger).exists()


def test_one_that_was_waived_stays_on_record(team: Team, here: Requirement) -> None:
    act = absorb(team)
    waive(here.obligations.get(cadre=team.stranger), by=team.admin, reason="Nghỉ thai sản")
    undo(act, by=None, reason="Nhầm")
    assert here.obligations.filter(cadre=team.stranger).exists()


def test_what_the_former_posts_ask_for_stays_in_their_unit(team: Team) -> None:
    act = renew(team)
    everywhere = team.require(unit=team.units.root)
    undo(act, by=None, reason="Nhầm")
    kept = everywhere.obligations.get(cadre=team.stranger)
    assert kept.unit == team.units.away


def test_a_requirement_of_a_new_unit_stands_in_the_way(team: Team) -> None:
    act = renew(team)
    new = Unit.objects.latest("pk")
    team.require(unit=new, starts_on=SINCE)
    with pytest.raises(Refusal):
        undo(act, by=None, reason="Nhầm")


@pytest.mark.parametrize("act", [absorb, renew])
def test_nothing_differs_afterwards(team: Team, here: Requirement, act: Any) -> None:
    remeasure(build_plan(team.units.root, None), on=today())
    undo(act(team), by=None, reason="Nhầm")
    call_command("recompute", "--check", stdout=StringIO())
