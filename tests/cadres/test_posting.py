from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cadres.defining import define_group, define_position
from cadres.grouping import groups_of
from cadres.models import Cadre, Position, Post
from cadres.posting import assign, end, make_main, move, preview
from kit.dates import today
from kit.errors import Refusal
from operations.models import JournalEntry
from tests.cast import FOUNDED, Units

DAY = date(2026, 3, 1)


@pytest.fixture
def secretary(units: Units) -> Position:
    return define_position("bi-thu", "Bí thư", [define_group("nguoi-dung-dau", "Người đứng đầu")])


def held(cadre: Cadre, day: date) -> list[tuple[str, str, bool]]:
    posts = Post.objects.held_on(day).filter(cadre=cadre).select_related("position")
    return sorted((p.unit.name_on(day), p.position.name, p.is_main) for p in posts)


HOME, AWAY = "Phường Hoa Lư", "Xã Phát Diệm"
OFFICER = "Cán bộ dân vận"


def test_a_further_post_stands_beside_the_main_one(
    units: Units, learner: Cadre, secretary: Position
) -> None:
    assign(learner, units.away, secretary, since=DAY, document="QĐ 12")
    assert held(learner, DAY) == [(HOME, OFFICER, True), (AWAY, "Bí thư", False)]
    assert held(learner, DAY - timedelta(1)) == [(HOME, OFFICER, True)]
    assert learner.posts.get(position=secretary).document == "QĐ 12"


def test_a_new_main_post_for_a_time_gives_the_old_one_back(
    units: Units, learner: Cadre, secretary: Position
) -> None:
    until = DAY + timedelta(days=90)
    assign(learner, units.away, secretary, since=DAY, until=until, is_main=True)
    assert held(learner, DAY) == [(HOME, OFFICER, False), (AWAY, "Bí thư", True)]
    assert held(learner, until) == [(HOME, OFFICER, True)]


@pytest.mark.parametrize("place", ["away", "root"])
def test_moving_ends_here_and_goes_on_there(units: Units, learner: Cadre, place: str) -> None:
    there = getattr(units, place)
    move(learner.posts.get(), there, on=DAY)
    assert held(learner, DAY - timedelta(1)) == [(HOME, OFFICER, True)]
    assert held(learner, DAY) == [(there.name_on(DAY), OFFICER, True)]


def test_moving_in_the_future_changes_nothing_today(units: Units, learner: Cadre) -> None:
    coming = today() + timedelta(days=40)
    move(learner.posts.get(), units.away, on=coming)
    assert held(learner, today()) == [(HOME, OFFICER, True)]
    assert held(learner, coming) == [(AWAY, OFFICER, True)]


def test_when_the_main_post_ends_the_other_is_main(
    units: Units, learner: Cadre, secretary: Position
) -> None:
    assign(learner, units.away, secretary, since=DAY)
    end(learner.posts.get(unit=units.home), on=DAY + timedelta(5))
    assert held(learner, DAY + timedelta(4))[0] == (HOME, OFFICER, True)
    assert held(learner, DAY + timedelta(5)) == [(AWAY, "Bí thư", True)]


def test_another_post_is_made_the_main_one_and_can_end_whole(
    units: Units, learner: Cadre, secretary: Position
) -> None:
    beside = assign(learner, units.away, secretary, since=DAY)
    make_main(beside, on=DAY + timedelta(10))
    assert held(learner, DAY + timedelta(9))[1] == (AWAY, "Bí thư", False)
    assert held(learner, DAY + timedelta(10))[1] == (AWAY, "Bí thư", True)
    end(learner.posts.get(unit=units.away, valid_from=DAY), on=DAY + timedelta(5))
    assert held(learner, DAY + timedelta(10)) == [(HOME, OFFICER, True)]


def test_a_post_that_has_not_begun_can_be_taken_away(
    units: Units, learner: Cadre, secretary: Position
) -> None:
    coming = today() + timedelta(days=10)
    post = assign(learner, units.away, secretary, since=coming, is_main=True)
    end(post, on=coming)
    assert learner.posts.count() == 1
    assert learner.posts.get().is_main


@pytest.mark.parametrize(
    "wrong",
    [
        lambda units, post: assign(post.cadre, units.home, units.position, since=DAY),
        lambda units, post: assign(post.cadre, units.away, units.position, since=date(2020, 1, 1)),
        lambda units, post: assign(post.cadre, units.away, units.position, since=DAY, until=DAY),
        lambda units, post: move(post, units.away, on=FOUNDED),
        lambda units, post: move(post, units.home, on=DAY),
        lambda units, post: end(post, on=FOUNDED - timedelta(1)),
        lambda units, post: end(post, on=FOUNDED),
        lambda units, post: make_main(post, on=FOUNDED - timedelta(1)),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    units: Units, learner: Cadre, wrong: Any
) -> None:
    before = list(Post.objects.values())
    with pytest.raises(Refusal):
        wrong(units, learner.posts.get())
    assert list(Post.objects.values()) == before


def test_the_database_keeps_one_main_post_a_day(units: Units, learner: Cadre) -> None:
    plain: dict[str, Any] = {"cadre": learner, "unit": units.away, "position": units.position}
    for start, stop in ((DAY, None), (DAY, DAY + timedelta(1)), (date(2020, 1, 1), DAY)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.create(**plain, valid_from=start, valid_to=stop)
    Post.objects.create(**plain, valid_from=date(2020, 1, 1), valid_to=FOUNDED)
    beside = Post.objects.create(**plain, valid_from=DAY, is_main=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=beside.pk).update(is_main=True)


def test_each_deed_is_journalled_with_its_document(units: Units, learner: Cadre) -> None:
    move(learner.posts.get(), units.away, on=DAY, document="Quyết định số 15")
    entry = JournalEntry.objects.filter(deed="post.move").get()
    assert (entry.before["unit"], entry.after["unit"]) == (HOME, AWAY)
    assert entry.after["document"] == "Quyết định số 15"


def test_a_preview_tells_the_groups_and_writes_nothing(
    units: Units, learner: Cadre, secretary: Position
) -> None:
    post, before = learner.posts.get(), list(Post.objects.values())
    found = preview(learner, lambda: move(post, units.away, secretary, on=DAY), on=DAY)
    groups = found[0]
    assert groups.coming == ["Người đứng đầu"]
    assert groups.going == [units.group.name]
    assert list(Post.objects.values()) == before
    assert not JournalEntry.objects.filter(deed="post.move").exists()


def test_the_group_follows_the_post_by_the_day(
    units: Units, learner: Cadre, secretary: Position
) -> None:
    move(learner.posts.get(), units.home, secretary, on=DAY)
    assert [g.code for g in groups_of(learner, DAY - timedelta(1))] == ["chuyen-trach"]
    assert [g.code for g in groups_of(learner, DAY)] == ["nguoi-dung-dau"]
