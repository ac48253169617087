from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments import attempting
from assessments.models import Attempt, PaperVersion, Sitting
from tests.assessments.building import make_bank, make_sitting, make_version

NINE = datetime(2026, 9, 1, 9, tzinfo=UTC)


@pytest.fixture
def nine() -> datetime:
    """Nine o'clock: when tries begin."""
    return NINE


@pytest.fixture
def version(db: None) -> PaperVersion:
    """Twenty of 24 questions in 30 minutes, three tries, passed from 5."""
    return make_version(make_bank(24))


@pytest.fixture
def sitting(version: PaperVersion) -> Sitting:
    return make_sitting(version)


@pytest.fixture
def attempt(sitting: Sitting) -> Attempt:
    return attempting.start(sitting, at=NINE, seed=1)
