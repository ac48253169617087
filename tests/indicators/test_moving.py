"""Nothing that was earned moves with a post; what counts people goes with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cadres.models import Cadre
from cadres.posting import assign, end, move
from certificates.issuing import issue
from certificates.models import Certificate
from courses.models import Completion, Course, Obligation
from courses.requiring import require
from indicators.measuring import remeasure
from indicators.models import Plan
from tests.cast import Units
from tests.indicators.building import DAY, complete, counted, differences, noon


def earned() -> list[Any]:
    return [list(model.objects.values()) for model in (Completion, Certificate, Obligation)]


def test_what_was_earned_keeps_the_unit_of_its_day(
    units: Units, plan: Plan, learner: Cadre, k1: Course
) -> None:
    require(k1, unit=units.home, starts_on=date(2026, 1, 5), due_on=date(2026, 6, 30))
    issue(complete(learner, k1), at=noon(date(2026, 3, 3)))
    before = earned()
    move(learner.posts.get(), units.away, on=DAY)
    assert earned() == before
    for code in ("2.5", "2.9", "10.4"):
        assert (counted(code, units.home), counted(code, units.away)) == ((1, 1), (0, 0))
    assert differences(plan) == []


def test_the_person_counts_where_the_post_is(
    units: Units, plan: Plan, learner: Cadre, k1: Course
) -> None:
    complete(learner, k1)
    move(learner.posts.get(), units.away, on=DAY)
    assert (counted("1.1", units.home), counted("1.1", units.away)) == ((0, 0), (1, 1))
    assert counted("1.1", units.root) == (1, 1)
    assert differences(plan) == []


def test_a_move_to_come_counts_from_its_day(units: Units, plan: Plan, learner: Cadre) -> None:
    move(learner.posts.get(), units.away, on=DAY + timedelta(days=7))
    assert counted("1.1", units.home) == (0, 1)
    remeasure(plan, on=DAY + timedelta(days=7))
    assert (counted("1.1", units.home), counted("1.1", units.away)) == ((0, 0), (0, 1))
    assert differences(plan) == []


def test_who_holds_no_post_any_more_is_counted_nowhere(
    units: Units, plan: Plan, learner: Cadre
) -> None:
    assign(learner, units.away, units.position, since=DAY - timedelta(days=30))
    for post in learner.posts.all():
        end(post, on=DAY)
    assert counted("1.1", units.root) == (0, 0)
    assert differences(plan) == []
