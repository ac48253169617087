from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from cadres.models import Cadre
from cadres.organising import merge
from cadres.posting import assign
from certificates.issuing import issue
from courses.models import Course
from courses.requiring import require
from indicators import reading
from indicators.models import Figure, Plan, Target
from tests import cast
from tests.cast import FOUNDED, Units
from tests.indicators.building import complete, counted, get_indicator, noon

PAGES = [
    reverse("indicators:plan"),
    reverse("indicators:indicator", args=["1.1"]),
    reverse("indicators:people", args=["1.1"]),
    reverse("indicators:people_export", args=["1.1"]),
]


@pytest.fixture
def year(units: Units, learner: Cadre, colleague: Cadre, stranger: Cadre, k1: Course) -> Course:
    """One finished in time with a certificate, one did not; one has two posts."""
    require(k1, unit=units.root, starts_on=date(2026, 1, 2), due_on=date(2026, 6, 30))
    issue(complete(learner, k1), at=noon(date(2026, 3, 3)))
    issue(complete(stranger, k1, on=date(2026, 9, 9)), at=noon(date(2026, 9, 9)))
    assign(colleague, units.away, units.position, since=FOUNDED)
    return k1


@pytest.mark.parametrize("address", PAGES)
def test_a_manager_and_an_auditor_open_the_plan(
    enter: Any, manager: User, auditor: User, year: Course, address: str
) -> None:
    assert enter(manager).get(address).status_code == 200
    assert enter(auditor).get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_a_learner_and_a_visitor_do_not(
    enter: Any, client: Any, learner: Cadre, address: str
) -> None:
    assert client.get(address).status_code in (302, 404)
    assert enter(learner).get(address).status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_a_manager_finds_no_other_unit(
    enter: Any, manager: User, units: Units, year: Course, address: str
) -> None:
    client = enter(manager)
    for unit in (units.away, units.root):
        assert client.get(f"{address}?don-vi={unit.public_id}").status_code == 404


@pytest.mark.parametrize("query", ["nam=2031", "nam=x", "don-vi=x", "ke-hoach=x"])
def test_an_address_that_means_nothing_is_not_found(enter: Any, auditor: User, query: str) -> None:
    assert enter(auditor).get(f"{PAGES[0]}?{query}").status_code == 404


def test_an_indicator_entered_by_hand_has_no_page(enter: Any, auditor: User) -> None:
    assert enter(auditor).get(reverse("indicators:indicator", args=["1.3"])).status_code == 404


def test_the_plan_shows_ten_groups_and_what_falls_behind(
    enter: Any, auditor: User, year: Course
) -> None:
    response = enter(auditor).get(PAGES[0])
    assert len(response.context["groups"]) == 10
    assert response.context["finding"] == "4/5 chỉ tiêu còn xa mục tiêu: 1.1, 2.1, 2.3, 2.5"
    assert "Chỉ tiêu minh họa" in response.content.decode()


def test_a_closed_plan_stands_beside_it(enter: Any, auditor: User) -> None:
    response = enter(auditor).get(f"{PAGES[0]}?ke-hoach=de-an-2021-2025")
    assert "Đề án công tác dân vận giai đoạn 2021–2025" in response.content.decode()


def test_nobody_to_count_is_a_dash(enter: Any, auditor: User, units: Units) -> None:
    Figure.objects.all().delete()
    response = enter(auditor).get(PAGES[0])
    assert {bar["words"] for bar in response.context["bars"]} == {"—"}


@pytest.mark.parametrize(
    ("numerator", "words", "state"),
    [
        (600, "60%", "reached"),
        (599, "59,9%", "near"),
        (540, "54%", "near"),
        (539, "53,9%", "behind"),
    ],
)
def test_a_number_is_judged_as_it_is_read(
    plan: Plan, units: Units, numerator: int, words: str, state: str
) -> None:
    indicator = reading.indicators_of(plan, 2026).get(code="1.1")
    score = reading._score(indicator, (numerator, 1000))
    assert (f"{score.value}".replace(".", ",").removesuffix(",0") + "%", score.state) == (
        words,
        state,
    )


