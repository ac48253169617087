"""The cast of the courses: who learns, who looks on, who must not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cadres.granting import grant
from cadres.models import Cadre, Role
from courses.enrolling import enrol
from courses.models import Course, Edition, Enrolment
from tests.assessments.building import make_cadre
from tests.courses.building import make_edition


@pytest.fixture
def edition(db: Any) -> Edition:
    """Three lessons in one chapter, with a final paper of four questions."""
    return make_edition()


@pytest.fixture
def course(edition: Edition) -> Course:
    return edition.course


@pytest.fixture
def learner(db: Any) -> Cadre:
    return make_cadre("Nguyễn Thị Diễm Hương")


@pytest.fixture
def colleague(db: Any) -> Cadre:
    """Of the learner's kind, not enrolled."""
    return make_cadre("Đỗ Quỳnh Trâm")


@pytest.fixture
def enrolment(learner: Cadre, course: Course) -> Enrolment:
    return enrol(learner, course)


@pytest.fixture
def desk(db: Any) -> User:
    """A user who is no cadre: an administrator."""
    user = User.objects.create_user("quan-tri", full_name="Đỗ Việt Ất")
    grant(user, Role.ADMIN, valid_from=date(2025, 1, 1))
    return user


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "vi"})


@pytest.fixture
def by_learner(learner: Cadre) -> Client:
    return signed_in(learner.user)


@pytest.fixture
def by_colleague(colleague: Cadre) -> Client:
    return signed_in(colleague.user)


@pytest.fixture
def by_desk(desk: User) -> Client:
    return signed_in(desk)


def signed_in(user: User | None) -> Client:
    assert user
    client = Client(headers={"accept-language": "vi"})
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client
