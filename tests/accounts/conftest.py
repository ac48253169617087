from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.signals import user_logged_in
from django.core.cache import cache
from django.http import HttpRequest

from accounts.models import User
from cadres.models import Cadre, Role
from operations import purposes
from tests import cast
from tests.cast import Units


@pytest.fixture
def units(db: None) -> Units:
    cache.clear()  # the door counts who knocks
    return cast.build_units()


@pytest.fixture
def learner(units: Units) -> Cadre:
    return cast.make_cadre(
        units,
        full_name=cast.NAMES["learner"],
        gender="female",
        phone="0900888001",
        email="huong@dv.example",
    )


@pytest.fixture
def colleague(units: Units) -> Cadre:
    return cast.make_cadre(units, full_name=cast.NAMES["colleague"])


@pytest.fixture
def manager(units: Units) -> User:
    """Of the learner's unit."""
    return cast.make_role(units, Role.MANAGER, on=units.home)


@pytest.fixture
def issuer(units: Units) -> User:
    return cast.make_role(units, Role.ISSUER, on=units.root)


@pytest.fixture
def admin(units: Units) -> User:
    return cast.make_admin()


@pytest.fixture(autouse=True)
def note_is_read() -> Iterator[None]:
    """Whoever signs in has read the note on what is kept."""

    def read_it(request: HttpRequest, user: User, **_: Any) -> None:
        purposes.read(user)
        request.session.pop(purposes.UNREAD, None)

    user_logged_in.connect(read_it)
    yield
    user_logged_in.disconnect(read_it)
