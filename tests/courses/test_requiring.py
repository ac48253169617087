from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from cadres.defining import define_group, define_position
from cadres.grouping import NewListing, NewRule, change
from cadres.posting import assign, move, preview
from courses.models import Obligation, Requirement
from courses.requiring import require, require_anew, waive
from kit.dates import format_day, today
from kit.errors import Refusal
from operations.models import JournalEntry
from tests import cast
from tests.courses.teams import SOON, Team, as_, make_team, owed

REQUIREMENTS = "/don-vi/yeu-cau/"


@pytest.fixture
def team(db: Any) -> Team:
    return make_team()


def owing(requirement: Requirement) -> set[int]:
    return set(requirement.obligations.values_list("cadre", flat=True))


def asked(team: Team, **given: str) -> dict[str, str]:
    due = format_day(today() + SOON)
    plain = {"course": "K1", "unit": str(team.units.home.public_id), "group": "", "due_on": due}
    return plain | given


def test_everyone_below_owes_it_once(team: Team) -> None:
    assign(team.learner, team.units.away, team.units.position, since=cast.FOUNDED)
    requirement = team.require(unit=team.units.root)
    assert len(owing(requirement)) == requirement.obligations.count() == 7


def test_only_the_group_owes_it(team: Team) -> None:
    group = define_group("lai-xe", "Lái xe")
    driver = cast.make_cadre(team.units, position=define_position("lai-xe", "Lái xe", [group]))
    assert owing(team.require(group=group)) == {driver.pk}


def test_a_newcomer_owes_it_from_then_on(team: Team) -> None:
    requirement = team.require()
    newcomer = cast.make_cadre(team.units)
    assign(team.stranger, team.units.home, team.units.position, since=today())
    assert {newcomer.pk, team.stranger.pk} < owing(requirement)


def test_who_moves_owes_what_is_required_there_and_keeps_what_was_owed(team: Team) -> None:
    here, there = team.require(), team.require(unit=team.units.away)
    assert team.learner.pk not in owing(there)
    move(team.learner.posts.get(), team.units.away, on=today())
    assert team.learner.pk in owing(there)
    assert here.obligations.get(cadre=team.learner).unit == team.units.home


def test_a_move_to_come_obliges_on_its_day(team: Team) -> None:
    there, coming = team.require(unit=team.units.away), today() + timedelta(days=5)
    move(team.learner.posts.get(), team.units.away, on=coming)
    require_anew(on=coming - timedelta(days=1))
    assert team.learner.pk not in owing(there)
    require_anew(on=coming)
    require_anew(on=coming)
    assert team.learner.pk in owing(there)


def test_who_comes_into_the_group_owes_from_then_on(team: Team) -> None:
    group = define_group("lai-xe", "Lái xe")
    requirement = team.require(group=group)
    listing = NewListing(team.learner, is_excluded=False, since=today(), reason="Phân công")
    change(group, listing)
    change(group, NewRule(today(), unit=team.units.away))
    assert owing(requirement) == {team.learner.pk}
    there = team.require(group=group, unit=team.units.away, starts_on=today())
    assert owing(there) == {team.stranger.pk}


def test_a_preview_of_a_move_tells_the_courses(team: Team) -> None:
    team.require()
    team.require(unit=team.units.away)
    post, coming = team.learner.posts.get(), today() + timedelta(days=5)
    deed = partial(move, post, team.units.away, on=coming)
    courses = preview(team.learner, deed, on=coming)[-1]
    assert (len(courses.coming), courses.going, len(courses.staying)) == (1, [], 1)
    assert Obligation.objects.filter(cadre=team.learner).count() == 1


def test_one_who_comes_after_the_day_does_not(team: Team) -> None:
    requirement = team.require(timedelta(days=-1))
    assert cast.make_cadre(team.units).pk not in owing(requirement)


def test_a_day_before_the_first_is_refused(team: Team) -> None:
    with pytest.raises(Refusal):
        require(team.course, unit=team.units.home, starts_on=today(), due_on=today() - timedelta(1))


def test_waiving_needs_a_reason_that_is_kept(team: Team) -> None:
    team.require()
    with pytest.raises(Refusal):
        waive(owed(team.learner), by=team.manager, reason="  ")
    waive(owed(team.learner), by=team.manager, reason="Nghỉ thai sản")
    entry = JournalEntry.objects.filter(deed="obligation.waive").get()
    assert entry.reason == "Nghỉ thai sản"
    assert entry.subject_name == f"{cast.NAMES['learner']}: K1"


@pytest.mark.parametrize("role", ["manager", "owner", "admin"])
def test_those_in_charge_require_a_course(team: Team, role: str) -> None:
    response = as_(getattr(team, role)).post(REQUIREMENTS, asked(team), follow=True)
    assert "Đã giao khóa học cho 2 đồng chí" in response.content.decode()
    assert owing(Requirement.objects.get()) == {team.learner.pk, team.colleague.pk}


@pytest.mark.parametrize("role", ["auditor", "learner"])
def test_others_require_nothing(team: Team, role: str) -> None:
    assert as_(getattr(team, role)).post(REQUIREMENTS, asked(team)).status_code == 404
    assert as_(None).post(REQUIREMENTS, asked(team)).status_code == 302
    assert not Requirement.objects.exists()


def test_a_manager_requires_nothing_of_another_unit(team: Team) -> None:
    foreign = asked(team, unit=str(team.units.away.public_id))
    assert as_(team.manager).post(REQUIREMENTS, foreign).status_code == 200
    assert not Requirement.objects.exists()


@pytest.mark.parametrize("text", ["31/2/2030", "mai", "1/1/2020", ""])
def test_a_day_that_is_none_is_told_beside_the_field(team: Team, text: str) -> None:
    response = as_(team.manager).post(REQUIREMENTS, asked(team, due_on=text))
    assert response.context["form"].errors.keys() == {"due_on"}
    assert not Requirement.objects.exists()


def test_the_list_counts_the_people_of_the_reader(team: Team) -> None:
    team.require(unit=team.units.root)
    lines = {
        role: as_(getattr(team, role)).get(REQUIREMENTS).context["lines"][0]["owed"]
        for role in ("manager", "away_manager", "auditor")
    }
    assert lines == {"manager": 2, "away_manager": 1, "auditor": 7}


def test_a_requirement_of_another_unit_is_not_listed(team: Team) -> None:
    team.require()
    assert as_(team.away_manager).get(REQUIREMENTS).context["lines"] == []


def test_a_manager_waives_on_the_page(team: Team) -> None:
    team.require()
    address = f"/don-vi/mien/{owed(team.learner).pk}/"
    client = as_(team.manager)
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).context["form"].errors
    assert client.post(address, {"reason": "Nghỉ thai sản"}).status_code == 302
    assert Obligation.objects.standing().count() == 1
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", ["away_manager", "auditor", "learner"])
def test_others_waive_nothing(team: Team, role: str) -> None:
    team.require()
    address = f"/don-vi/mien/{owed(team.learner).pk}/"
    client = as_(getattr(team, role))
    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": "Nghỉ"}).status_code == 404
    assert as_(None).post(address, {"reason": "Nghỉ"}).status_code == 302
    assert Obligation.objects.standing().count() == 2
