"""The small world, built once for a module and given whole to each of its tests."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction

from tests.lms.building import World, build_world


@pytest.fixture(scope="module")
def _world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """In a transaction around those of the tests, rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = build_world()
        connection.check_constraints()  # else each test's end checks all of it anew
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def world(_world: World, db: None) -> World:
    return deepcopy(_world)
