from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from cadres.lensing import WHOLE, Lens, Restatement
from cadres.models import Cadre, Post, Reorganisation, Role, Succession, Unit, UnitVersion
from cadres.organising import establish, merge, rebuild_ancestry
from cadres.scopes import access_of
from tests import cast
from tests.cadres.histories import HISTORY_BEGINS, HISTORY_ENDS, build_history, histories
from tests.cast import FOUNDED, Units

WARD = UnitVersion.Kind.WARD
SPLIT_ON = date(2026, 3, 1)
BEFORE = date(2026, 2, 1)
AFTER = date(2026, 4, 1)
DAYS = st.dates(HISTORY_BEGINS, HISTORY_ENDS)


@pytest.fixture
def halves(units: Units) -> list[Unit]:
    """Two wards into which `away` was divided, 70 to 30."""
    made = [
        establish(name, WARD, parent=units.root, valid_from=SPLIT_ON)
        for name in ("Phường Lớn", "Phường Nhỏ")
    ]
    act = Reorganisation.objects.create(
        kind=Reorganisation.Kind.MERGE, effective_on=SPLIT_ON, document="NQ 9"
    )
    for unit, share in zip(made, ("0.7", "0.3"), strict=True):
        Succession.objects.create(
            reorganisation=act, predecessor=units.away, successor=unit, share=Decimal(share)
        )
    units.away.versions.update(valid_to=SPLIT_ON)
    rebuild_ancestry()
    return made


def go(cadre: Cadre, unit: Unit | None) -> None:
    """The post ends on the day of division; the next is in `unit`."""
    post = cadre.posts.order_by("valid_from")[0]
    cadre.posts.exclude(pk=post.pk).delete()
    cadre.posts.update(valid_to=SPLIT_ON)
    if unit:
        Post.objects.create(
            cadre=cadre, unit=unit, position=post.position, valid_from=SPLIT_ON, is_main=True
        )


def seen(lens: Lens, unit: Unit | None = None) -> set[str]:
    found = lens.people_within([unit.pk] if unit else None)
    return {cadre.full_name for cadre in found}


def test_a_unit_that_merged_is_told_by_what_it_became(units: Units) -> None:
    merge([units.away], units.home, effective_on=SPLIT_ON, document="NQ 1")
    assert Restatement(BEFORE, AFTER).parts_of(units.away.pk) == ((units.home.pk, WHOLE),)
    assert Restatement(BEFORE, BEFORE).parts_of(units.away.pk) == ((units.away.pk, WHOLE),)


def test_people_of_a_divided_unit_go_where_their_posts_went(
    units: Units, stranger: Cadre, halves: list[Unit]
) -> None:
    leaver = cast.make_cadre(units, unit=units.away)
    go(stranger, halves[1])
    go(leaver, None)
    pairs = [(stranger.pk, units.away.pk), (leaver.pk, units.away.pk)]
    settled = Restatement(BEFORE, AFTER).settle(pairs)
    assert settled[pairs[0]] == ((halves[1].pk, WHOLE),)
    assert settled[pairs[1]] == (
        (halves[0].pk, Fraction(7, 10)),
        (halves[1].pk, Fraction(3, 10)),
    )


def test_shares_that_do_not_make_a_whole_are_brought_to_one(
    units: Units, halves: list[Unit]
) -> None:
    Succession.objects.update(share=Decimal("0.3333"))
    parts = Restatement(BEFORE, AFTER).parts_of(units.away.pk)
    assert parts == ((halves[0].pk, Fraction(1, 2)), (halves[1].pk, Fraction(1, 2)))


def test_a_unit_that_lives_on_keeps_what_it_did_not_give(units: Units, halves: list[Unit]) -> None:
    units.away.versions.update(valid_to=None)
    Succession.objects.filter(successor=halves[0]).delete()
    parts = dict(Restatement(BEFORE, AFTER).parts_of(units.away.pk))
    assert parts == {units.away.pk: Fraction(7, 10), halves[1].pk: Fraction(3, 10)}


def test_a_unit_without_successor_counts_in_the_one_above(units: Units) -> None:
    units.away.versions.update(valid_to=SPLIT_ON)
    assert Restatement(BEFORE, AFTER).parts_of(units.away.pk) == ((units.root.pk, WHOLE),)


