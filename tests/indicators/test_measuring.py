from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadres.defining import define_position
from cadres.grouping import Ending, NewListing, change
from cadres.models import Cadre
from cadres.organising import establish, merge, transfer
from cadres.posting import assign
from certificates.issuing import issue
from certificates.models import Certificate
from certificates.revoking import revoke
from courses.models import Course, Obligation
from courses.requiring import require, require_hours, waive
from indicators.measuring import remeasure, remeasure_stale
from indicators.models import Figure, Plan, Standing
from tests import cast
from tests.cast import FOUNDED, Units
from tests.indicators.building import DAY, complete, counted, differences, noon


def test_a_completion_counts_in_the_unit_and_above(
    units: Units, learner: Cadre, colleague: Cadre, k1: Course
) -> None:
    complete(learner, k1)
    assert counted("1.1", units.home) == (1, 2)
    assert counted("1.1", units.root) == (1, 2)
    assert counted("1.1", units.away) == (0, 0)


def test_someone_with_two_posts_counts_once_in_the_province(
    units: Units, learner: Cadre, k1: Course
) -> None:
    assign(learner, units.away, units.position, since=FOUNDED)
    complete(learner, k1)
    assert counted("1.1", units.home) == counted("1.1", units.away) == (1, 1)
    assert counted("1.1", units.root) == (1, 1)


def test_figures_add_numerators_and_denominators_not_percentages(
    units: Units, learner: Cadre, colleague: Cadre, stranger: Cadre, k1: Course
) -> None:
    complete(stranger, k1)
    complete(learner, k1)
    assert counted("1.1", units.root) == (2, 3)


def test_a_course_of_last_year_counts_only_where_years_add_up(
    units: Units, plan: Plan, learner: Cadre, k1: Course
) -> None:
    complete(learner, k1, on=date(2026, 5, 4))
    remeasure(plan, on=date(2027, 2, 1))
    assert counted("1.1", units.home, 2027) == (1, 1)
    assert counted("2.1", units.home, 2027) == (0, 1)
    assert counted("2.1", units.home, 2026) == (1, 1)


def test_only_the_group_is_the_population(units: Units, learner: Cadre) -> None:
    driver = define_position("lai-xe", "Lái xe")
    cast.make_cadre(units, position=driver)
    assert counted("2.1", units.home) == (0, 1)
    assert counted("1.1", units.home) == (0, 2)


def test_hours_reach_what_the_kind_must(
    units: Units, plan: Plan, learner: Cadre, k1: Course, k2: Course
) -> None:
    complete(learner, k1)
    assert counted("2.3", units.home) == (0, 1)
    complete(learner, k2)
    assert counted("2.3", units.home) == (1, 1)


def test_other_hours_required_move_the_figures_at_once(
    units: Units, plan: Plan, learner: Cadre, k1: Course
) -> None:
    complete(learner, k1)
    require_hours(learner.kind, Decimal(8), valid_from=date(2026, 6, 1), document="Minh họa")
    assert counted("2.3", units.home) == (1, 1)
    assert differences(plan) == []


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 6, 30), (1, 1)), (date(2026, 7, 1), (0, 1)), (None, (0, 1))],
)
def test_due_courses_count_by_their_day(
    units: Units, learner: Cadre, k1: Course, on: date | None, expected: tuple[int, int]
) -> None:
    starts, due = date(2026, 1, 5), date(2026, 6, 30)
    require(k1, unit=units.home, starts_on=starts, due_on=due)
    if on:
        complete(learner, k1, on=on)
    assert counted("2.5", units.root) == expected


@pytest.mark.parametrize(("due", "expected"), [(DAY, (0, 0)), (DAY - timedelta(1), (0, 1))])
def test_a_course_due_today_is_not_missed_yet(
    units: Units, learner: Cadre, k1: Course, due: date, expected: tuple[int, int]
) -> None:
    require(k1, unit=units.home, starts_on=date(2026, 1, 5), due_on=due)
    assert counted("2.5", units.home) == expected


def test_a_waived_course_leaves_the_denominator(
    units: Units, learner: Cadre, manager: Any, k1: Course
) -> None:
    require(k1, unit=units.home, starts_on=date(2026, 1, 5), due_on=date(2026, 6, 30))
    waive(Obligation.objects.get(), by=manager, reason="Nghỉ thai sản")
    assert counted("2.5", units.home) == (0, 0)


