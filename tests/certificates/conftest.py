"""The cast around one certificate: whose it is, who issued it, who may see it and who may not."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from cadres.granting import grant
from cadres.models import Cadre, Role, Unit
from certificates.models import Certificate, Issuer
from courses.models import Course
from tests.assessments.building import make_course
from tests.certificates.building import SINCE, certify, make_cadre, make_issuer, make_unit


@pytest.fixture
def unit(db: None) -> Unit:
    return make_unit("Phường Hoa Lư")


@pytest.fixture
def course(db: None) -> Course:
    return make_course(lessons=1)


@pytest.fixture
def issuing(course: Course) -> Issuer:
    """The issuer of `course`."""
    assert course.current
    return Issuer.objects.get(unit=course.current.issuing_unit)


@pytest.fixture
def learner(unit: Unit) -> Cadre:
    return make_cadre("Nguyễn Thị Diễm Hương", unit)


@pytest.fixture
def certificate(learner: Cadre, course: Course) -> Certificate:
    return certify(learner, course)


def _with_role(name: str, role: Role, unit: Unit | None) -> User:
    user = User.objects.create(username=f"{role}-{name}", full_name=name)
    grant(user, role, unit=unit, valid_from=SINCE)
    return user


@pytest.fixture
def users(learner: Cadre, unit: Unit, issuing: Issuer) -> dict[str, User]:
    """Everyone by the part one plays."""
    other_unit = make_unit("Xã Yên Khánh")
    other_issuer = make_issuer("Trường Chính trị", heading=Issuer.Heading.STATE)
    colleague = make_cadre("Đỗ Việt Ất", unit)
    assert learner.user and colleague.user
    return {
        "learner": learner.user,
        "colleague": colleague.user,
        "manager": _with_role("Vũ Thị Mơ", Role.MANAGER, unit),
        "stranger": _with_role("Lê Văn Xa", Role.MANAGER, other_unit),
        "issuer": _with_role("Đỗ Quỳnh Trâm", Role.ISSUER, issuing.unit),
        "other issuer": _with_role("Phạm Thị Lan", Role.ISSUER, other_issuer.unit),
        "trainer": _with_role("Hà Văn Dạy", Role.TRAINER, None),
        "auditor": _with_role("Ngô Thị Soát", Role.AUDITOR, None),
        "admin": _with_role("Trần Văn Quản", Role.ADMIN, None),
    }


@pytest.fixture
def browsers(users: dict[str, User]) -> dict[str, Client]:
    """A signed-in browser for each, and one for nobody."""
    clients = {"nobody": Client()}
    for part, user in users.items():
        clients[part] = Client()
        clients[part].force_login(user)
    return clients
