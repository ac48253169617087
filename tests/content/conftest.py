from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cadres.models import Role
from content.models import ChapterPage
from content.preparing import prepare, sync_groups
from tests import cast
from tests.courses.building import add_chapter, make_page


@pytest.fixture
def units(db: Any) -> cast.Units:
    return cast.build_units()


def author(units: cast.Units, role: Role) -> User:
    user = cast.make_role(units, role)
    sync_groups(user)
    return user


@pytest.fixture
def trainer(chapter: ChapterPage, units: cast.Units) -> User:
    return author(units, Role.TRAINER)


@pytest.fixture
def reviewer(chapter: ChapterPage, units: cast.Units) -> User:
    """May change pages, not add any."""
    return author(units, Role.REVIEWER)


@pytest.fixture
def chapter(db: Any) -> ChapterPage:
    prepare()
    return add_chapter(make_page())


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "vi"})
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client