def test_a_unit_that_went_and_came_back_is_itself_again(units: Units) -> None:
    """Home gave a part of itself away, and took it back."""
    part = establish("Phường Lẻ", WARD, parent=units.root, valid_from=SPLIT_ON)
    act = Reorganisation.objects.create(kind="merge", effective_on=SPLIT_ON, document="NQ 1")
    Succession.objects.create(
        reorganisation=act, predecessor=units.home, successor=part, share=Decimal("0.25")
    )
    merge([part], units.home, effective_on=AFTER, document="NQ 2")
    assert Restatement(BEFORE, AFTER).parts_of(units.home.pk) == ((units.home.pk, WHOLE),)
    between = dict(Restatement(BEFORE, SPLIT_ON).parts_of(units.home.pk))
    assert between[part.pk] == Fraction(1, 4)


def test_successions_in_a_circle_on_one_day_come_to_an_end(units: Units) -> None:
    act = Reorganisation.objects.create(kind="merge", effective_on=SPLIT_ON, document="NQ 1")
    for old, new in ((units.home, units.away), (units.away, units.home)):
        Succession.objects.create(reorganisation=act, predecessor=old, successor=new)
        old.versions.update(valid_to=SPLIT_ON)
    assert sum(share for _unit, share in Restatement(BEFORE, AFTER).parts_of(units.home.pk)) == 1


def test_backwards_people_are_told_by_the_units_they_came_from(
    units: Units, learner: Cadre, stranger: Cadre
) -> None:
    new = establish("Phường Mới", WARD, parent=units.root, valid_from=SPLIT_ON)
    merge([units.home, units.away], new, effective_on=SPLIT_ON, document="NQ 1")
    fresh = cast.make_cadre(units, unit=new, since=AFTER)
    pairs = [(cadre.pk, new.pk) for cadre in (learner, stranger, fresh)]
    settled = Restatement(AFTER, BEFORE).settle(pairs)
    assert settled[pairs[0]] == ((units.home.pk, WHOLE),)
    assert settled[pairs[1]] == ((units.away.pk, WHOLE),)
    assert len(settled[pairs[2]]) == 2


# --- Whom one may look at -----------------------------------------------------------------------


@pytest.fixture
def heir(units: Units) -> User:
    """Manages what `away` became."""
    new = establish("Phường Mới", WARD, parent=units.root, valid_from=SPLIT_ON)
    merge([units.away], new, effective_on=SPLIT_ON, document="NQ 1")
    return cast.make_role(units, Role.MANAGER, on=new, unit=units.root)


def lens_of(user: User, day: date, *, is_restated: bool = False) -> Lens:
    return Lens(access_of(user, AFTER), day, is_restated)


def test_a_manager_looks_at_what_the_unit_was_and_another_does_not(
    units: Units, stranger: Cadre, learner: Cadre, heir: User, manager: User
) -> None:
    lens = lens_of(heir, BEFORE)
    assert [unit.name for unit in lens.units()] == ["Xã Phát Diệm"]
    assert seen(lens, units.away) == seen(lens) == {stranger.full_name}
    other = lens_of(manager, BEFORE)
    assert units.away.pk not in {unit.pk for unit in other.units()}
    assert seen(other, units.away) == set()


def test_of_a_former_subtree_one_sees_what_is_still_ones_own(units: Units, learner: Cadre) -> None:
    """A commune that stood under another superior then is seen by today's superior alone."""
    below = establish("Chi bộ 1", UnitVersion.Kind.BODY, parent=units.away, valid_from=FOUNDED)
    cast.make_cadre(units, full_name="Vũ Văn Ý", unit=below)
    below.versions.update(valid_to=SPLIT_ON)
    UnitVersion.objects.create(
        unit=below, parent=units.home, name="Chi bộ 1", kind="body", valid_from=SPLIT_ON
    )
    rebuild_ancestry()
    for on, expected in ((units.home, {"Vũ Văn Ý"}), (units.away, set())):
        boss = cast.make_role(units, Role.MANAGER, on=on, unit=units.root)
        assert seen(lens_of(boss, BEFORE), units.away) == expected


def test_restated_people_of_a_divided_unit_are_seen_by_their_own_part(
    units: Units, stranger: Cadre, halves: list[Unit]
) -> None:
    go(stranger, halves[1])
    bosses = [cast.make_role(units, Role.MANAGER, on=half, unit=units.root) for half in halves]
    lenses = [lens_of(boss, BEFORE, is_restated=True) for boss in bosses]
    assert [seen(lens) for lens in lenses] == [set(), {stranger.full_name}]


