from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from cadres.granting import grant
from cadres.models import Cadre, Post, Role
from cadres.retaining import ANONYMOUS, leavers, people_left
from kit.dates import start_of
from operations.models import JournalEntry, Notice
from operations.notifying import notify
from tests import cast
from tests.cast import Units

LEFT, LATER = date(2025, 9, 1), start_of(date(2031, 1, 1))


@pytest.fixture
def leaver(units: Units) -> Cadre:
    cadre = cast.make_cadre(
        units,
        full_name="Vũ Thị Lan",
        identity_number="037180123456",
        phone="0900888001",
        email="lan@example.vn",
    )
    Post.objects.filter(cadre=cadre).update(valid_to=LEFT)
    return cadre


def test_who_left_long_ago_is_anonymised(leaver: Cadre) -> None:
    assert people_left([])(LATER, False) == 1
    leaver.refresh_from_db()
    user = leaver.user
    assert user
    held = (leaver.full_name, leaver.identity_number, leaver.identity_hash, leaver.phone)
    assert held == (ANONYMOUS, "", "", "")
    assert (leaver.born_on, leaver.email) == (date(1980, 1, 1), "")
    assert (user.full_name, user.phone, user.email, user.is_active) == (ANONYMOUS, "", "", False)
    assert not user.has_usable_password()
    assert leaver.posts.exists()


def test_the_journal_says_how_many_and_which(leaver: Cadre) -> None:
    people_left([])(LATER, False)
    entry = JournalEntry.objects.get(deed="cadre.anonymise")
    assert entry.after == {"people": 1, "ids": str(leaver.pk)}


def test_nobody_is_anonymised_twice(leaver: Cadre) -> None:
    people_left([])(LATER, False)
    assert people_left([])(LATER, True) == 0


def test_a_trial_changes_nothing(leaver: Cadre) -> None:
    assert people_left([])(LATER, True) == 1
    leaver.refresh_from_db()
    assert leaver.full_name == "Vũ Thị Lan"


def test_notices_to_them_go(leaver: Cadre) -> None:
    assert leaver.user
    notify(leaver.user, key="a", title="Một")
    people_left([])(LATER, False)
    assert not Notice.objects.exists()


def test_who_holds_a_post_a_role_or_left_lately_stays(
    leaver: Cadre, learner: Cadre, units: Units
) -> None:
    assert list(leavers(LATER.date())) == [leaver]
    assert list(leavers(LEFT)) == []
    Post.objects.create(
        cadre=leaver, unit=units.away, position=units.position, valid_from=date(2026, 1, 1)
    )
    assert list(leavers(LATER.date())) == []


def test_who_holds_a_role_stays(leaver: Cadre) -> None:
    grant(leaver.user, Role.TRAINER, valid_from=cast.FOUNDED)  # type: ignore[arg-type]
    assert list(leavers(LATER.date())) == []


def test_whom_a_floor_above_still_needs_stays(leaver: Cadre, manager: User) -> None:
    def spare(cadres: Any) -> Any:
        return cadres.exclude(pk=leaver.pk)

    assert people_left([spare])(LATER, False) == 0