def test_a_low_number_can_be_the_good_one(plan: Plan) -> None:
    indicator = reading.indicators_of(plan, 2026).get(code="9.3")
    Target.objects.create(indicator=indicator, year=2026, value=2)
    indicator = reading.indicators_of(plan, 2026).get(code="9.3")
    states = [reading.Score(indicator, n, 0, indicator.target).state for n in (2, 3)]  # type: ignore[attr-defined]
    assert states == ["reached", "behind"]


def lines_of(response: Any) -> list[tuple[object, ...]]:
    rows = load_workbook(io.BytesIO(response.content)).active.iter_rows(  # type: ignore[union-attr]
        min_row=3, values_only=True
    )
    return list(rows)


@pytest.mark.parametrize("code", ["1.1", "2.1", "2.3", "2.5", "2.9", "2.9b", "10.4"])
def test_as_many_stand_behind_a_number_as_it_says(
    enter: Any, auditor: User, units: Units, year: Course, code: str
) -> None:
    client = enter(auditor)
    for unit in (units.root, units.home, units.away):
        address = reverse("indicators:people_export", args=[code]) + f"?don-vi={unit.public_id}"
        numerator, denominator = counted(code, unit)
        assert len(lines_of(client.get(address))) == denominator
        assert len(lines_of(client.get(f"{address}&dat=1"))) == numerator
        assert len(lines_of(client.get(f"{address}&dat=0"))) == denominator - numerator


def test_facts_of_another_unit_stand_behind_its_own_number(
    enter: Any, auditor: User, units: Units, learner: Cadre, k1: Course, k2: Course
) -> None:
    starts_on, due_on = date(2026, 1, 2), date(2026, 6, 30)
    require(k1, unit=units.home, starts_on=starts_on, due_on=due_on)
    assign(learner, units.away, units.position, since=FOUNDED)
    learner.posts.filter(unit=units.home).update(valid_from=date(2026, 2, 1))
    require(k2, unit=units.away, starts_on=starts_on, due_on=due_on)
    address = reverse("indicators:people_export", args=["2.5"])
    lines = lines_of(enter(auditor).get(f"{address}?don-vi={units.away.public_id}"))
    assert [line[4] for line in lines] == ["K2, hạn 30/06/2026: chưa hoàn thành"]
    assert counted("2.5", units.away) == (0, 1)


def test_the_page_shows_the_same_people_and_why(
    enter: Any, manager: User, learner: Cadre, year: Course
) -> None:
    response = enter(manager).get(f"{PAGES[2]}?dat=1")
    (line,) = response.context["lines"]
    assert (line.cadre, line.is_counted) == (learner, True)
    assert line.why == "Hoàn thành K1 ngày 02/03/2026"


def test_people_of_an_ended_unit_still_stand_behind_its_number(
    enter: Any, auditor: User, units: Units, year: Course
) -> None:
    merge([units.away], units.home, effective_on=date(2026, 10, 1), document="NQ")
    numerator, _all = counted("2.9", units.root)
    address = reverse("indicators:people_export", args=["2.9"])
    assert len(lines_of(enter(auditor).get(address))) == numerator == 2


def test_a_name_is_found_without_accents(
    enter: Any, auditor: User, learner: Cadre, year: Course
) -> None:
    response = enter(auditor).get(f"{PAGES[2]}?tim=diem+huong")
    assert [line.cadre for line in response.context["lines"]] == [learner]


def test_units_below_are_listed_the_lowest_first(enter: Any, auditor: User, year: Course) -> None:
    context = enter(auditor).get(PAGES[1]).context
    assert [line["name"] for line in context["lines"]] == ["Phường Hoa Lư", "Xã Phát Diệm"]
    assert context["finding"].startswith("2/2 đơn vị chưa đạt mục tiêu")


@pytest.mark.parametrize(("address", "most"), list(zip(PAGES[:3], [13, 16, 21], strict=True)))
def test_a_page_costs_the_same_for_one_and_for_many(
    enter: Any, auditor: User, units: Units, year: Course, address: str, most: int
) -> None:
    client = enter(auditor)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    cost()
    few = cost()
    for _number in range(12):
        cast.make_cadre(units)
    assert cost() == few <= most


def test_definition_of_an_indicator_is_told(enter: Any, auditor: User, year: Course) -> None:
    text = enter(auditor).get(PAGES[1]).content.decode()
    assert get_indicator("1.1").numerator_text in text
    assert "phiên bản 1" in text
