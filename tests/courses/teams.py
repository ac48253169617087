"""A manager's people and a course required of them: what tests of tracking stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client

from accounts.models import User
from cadres.models import Cadre, Role
from courses.models import Course, Obligation, Requirement
from courses.requiring import require
from kit.dates import today
from tests import cast
from tests.cast import Units
from tests.courses.building import make_course

LATE = timedelta(days=-3)
SOON = timedelta(days=30)


@dataclass
class Team:
    """`learner` has an e-mail address; `colleague`, of the same unit, has none."""

    units: Units
    course: Course
    learner: Cadre
    colleague: Cadre
    stranger: Cadre
    manager: User
    away_manager: User
    owner: User
    auditor: User
    admin: User

    def require(self, due: timedelta = SOON, **given: Any) -> Requirement:
        """Of everyone in the home unit, since two months ago."""
        asked: dict[str, Any] = {
            "unit": self.units.home,
            "starts_on": today() - timedelta(days=60),
            "due_on": today() + due,
        }
        return require(self.course, **asked | given)


def make_team() -> Team:
    units = cast.build_units()
    learner = cast.make_cadre(units, full_name=cast.NAMES["learner"], email="huong@example.vn")
    return Team(
        units=units,
        course=make_course(1, code="K1"),
        learner=learner,
        colleague=cast.make_cadre(units, full_name=cast.NAMES["colleague"], phone="0912345678"),
        stranger=cast.make_cadre(units, full_name=cast.NAMES["stranger"], unit=units.away),
        manager=cast.make_role(units, Role.MANAGER, on=units.home, unit=units.root),
        away_manager=cast.make_role(units, Role.MANAGER, on=units.away, unit=units.root),
        owner=cast.make_role(units, Role.OWNER, unit=units.root),
        auditor=cast.make_role(units, Role.AUDITOR, unit=units.root),
        admin=cast.make_admin(),
    )


def as_(who: User | Cadre | None) -> Client:
    client = Client(headers={"accept-language": "vi"})
    user = who.user if isinstance(who, Cadre) else who
    if user:
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def owed(cadre: Cadre) -> Obligation:
    return Obligation.objects.get(cadre=cadre)
