"""Facts of several people at the same moment, on real locks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from cadres.models import Cadre
from cadres.posting import assign
from courses.models import Course
from courses.requiring import require
from indicators.measuring import remeasure
from indicators.models import Plan
from tests import cast
from tests.cast import FOUNDED, Units
from tests.indicators.building import DAY, complete, counted, differences

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], Any]) -> None:
    """Runs the deeds in threads that set out together."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        for future in [threads.submit(run, deed) for deed in deeds]:
            future.result()


def finishing(cadre: Cadre, course: Course) -> Callable[[], Any]:
    return lambda: complete(cadre, course)


def test_completions_at_once_are_all_counted(units: Units, plan: Plan, k1: Course) -> None:
    people = [cast.make_cadre(units) for _number in range(4)]
    at_once(*[finishing(cadre, k1) for cadre in people])
    assert counted("1.1", units.root) == (4, 4)
    assert differences(plan) == []


def test_everything_at_once_ends_and_agrees(
    units: Units, plan: Plan, learner: Cadre, colleague: Cadre, k1: Course
) -> None:
    at_once(
        finishing(learner, k1),
        lambda: remeasure(plan, on=DAY),
        lambda: assign(colleague, units.away, units.position, since=FOUNDED),
        lambda: require(k1, unit=units.root, starts_on=FOUNDED, due_on=DAY),
        lambda: cast.make_cadre(units, unit=units.away),
    )
    assert differences(plan) == []
