from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from cadres.lensing import Lens
from cadres.models import Cadre, Post, Reorganisation, Role, Succession, Unit, UnitVersion
from cadres.organising import establish, merge, rebuild_ancestry
from cadres.scopes import access_of
from certificates.issuing import issue
from courses.models import Course
from indicators import reading
from indicators.models import Figure, Plan
from indicators.reading import Score
from tests import cast
from tests.cast import Units
from tests.indicators.building import complete, counted, get_indicator, noon

WARD = UnitVersion.Kind.WARD
TODAY = date(2026, 11, 26)
SPLIT_ON = date(2026, 10, 1)
BEFORE = date(2026, 9, 1)
PLAN, INDICATOR, PEOPLE, EXPORT = (
    reverse("indicators:plan"),
    *(
        reverse(f"indicators:{name}", args=["1.1"])
        for name in ("indicator", "people", "people_export")
    ),
)


@pytest.fixture
def halves(units: Units, learner: Cadre, stranger: Cadre, plan: Plan, k1: Course) -> list[Unit]:
    """`away` was divided 70 to 30; of its three people the stranger went to the lesser half, one
    to the greater, one left. Two completed K1, one of them the one who left.
    """
    stayer, leaver = (
        cast.make_cadre(units, full_name=name, unit=units.away)
        for name in ("Vũ Văn Ý", "Hà Thị Ổn")
    )
    for cadre in (learner, stranger, leaver):
        complete(cadre, k1)
    made = [
        establish(name, WARD, parent=units.root, valid_from=SPLIT_ON)
        for name in ("Phường Lớn", "Phường Nhỏ")
    ]
    act = Reorganisation.objects.create(kind="merge", effective_on=SPLIT_ON, document="NQ 9")
    for unit, share in zip(made, ("0.7", "0.3"), strict=True):
        Succession.objects.create(
            reorganisation=act, predecessor=units.away, successor=unit, share=Decimal(share)
        )
    units.away.versions.update(valid_to=SPLIT_ON)
    for cadre, goes_to in ((stranger, made[1]), (stayer, made[0]), (leaver, None)):
        cadre.posts.update(valid_to=SPLIT_ON)
        if goes_to:
            Post.objects.create(
                cadre=cadre, unit=goes_to, position=units.position, valid_from=SPLIT_ON
            )
    rebuild_ancestry()
    return made


def score(user: User, unit: Unit, *, day: date = BEFORE, is_restated: bool) -> Score:
    lens = Lens(access_of(user, TODAY), day, is_restated)
    plan = get_indicator("1.1").group.plan
    row = reading.indicators_of(plan, 2026).get(code="1.1")
    told = reading.told_through(lens, plan, [row], 2026, unit.pk)
    return reading.score_of(row, unit.pk, 2026, told)


def counts(found: Score) -> tuple[Any, Any]:
    return found.numerator, found.denominator


def test_a_former_unit_is_counted_as_it_was_on_a_day(
    units: Units, halves: list[Unit], auditor: User
) -> None:
    assert counts(score(auditor, units.away, is_restated=False)) == (2, 3)
    assert counts(score(auditor, halves[0], is_restated=False)) == (0, 0)


def test_the_parts_of_a_divided_unit_add_up_to_the_whole(
    units: Units, halves: list[Unit], auditor: User
) -> None:
    greater, lesser = (score(auditor, half, is_restated=True) for half in halves)
    assert counts(greater) == (Fraction(7, 10), 1 + Fraction(7, 10))
    assert counts(lesser) == (1 + Fraction(3, 10), 1 + Fraction(3, 10))
    assert greater.is_estimate
    assert lesser.is_estimate
    whole = score(auditor, units.root, is_restated=True)
    assert counts(whole) == counts(score(auditor, units.root, is_restated=False))
    assert not whole.is_estimate


def test_restating_stores_nothing(units: Units, halves: list[Unit], auditor: User) -> None:
    before = list(Figure.objects.order_by("pk").values())
    score(auditor, halves[0], is_restated=True)
    assert list(Figure.objects.order_by("pk").values()) == before


def test_what_was_learnt_later_does_not_count_on_an_earlier_day(
    units: Units, learner: Cadre, colleague: Cadre, plan: Plan, k1: Course, auditor: User
) -> None:
    complete(learner, k1, on=date(2026, 3, 2))
    complete(colleague, k1, on=date(2026, 9, 9))
    assert counts(score(auditor, units.home, day=date(2026, 3, 1), is_restated=False)) == (0, 2)
    assert counts(score(auditor, units.home, is_restated=False)) == (1, 2)
    assert counted("1.1", units.home) == (2, 2)


