from __future__ import annotations

import pytest
from django.test import Client

from cadres.models import Cadre
from tests import cast
from tests.cast import Units
from tests.exchange.building import make_client


@pytest.fixture
def units(db: None) -> Units:
    return cast.build_units()


@pytest.fixture
def learner(units: Units) -> Cadre:
    return cast.make_cadre(units, full_name=cast.NAMES["learner"])


@pytest.fixture
def hrm(units: Units) -> Client:
    """A personnel system with a key for the whole province."""
    return make_client()