def test_an_estimate_says_how_many_and_of_which_unit(
    units: Units, stranger: Cadre, auditor: User, halves: list[Unit]
) -> None:
    go(stranger, None)
    lens = lens_of(auditor, BEFORE, is_restated=True)
    people = lens.people_within([halves[0].pk])
    estimate = lens.estimate([halves[0].pk], people)
    assert estimate is not None
    assert (estimate.people, estimate.number) == (1, Fraction(7, 10))
    assert estimate.units == ("Xã Phát Diệm",)
    assert lens.estimate([units.home.pk], lens.people_within([units.home.pk])) is None


def test_looking_costs_the_same_for_few_and_for_many(
    units: Units, halves: list[Unit], auditor: User
) -> None:
    def cost() -> int:
        lens = lens_of(auditor, BEFORE, is_restated=True)
        with CaptureQueriesContext(connection) as queries:
            list(lens.people_within([halves[0].pk]))
        return len(queries)

    go(cast.make_cadre(units, unit=units.away), halves[0])
    few = cost()
    for number in range(8):
        go(cast.make_cadre(units, unit=units.away), halves[number % 2])
        establish(f"Phường {number}", WARD, parent=units.root, valid_from=FOUNDED)
    assert cost() == few <= 7


# --- Any history --------------------------------------------------------------------------------

Check = Callable[[list[Any]], None]


def in_a_history(
    steps: list[Any], check: Callable[[list[tuple[int, int]]], None], day: date
) -> None:
    """Builds the history, checks, and takes everything back."""
    with transaction.atomic():
        build_history(steps)
        posts = Post.objects.filter(valid_from__lte=day).exclude(valid_to__lte=day)
        check(list(posts.values_list("cadre_id", "unit_id")))
        transaction.set_rollback(True)


def totals(settled: dict[tuple[int, int], Any]) -> dict[int, Fraction]:
    found: dict[int, Fraction] = defaultdict(Fraction)
    for parts in settled.values():
        for unit_id, share in parts:
            found[unit_id] += share
    return found


@pytest.mark.django_db
@settings(max_examples=100)
@given(histories(), DAYS, DAYS)
def test_nobody_is_lost_or_doubled_by_any_lens(steps: list[Any], day: date, to: date) -> None:
    def check(pairs: list[tuple[int, int]]) -> None:
        restatement = Restatement(day, to)
        there = set(restatement.units_of_day())
        if to < day:  # what ended before cannot be told by what it had been
            pairs = [pair for pair in pairs if pair[1] in there]
        settled = restatement.settle(pairs)
        assert all(sum(s for _unit, s in parts) == 1 for parts in settled.values())
        assert sum(totals(settled).values()) == len(set(pairs))
        standing = set(Restatement(to, to).units_of_day())
        assert totals(settled).keys() <= standing, "told by units that stood on the day"

    in_a_history(steps, check, day)


@pytest.mark.django_db
@settings(max_examples=40)
@given(histories(), DAYS)
def test_the_same_day_is_told_by_its_own_units(steps: list[Any], day: date) -> None:
    def check(pairs: list[tuple[int, int]]) -> None:
        restatement = Restatement(day, day)
        standing = set(restatement.units_of_day())
        pairs = [pair for pair in pairs if pair[1] in standing]
        settled = restatement.settle(pairs)
        assert settled == {pair: ((pair[1], WHOLE),) for pair in pairs}

    in_a_history(steps, check, day)


@pytest.mark.django_db
@settings(max_examples=60)
@given(histories(only_whole=True), st.tuples(DAYS, DAYS, DAYS).map(sorted))
def test_two_steps_lead_where_one_does(steps: list[Any], days: list[date]) -> None:
    day, between, to = days

    def check(pairs: list[tuple[int, int]]) -> None:
        first, second, both = (
            Restatement(day, between),
            Restatement(between, to),
            Restatement(day, to),
        )
        for _cadre, unit_id in pairs:
            [(there, share)] = first.parts_of(unit_id)
            assert share == WHOLE
            assert second.parts_of(there) == both.parts_of(unit_id)

    in_a_history(steps, check, day)


def test_nothing_changes_where_nothing_happened(units: Units, learner: Cadre) -> None:
    later = FOUNDED + timedelta(days=400)
    pair = (learner.pk, units.home.pk)
    assert Restatement(FOUNDED, later).settle([pair]) == {pair: ((units.home.pk, WHOLE),)}
