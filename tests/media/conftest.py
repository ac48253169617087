from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from cadres.models import Role
from tests import cast


@pytest.fixture
def units(db: Any) -> cast.Units:
    return cast.build_units()


@pytest.fixture
def trainer(units: cast.Units) -> User:
    return cast.make_role(units, Role.TRAINER)


@pytest.fixture
def admin(units: cast.Units) -> User:
    return cast.make_admin()


@pytest.fixture
def learner(units: cast.Units) -> User:
    user = cast.make_cadre(units, full_name="Nguyễn Thị Diễm Hương").user
    assert user
    return user
