from __future__ import annotations

from datetime import date

import pytest
from django.forms.models import model_to_dict

from accounts.models import User
from cadres.models import Ancestry, Cadre, Post, Unit
from cadres.organising import rebuild_ancestry
from kit.errors import Refusal
from operations.changing import Recorder, find_obstacles, undo
from operations.models import Change, ChangeSet
from operations.notifying import notify
from tests import cast
from tests.cast import Units

SPLIT_ON = date(2026, 1, 1)


@pytest.fixture
def units(db: object) -> Units:
    return cast.build_units()


@pytest.fixture
def learner(units: Units) -> Cadre:
    return cast.make_cadre(units, identity_number="037180001234")


def state() -> list[dict[str, object]]:
    rows = [
        *User.objects.order_by("pk"),
        *Cadre.objects.order_by("pk"),
        *Post.objects.order_by("pk"),
    ]
    return [model_to_dict(row) | {"pk": row.pk} for row in rows]


def move(learner: Cadre, units: Units) -> ChangeSet:
    """The open post ends and one elsewhere begins; the record gets another name."""
    recorder = Recorder("Moving", by=None)
    post = learner.posts.get()
    post.valid_to = SPLIT_ON
    recorder.update([post], ["valid_to"])
    recorder.create(
        [Post(cadre=learner, unit=units.away, position=units.position, valid_from=SPLIT_ON)]
    )
    learner.full_name, learner.identity_number = "Nguyễn Thị Diễm Hằng", "037180009999"
    recorder.update([learner], ["full_name", "identity_number"])
    return recorder.change_set


def test_undoing_restores_every_row(units: Units, learner: Cadre) -> None:
    before = state()
    change_set = move(learner, units)
    assert state() != before
    undo(change_set, by=None, reason="Nhầm")
    assert state() == before


def test_identity_numbers_stay_ciphertext(units: Units, learner: Cadre) -> None:
    move(learner, units)
    assert "037180009999" not in str(list(Change.objects.values_list("rows", flat=True)))


def test_what_is_the_same_already_is_not_written(learner: Cadre) -> None:
    recorder = Recorder("Nothing", by=None)
    assert recorder.update([Cadre.objects.get()], ["full_name", "identity_number"]) == 0
    assert not Change.objects.exists()


def test_a_removed_row_comes_back_with_its_key(units: Units, learner: Cadre) -> None:
    before = state()
    recorder = Recorder("Removing", by=None)
    recorder.delete([learner.posts.get()])
    assert not learner.posts.exists()
    undo(recorder.change_set, by=None, reason="Nhầm")
    assert state() == before


def test_a_row_changed_since_stands_in_the_way(units: Units, learner: Cadre) -> None:
    change_set = move(learner, units)
    Cadre.objects.update(full_name="Nguyễn Thị Hoa")
    before = state()
    with pytest.raises(Refusal) as refused:
        undo(change_set, by=None, reason="Nhầm")
    assert ["Nguyễn Thị Hoa" in str(gap) for gap in refused.value.gaps] == [True]
    assert state() == before


def test_rows_built_on_what_was_made_stand_in_the_way(units: Units) -> None:
    recorder = Recorder("Entering", by=None)
    (user,) = recorder.create([User(username="moi", full_name="Người mới", password="!")])
    assert find_obstacles(recorder.change_set) == []
    notify(user, key="hello", title="Chào đồng chí")
    with pytest.raises(Refusal):
        undo(recorder.change_set, by=None, reason="Nhầm")
    assert User.objects.filter(pk=user.pk).exists()


def test_computed_rows_stand_in_nobodys_way(units: Units) -> None:
    recorder = Recorder("Founding", by=None)
    (unit,) = recorder.create([Unit()])
    Ancestry.objects.create(unit=unit, ancestor=unit, depth=0, valid_from=SPLIT_ON)
    undo(recorder.change_set, by=None, reason="Nhầm")
    assert not Unit.objects.filter(pk=unit.pk).exists()
    rebuild_ancestry()


def test_it_is_undone_once(units: Units, learner: Cadre) -> None:
    change_set = move(learner, units)
    undo(change_set, by=None, reason="Nhầm")
    with pytest.raises(Refusal):
        undo(change_set, by=None, reason="Nhầm")
