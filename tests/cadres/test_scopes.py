from __future__ import annotations

from datetime import date

import pytest

from accounts.models import User
from cadres.granting import grant, withdraw
from cadres.models import Cadre, Role, RoleGrant
from cadres.organising import establish, merge
from cadres.scopes import access_of
from cadres.searching import find_people, get_user
from kit.dates import today
from kit.errors import Refusal
from tests import cast
from tests.cast import Units


def seen_by(user: User | None, day: date | None = None) -> set[Cadre]:
    return set(Cadre.objects.visible_to(access_of(user, day)))


def test_a_manager_sees_the_own_unit_and_no_stranger(
    manager: User, learner: Cadre, colleague: Cadre, stranger: Cadre
) -> None:
    seen = seen_by(manager)
    assert {learner, colleague} <= seen
    assert stranger not in seen


def test_a_learner_sees_only_the_own_record(learner: Cadre, colleague: Cadre) -> None:
    assert seen_by(learner.user) == {learner}


def test_an_auditor_sees_everyone(auditor: User, learner: Cadre, stranger: Cadre) -> None:
    assert {learner, stranger} <= seen_by(auditor)


def test_a_visitor_sees_nobody(learner: Cadre) -> None:
    assert seen_by(None) == set()


def test_a_role_ends_on_its_day(manager: User, learner: Cadre) -> None:
    withdraw(RoleGrant.objects.get(user=manager), by=None)
    assert learner not in seen_by(manager)


def test_a_manager_loses_the_scope_with_the_unit(
    units: Units, manager: User, learner: Cadre
) -> None:
    new = establish("Phường Mới", "ward", parent=units.root, valid_from=today())
    merge([units.home], new, effective_on=today(), document="NQ 1")
    assert learner not in seen_by(manager)


def test_a_manager_needs_a_unit(learner: Cadre) -> None:
    with pytest.raises(Refusal, match="Chọn đơn vị"):
        grant(learner.user, Role.MANAGER)  # type: ignore[arg-type]


def test_the_same_role_twice_is_one_grant(units: Units, manager: User) -> None:
    grant(manager, Role.MANAGER, unit=units.home)
    assert RoleGrant.objects.filter(user=manager).count() == 1


def test_the_last_administrator_stays(admin: User) -> None:
    held = RoleGrant.objects.get(user=admin)
    with pytest.raises(Refusal, match="quản trị viên cuối cùng"):
        withdraw(held, by=admin)
    cast.make_admin()
    withdraw(held, by=admin)


def test_people_are_found_without_accents_and_in_vietnamese_order(
    units: Units, auditor: User
) -> None:
    for name in ("Lê Văn Đức", "Đỗ Văn An", "An Thị Duyên", "Lê Thị Ánh"):
        cast.make_cadre(units, full_name=name)
    found = find_people(access_of(auditor), text="an")
    assert [c.full_name for c in found if "Lê" not in c.full_name][:1] == ["Đỗ Văn An"]
    everyone = [c.full_name for c in find_people(access_of(auditor), unit_id=units.home.pk)]
    names = ["Đỗ Văn An", "Lê Thị Ánh", "An Thị Duyên", "Lê Văn Đức"]
    assert [name for name in everyone if name in names] == names


def test_an_accented_match_comes_first(units: Units, auditor: User) -> None:
    cast.make_cadre(units, full_name="Lê Thị Hoa")
    exact = cast.make_cadre(units, full_name="Vũ Thị Hóa")
    assert find_people(access_of(auditor), text="hóa").first() == exact


def test_people_of_a_group_hold_its_positions(units: Units, auditor: User, learner: Cadre) -> None:
    assert learner in find_people(access_of(auditor), group=units.group)


def test_a_namesake_is_not_guessed(units: Units) -> None:
    one, _other = cast.make_cadre(units), cast.make_cadre(units)
    with pytest.raises(Refusal, match=one.code):
        get_user("nguyen van an")
    assert get_user(one.code.lower()) == one.user
