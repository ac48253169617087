"""The cast of the tests, built through the deeds: plain functions for any fixture.

A province of three units: the root, a ward (`home`) where the learner and the colleague are, and a
commune (`away`) where the stranger is.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from accounts.models import User
from cadres.defining import define_group, define_position
from cadres.granting import grant
from cadres.models import Cadre, Position, Role, TargetGroup, Unit, UnitVersion
from cadres.organising import establish
from cadres.registering import NewCadre, register_all

FOUNDED = date(2025, 7, 1)
NAMES = {
    "learner": "Nguyễn Thị Diễm Hương",
    "colleague": "Trần Văn Bình",
    "stranger": "Lê Thị Ngọc Ánh",
    "trainer": "Đỗ Quỳnh Trâm",
    "reviewer": "Đỗ Việt Ất",
    "manager": "Phạm Hữu Điệp",
    "issuer": "Lã Thị Bích Thoa",
    "owner": "Đinh Xuân Tuyên",
    "auditor": "Quách Thị Hồng Nhàn",
}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Units:
    """The root and the two units below it; who may be posted where."""

    root: Unit
    home: Unit
    away: Unit
    position: Position
    group: TargetGroup


def build_units() -> Units:
    """Tỉnh ủy, phường Hoa Lư below it, xã Phát Diệm beside that; one position in one group."""
    kinds = UnitVersion.Kind
    root = establish(
        "Tỉnh ủy Ninh Bình", kinds.PROVINCE, parent=None, valid_from=FOUNDED, code="TU"
    )
    home = establish("Phường Hoa Lư", kinds.WARD, parent=root, valid_from=FOUNDED, code="14329")
    away = establish("Xã Phát Diệm", kinds.COMMUNE, parent=root, valid_from=FOUNDED, code="14620")
    group = define_group("chuyen-trach", "Cán bộ chuyên trách công tác dân vận")
    position = define_position("can-bo-dan-van", "Cán bộ dân vận", [group])
    return Units(root, home, away, position, group)


def new_cadre(units: Units, **given: Any) -> NewCadre:
    """What a cadre of `home` needs; any of it can be given."""
    number = next(_numbers)
    plain = NewCadre(
        code=f"TEST{number:06d}",
        full_name="Nguyễn Văn An",
        gender=Cadre.Gender.MALE,
        born_on=date(1980, 9, 5),
        kind=Cadre.Kind.CIVIL_SERVANT,
        unit=units.home,
        position=units.position,
        since=FOUNDED,
    )
    return replace(plain, **given)


def make_cadre(units: Units, **given: Any) -> Cadre:
    return register_all([new_cadre(units, **given)])[0]


def make_role(units: Units, role: Role, *, on: Unit | None = None, **given: Any) -> User:
    """The account of a cadre who holds a role since the units were founded."""
    user = make_cadre(units, **{"full_name": NAMES.get(role, "Nguyễn Văn An"), **given}).user
    assert user is not None
    grant(user, role, unit=on, valid_from=FOUNDED)
    return user


def make_admin() -> User:
    """An administrator, who has no cadre record."""
    user = User.objects.create_user(f"admin{next(_numbers)}", full_name="Quản trị hệ thống")
    grant(user, Role.ADMIN, valid_from=FOUNDED)
    return user
