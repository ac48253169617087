from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cadres.defining import define_group, define_position
from cadres.grouping import Ending, NewListing, NewRule, change, groups_of, preview
from cadres.models import Cadre, GroupListing, TargetGroup
from cadres.models.groups import EVER
from cadres.posting import move
from kit.errors import Refusal
from operations.models import JournalEntry
from tests import cast
from tests.cast import FOUNDED, Units

DAY = date(2026, 3, 1)


@pytest.fixture
def group(units: Units) -> TargetGroup:
    """Nobody is in it yet."""
    return define_group("tiep-xuc-dan", "Cán bộ tiếp xúc dân")


def members(group: TargetGroup, day: date = DAY) -> set[str]:
    return set(Cadre.objects.in_group(group, day).values_list("full_name", flat=True))


def test_a_rule_left_open_takes_everyone_in(
    group: TargetGroup, learner: Cadre, stranger: Cadre
) -> None:
    change(group, NewRule(EVER))
    assert members(group) == {learner.full_name, stranger.full_name}


def test_a_rule_of_a_unit_takes_in_its_subtree(
    units: Units, group: TargetGroup, learner: Cadre, stranger: Cadre
) -> None:
    change(group, NewRule(EVER, unit=units.home))
    assert members(group) == {learner.full_name}
    change(group, NewRule(EVER, unit=units.root))
    assert members(group) == {learner.full_name, stranger.full_name}


def test_all_that_a_rule_names_must_fit(units: Units, group: TargetGroup, learner: Cadre) -> None:
    cast.make_cadre(units, kind=Cadre.Kind.VILLAGE)
    cast.make_cadre(units, position=define_position("lai-xe", "Lái xe"))
    rule = NewRule(EVER, position=units.position, unit=units.home, kind=Cadre.Kind.CIVIL_SERVANT)
    change(group, rule)
    assert members(group) == {learner.full_name}


def test_a_rule_holds_from_its_day_to_its_day(group: TargetGroup, learner: Cadre) -> None:
    change(group, NewRule(DAY, until=DAY + timedelta(30)))
    days = (DAY - timedelta(1), DAY, DAY + timedelta(29), DAY + timedelta(30))
    assert [len(members(group, day)) for day in days] == [0, 1, 1, 0]


def test_a_list_adds_and_leaves_out_whatever_the_rules_say(
    units: Units, group: TargetGroup, learner: Cadre, colleague: Cadre, stranger: Cadre
) -> None:
    change(group, NewRule(EVER, unit=units.home))
    change(group, NewListing(stranger, is_excluded=False, since=DAY, reason="Biệt phái"))
    change(group, NewListing(learner, is_excluded=True, since=DAY, reason="Nghỉ chế độ"))
    assert members(group) == {colleague.full_name, stranger.full_name}
    assert members(group, DAY - timedelta(1)) == {learner.full_name, colleague.full_name}


def test_a_person_is_listed_one_way_at_a_time(group: TargetGroup, learner: Cadre) -> None:
    change(group, NewListing(learner, is_excluded=False, since=DAY, reason="Phân công"))
    with pytest.raises(Refusal):
        change(group, NewListing(learner, is_excluded=True, since=DAY, reason="Nghỉ"))
    entry = GroupListing.objects.get()
    change(group, Ending(entry, on=DAY + timedelta(9)))
    later = NewListing(learner, is_excluded=True, since=DAY + timedelta(9), reason="Nghỉ")
    change(group, later)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupListing.objects.filter(is_excluded=True).update(valid_from=DAY)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda learner: NewRule(DAY, until=DAY),
        lambda learner: NewListing(learner, is_excluded=False, since=DAY, reason="  "),
        lambda learner: NewListing(learner, is_excluded=False, since=DAY, until=DAY, reason="x"),
    ],
)
def test_what_cannot_be_is_refused(group: TargetGroup, learner: Cadre, wanted: Any) -> None:
    with pytest.raises(Refusal):
        change(group, wanted(learner))
    assert members(group) == set()


def test_the_same_rule_twice_is_refused(units: Units) -> None:
    with pytest.raises(Refusal):
        change(units.group, NewRule(DAY, position=units.position))


def test_a_rule_that_ends_stays_known_and_one_not_begun_is_taken_away(
    group: TargetGroup, learner: Cadre
) -> None:
    change(group, NewRule(FOUNDED))
    change(group, NewRule(DAY + timedelta(30), kind=Cadre.Kind.VILLAGE))
    past, coming = group.rules.all()
    change(group, Ending(past, on=DAY))
    change(group, Ending(coming, on=DAY))
    assert group.rules.get().valid_to == DAY
    assert members(group, DAY - timedelta(1)) == {learner.full_name}
    with pytest.raises(Refusal):
        change(group, Ending(group.rules.get(), on=DAY))


def test_a_preview_names_who_enters_and_leaves_and_writes_nothing(
    units: Units, group: TargetGroup, learner: Cadre, stranger: Cadre
) -> None:
    change(group, NewRule(EVER, unit=units.home))
    found = preview(group, NewRule(DAY, unit=units.away))
    assert [c.full_name for c in found.entering] == [stranger.full_name]
    assert (found.before, found.after, found.leaving) == (1, 2, [])
    ending = preview(group, Ending(group.rules.get(), on=DAY))
    assert [c.full_name for c in ending.leaving] == [learner.full_name]
    assert members(group) == {learner.full_name}


def test_a_preview_can_be_followed_to_the_letter(
    units: Units, group: TargetGroup, learner: Cadre, stranger: Cadre
) -> None:
    wanted = NewRule(DAY, unit=units.away)
    foreseen = preview(group, wanted)
    change(group, wanted)
    assert members(group) == {cadre.full_name for cadre in foreseen.entering}


def test_membership_is_one_query(units: Units, group: TargetGroup, learner: Cadre) -> None:
    change(group, NewRule(EVER, unit=units.root))
    with CaptureQueriesContext(connection) as queries:
        assert list(Cadre.objects.in_group(group, DAY)) == [learner]
        assert list(groups_of(learner, DAY)) == [units.group, group]
    assert len(queries) == 2


def test_who_moves_out_of_a_units_rule_leaves_the_group(
    units: Units, group: TargetGroup, learner: Cadre
) -> None:
    change(group, NewRule(EVER, unit=units.home))
    move(learner.posts.get(), units.away, on=DAY)
    assert members(group, DAY - timedelta(1)) == {learner.full_name}
    assert members(group, DAY) == set()


def test_each_change_is_journalled(group: TargetGroup, learner: Cadre) -> None:
    change(group, NewRule(DAY), reason="Quyết định số 3")
    entry = JournalEntry.objects.filter(deed="group.rule").latest("pk")
    assert entry.reason == "Quyết định số 3"
    assert entry.after["from"] == str(DAY)
