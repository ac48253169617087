from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cadres.models import Cadre, Role
from tests import cast
from tests.cast import Units


@pytest.fixture
def units(db: Any) -> Units:
    return cast.build_units()


@pytest.fixture
def learner(units: Units) -> Cadre:
    return cast.make_cadre(units, full_name=cast.NAMES["learner"], gender="female")


@pytest.fixture
def colleague(units: Units) -> Cadre:
    return cast.make_cadre(units, full_name=cast.NAMES["colleague"])


@pytest.fixture
def stranger(units: Units) -> Cadre:
    return cast.make_cadre(units, full_name=cast.NAMES["stranger"], unit=units.away)


@pytest.fixture
def trainer(units: Units) -> User:
    return cast.make_role(units, Role.TRAINER)


@pytest.fixture
def manager(units: Units) -> User:
    """Of the learner's unit."""
    return cast.make_role(units, Role.MANAGER, on=units.home)


@pytest.fixture
def auditor(units: Units) -> User:
    return cast.make_role(units, Role.AUDITOR)


@pytest.fixture
def admin(units: Units) -> User:
    return cast.make_admin()


@pytest.fixture
def enter(client: Client) -> Any:
    """The client, signed in as somebody."""

    def sign_in(who: User | Cadre) -> Client:
        client.force_login(who.user if isinstance(who, Cadre) else who)  # type: ignore[arg-type]
        return client

    return sign_in