def test_certificates_of_an_ended_unit_are_told_by_what_it_became(
    units: Units, stranger: Cadre, plan: Plan, k1: Course, auditor: User
) -> None:
    issue(complete(stranger, k1), at=noon(date(2026, 3, 3)))
    merge([units.away], units.home, effective_on=SPLIT_ON, document="NQ 1")
    row = reading.indicators_of(plan, 2026).get(code="2.9")
    lens = Lens(access_of(auditor, TODAY), plan.measured_on or TODAY, True)
    told = reading.told_through(lens, plan, [row], 2026, units.home.pk)
    assert reading.score_of(row, units.home.pk, 2026).numerator == 0
    assert reading.score_of(row, units.home.pk, 2026, told).numerator == 1


@pytest.mark.parametrize("lens", ["", "&to-chuc=hien-nay"])
@pytest.mark.parametrize("address", [PLAN, INDICATOR, PEOPLE, EXPORT])
def test_every_page_shows_any_day_through_either_lens(
    enter: Any, auditor: User, halves: list[Unit], address: str, lens: str
) -> None:
    assert enter(auditor).get(f"{address}?ngay=01/09/2026{lens}").status_code == 200


def test_an_estimate_says_so_and_why(enter: Any, auditor: User, halves: list[Unit]) -> None:
    query = f"?don-vi={halves[0].public_id}&ngay=01/09/2026&to-chuc=hien-nay"
    for address in (PLAN, INDICATOR, PEOPLE):
        page = enter(auditor).get(address + query).content.decode()
        assert "ước tính" in page
        assert "theo tỷ lệ chia" in page


def test_as_many_people_stand_behind_a_restated_number(
    enter: Any, auditor: User, halves: list[Unit]
) -> None:
    query = f"?don-vi={halves[0].public_id}&ngay=01/09/2026&to-chuc=hien-nay"
    content = enter(auditor).get(EXPORT + query).content
    head, header, *lines = (
        load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    )
    assert "tính đến 01/09/2026, quy đổi theo tổ chức hiện nay" in str(head[0])
    assert header[-1] == "Đơn vị hiện nay"
    assert {line[0]: line[-1] for line in lines} == {
        "Vũ Văn Ý": "Phường Lớn",
        "Hà Thị Ổn": "ước tính: Phường Lớn 70%, Phường Nhỏ 30%",
    }


def test_a_unit_not_yet_there_is_told_by_what_it_was(
    enter: Any, auditor: User, halves: list[Unit]
) -> None:
    page = enter(auditor).get(f"{PLAN}?don-vi={halves[0].public_id}&ngay=01/09/2026")
    assert [unit.name for unit in page.context["counterparts"]] == ["Xã Phát Diệm"]


def test_the_manager_of_a_part_sees_the_former_unit_and_no_other(
    enter: Any, units: Units, halves: list[Unit]
) -> None:
    boss = cast.make_role(units, Role.MANAGER, on=halves[1], unit=units.root)
    client = enter(boss)
    day = "ngay=01/09/2026"
    assert client.get(f"{PLAN}?don-vi={units.away.public_id}&{day}").status_code == 200
    for unit in (units.home, units.root, halves[0]):
        assert client.get(f"{PLAN}?don-vi={unit.public_id}&{day}").status_code == 404


@pytest.mark.parametrize("day", ["hôm qua", "31/02/2026", "31/12/2025", "01/01/2031"])
def test_a_day_without_figures_is_refused_in_words(
    enter: Any, auditor: User, plan: Plan, day: str
) -> None:
    response = enter(auditor).get(PLAN, {"ngay": day})
    assert response.status_code == 400
    assert "ngày" in response.content.decode()


def test_a_series_is_broken_where_the_unit_was_reorganised(
    units: Units, learner: Cadre, plan: Plan, auditor: User
) -> None:
    merge([units.away], units.home, effective_on=date(2027, 5, 1), document="NQ 1")
    Plan.objects.update(measured_on=date(2027, 11, 1))
    row = get_indicator("1.1")
    for is_restated, breaks in ((False, [(date(2027, 5, 1), "NQ 1")]), (True, [])):
        lens = Lens(access_of(auditor, date(2027, 11, 1)), date(2027, 11, 1), is_restated)
        points = reading.series_of(row, units.home.pk, [2026, 2027], lens)
        assert [point.breaks for point in points] == [[], breaks]


@pytest.mark.parametrize(("address", "most"), [(PLAN, 28), (INDICATOR, 32), (PEOPLE, 34)])
def test_a_restated_page_costs_the_same_for_one_and_for_many(
    enter: Any, auditor: User, units: Units, halves: list[Unit], address: str, most: int
) -> None:
    client = enter(auditor)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{address}?ngay=01/09/2026&to-chuc=hien-nay").status_code == 200
        return len(queries)

    cost()
    few = cost()
    for number in range(6):
        cast.make_cadre(units)
        establish(f"Xã {number}", WARD, parent=units.root, valid_from=cast.FOUNDED)
    assert cost() == few <= most