def test_certificates_count_in_the_year_they_were_issued_and_revoked(
    units: Units, plan: Plan, learner: Cadre, manager: Any, k1: Course
) -> None:
    certificate = issue(complete(learner, k1), at=noon(date(2026, 3, 3)))
    revoke(certificate, by=manager, reason="Sai tên", at=noon(date(2027, 1, 9)))
    remeasure(plan, on=date(2027, 2, 1))
    assert counted("2.9", units.root) == counted("10.4", units.root) == (1, 1)
    assert counted("2.9b", units.root) == (0, 0)
    assert counted("2.9b", units.root, 2027) == (1, 1)


def test_a_printed_page_without_an_address_is_counted_as_missing(
    units: Units, plan: Plan, learner: Cadre, k1: Course
) -> None:
    certificate = issue(complete(learner, k1), at=noon(date(2026, 3, 3)))
    Certificate.objects.filter(pk=certificate.pk).update(printed={"address": ""})
    remeasure(plan, on=DAY)
    assert counted("10.4", units.root) == (0, 1)


def test_a_merged_unit_takes_its_people_along(
    units: Units, plan: Plan, learner: Cadre, k1: Course
) -> None:
    complete(learner, k1)
    merge([units.home], units.away, effective_on=date(2026, 9, 1), document="NQ 1")
    assert counted("1.1", units.home) == (0, 0)
    assert counted("1.1", units.away) == (1, 1)
    assert differences(plan) == []


def test_a_certificate_of_an_ended_unit_still_counts_above_it(
    units: Units, plan: Plan, learner: Cadre, k1: Course
) -> None:
    issue(complete(learner, k1), at=noon(date(2026, 3, 3)))
    merge([units.home], units.away, effective_on=date(2026, 9, 1), document="NQ 1")
    assert counted("2.9", units.home) == counted("2.9", units.root) == (1, 1)


def test_a_year_keeps_the_tree_it_had_on_its_last_day(
    units: Units, plan: Plan, learner: Cadre, k1: Course
) -> None:
    complete(learner, k1)
    city = establish("Thành ủy", "district", parent=units.root, valid_from=FOUNDED)
    remeasure(plan, on=date(2027, 2, 1))
    transfer(units.home, city, effective_on=date(2027, 1, 10), document="NQ 2")
    assert counted("1.1", city, 2026) == (0, 0)
    assert counted("1.1", city, 2027) == (1, 1)
    assert differences(plan) == []


def test_a_group_that_changes_moves_the_figures(units: Units, plan: Plan, learner: Cadre) -> None:
    rule = units.group.rules.get()
    change(units.group, Ending(rule, on=DAY))
    assert counted("2.1", units.home) == (0, 0)
    change(units.group, NewListing(learner, is_excluded=False, since=DAY, reason="Phân công"))
    assert counted("2.1", units.home) == (0, 1)
    assert differences(plan) == []


def test_counting_again_changes_nothing(
    units: Units, plan: Plan, learner: Cadre, k1: Course
) -> None:
    complete(learner, k1)
    before = list(Standing.objects.order_by("pk").values()), list(Figure.objects.values())
    remeasure(plan, on=DAY)
    after = list(Standing.objects.order_by("pk").values()), list(Figure.objects.values())
    assert before == after


def test_a_tampered_figure_is_found_and_mended(units: Units, plan: Plan, learner: Cadre) -> None:
    Figure.objects.filter(unit=units.home).update(numerator=7)
    assert any(line.startswith("figure") for line in differences(plan))
    remeasure(plan, on=DAY)
    assert differences(plan) == []


def test_a_plan_is_moved_to_the_day_once(plan: Plan, learner: Cadre) -> None:
    tomorrow = DAY + timedelta(days=1)
    assert remeasure_stale(on=tomorrow) == 1
    assert remeasure_stale(on=tomorrow) == 0
    assert differences(plan) == []


def test_a_completion_costs_few_queries_however_large_the_unit(
    units: Units, plan: Plan, learner: Cadre, colleague: Cadre, k1: Course
) -> None:
    def cost(cadre: Cadre) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            complete(cadre, k1)
        return sum("indicators_" in query["sql"] for query in queries.captured_queries)

    first = cost(learner)
    for _number in range(20):
        cast.make_cadre(units)
    assert cost(colleague) <= first <= 10
