from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cadres.models import Cadre, Role
from courses.models import Course
from indicators.measuring import remeasure
from indicators.models import Plan
from lms.demo.plan import build_plan
from tests import cast
from tests.cast import Units
from tests.courses.building import make_course
from tests.indicators.building import DAY


@pytest.fixture
def units(db: Any) -> Units:
    return cast.build_units()


@pytest.fixture
def plan(units: Units) -> Plan:
    """The demo's plan as of one day; nobody is counted yet."""
    built = build_plan(units.root)
    remeasure(built, on=DAY)
    return built


@pytest.fixture
def k1(db: Any) -> Course:
    return make_course(1, code="K1")


@pytest.fixture
def k2(db: Any) -> Course:
    return make_course(1, code="K2")


@pytest.fixture
def learner(units: Units, plan: Plan) -> Cadre:
    return cast.make_cadre(units, full_name=cast.NAMES["learner"])


@pytest.fixture
def colleague(units: Units, plan: Plan) -> Cadre:
    return cast.make_cadre(units, full_name=cast.NAMES["colleague"])


@pytest.fixture
def stranger(units: Units, plan: Plan) -> Cadre:
    return cast.make_cadre(units, full_name=cast.NAMES["stranger"], unit=units.away)


@pytest.fixture
def manager(units: Units, plan: Plan) -> User:
    """Of the learner's unit; posted elsewhere, so not counted in it."""
    return cast.make_role(units, Role.MANAGER, on=units.home, unit=units.root)


@pytest.fixture
def auditor(units: Units, plan: Plan) -> User:
    return cast.make_role(units, Role.AUDITOR, unit=units.root)


@pytest.fixture
def enter(client: Client) -> Any:
    """The client, signed in as somebody."""

    def sign_in(who: User | Cadre) -> Client:
        client.force_login(who.user if isinstance(who, Cadre) else who)  # type: ignore[arg-type]
        return client

    return sign_in
