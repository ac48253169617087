"""The real history of the province, told once for all that stands on it.

The tree of 12/2024; four thousand people in it, who learn in every period; the acts of 01/01/2025
and 01/7/2025. `history` is where questions about both lenses are asked of the same people.
"""

from __future__ import annotations

import calendar
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.test import Client

from accounts.models import User
from assessments.attempting import finish, save_answers, start
from assessments.models import Attempt, Sitting
from cadres.climbing import path_of
from cadres.continuing import predecessors_of, successors_of
from cadres.defining import define_group, define_position
from cadres.lensing import Lens
from cadres.models import Cadre, Post, Reorganisation, Unit, UnitVersion
from cadres.models.units import valid_on
from cadres.posting import end
from cadres.previewing import Preview, preview
from cadres.recomputing import ancestry_differences
from cadres.registering import register_all
from cadres.reorganising import apply, undo
from cadres.scopes import access_of
from cadres.tracing import find_units
from cadres.transcribing import foresee_file
from certificates.issuing import issue
from certificates.models import Certificate
from courses.enrolling import enrol, open_sitting
from courses.learning import finish_lesson
from courses.models import Completion, Course, Enrolment, LessonDone, Progress
from courses.requiring import require
from indicators.models import Indicator, Plan
from indicators.planning import load_plan
from indicators.restating import Number, Restating, is_estimate
from kit.dates import today
from kit.errors import Refusal
from lms.demo.reorganisation import (
    CITY_MERGED_ON,
    PROVINCE_MERGED_ON,
    RECORD_BEGINS,
    city_merger,
    opening,
    province_sheet,
)
from tests import cast
from tests.assessments.building import make_course, right_answers
from tests.indicators.building import noon

pytestmark = pytest.mark.django_db
PEOPLE = 4000
BY_DEEDS = 100  # one of so many learns through the deeds
EVE = PROVINCE_MERGED_ON - timedelta(days=1)
COMMUNES = ("commune", "ward", "town")
PERIODS = (date(2024, 10, 1), date(2025, 4, 1), date(2025, 10, 1))
# Two leave a unit before it is split: nothing tells in which part they would be.
LEAVERS, LEFT_ON = 2, date(2025, 5, 1)
TODAY = date(2026, 12, 31)
MONTH_ENDS = [
    date(year, month, calendar.monthrange(year, month)[1])
    for year in (2024, 2025, 2026)
    for month in range(1, 13)
]
# What a deed writes about itself, and what other systems were told: neither is taken back.
OWN_RECORDS = {
    "operations.journalentry", "operations.entryunit", "operations.changeset", "operations.change",
}  # fmt: skip
TOLD = "exchange"


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; of computed ones what they say, not how they are numbered."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if label not in OWN_RECORDS and model._meta.app_label != TOLD and model._meta.managed:
            found[label] = _rows_of(model)
    return found


def _rows_of(model: type[models.Model]) -> list[dict[str, Any]]:
    if not getattr(model, "is_computed", False):
        return list(model._default_manager.order_by("pk").values())
    fields = [f.attname for f in model._meta.concrete_fields if f.name not in ("id", "changed_at")]
    return sorted(model._default_manager.values(*fields), key=repr)


def communes_on(day: date) -> int:
    return UnitVersion.objects.filter(valid_on(day), kind__in=COMMUNES).count()


def people_below(unit: Unit, day: date) -> int:
    return Cadre.objects.posted_within([unit.pk], day).count()


def unit_named(name: str, day: date) -> Unit:
    return Unit.objects.get(pk=UnitVersion.objects.get(valid_on(day), name=name).unit_id)


@dataclass
class History:
    """The province after both acts, and what was seen on the way."""

    people: list[Cadre]
    leavers: list[Cadre]
    certificate: Certificate
    seen: Preview
    act: Reorganisation
    seconds: float
    undone: list[str]
    recomputed: str
    courses: list[Course]
    plan: Plan
    admin: User

    def lens(self, day: date, *, is_restated: bool) -> Lens:
        return Lens(access_of(self.admin, TODAY), day, is_restated)


@pytest.fixture(scope="module")
def history(django_db_setup: None, django_db_blocker: Any) -> Iterator[History]:
    """Built once for this module, inside a transaction that is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = build_history()
        connection.check_constraints()  # else each test's end checks all of it anew
        yield built
        transaction.set_rollback(True)


def build_history() -> History:
    apply(opening(), by=None)
    people, leavers = _register()
    courses = [make_course(lessons=1) for _period in PERIODS]
    completion = _learn([*people, *leavers], courses[0], PERIODS[0])
    certificate = issue(completion, at=completion.completed_at)
    apply(city_merger(), by=None)
    _learn([*people, *leavers], courses[1], PERIODS[1])
    for cadre in leavers:
        end(cadre.posts.get(), on=LEFT_ON)
    _require_of_the_old_province(courses[2])
    _tell_the_planner()
    before = rows()
    begun = time.process_time()
    _transcript, foreseen = foresee_file(province_sheet())
    assert foreseen
    seen = preview(foreseen)
    act = apply(foreseen.act, by=None, seen=seen.digest)
    seconds = time.process_time() - begun
    _tell_the_planner()
    undone, recomputed = _undone(act, before)
    _learn(people, courses[2], PERIODS[2])
    root = unit_named("Tỉnh ủy Ninh Bình", PROVINCE_MERGED_ON)
    plan = load_plan(_plan(courses), root)
    admin = cast.make_admin()
    return History(
        people, leavers, certificate, seen, act, seconds, undone, recomputed, courses, plan, admin
    )


def _register() -> tuple[list[Cadre], list[Cadre]]:
    """The first in Phúc Thành, the others in all communes alike; two more in one to be split."""
    first = unit_named("Phường Phúc Thành", RECORD_BEGINS)
    communes = list(Unit.objects.filter(versions__kind__in=COMMUNES).order_by("pk"))
    units = [first, *communes * (PEOPLE // len(communes) + 1)][:PEOPLE]
    units += [unit_named("Xã Gia Tân", RECORD_BEGINS)] * LEAVERS
    position = define_position("can-bo-dan-van", "Cán bộ dân vận")
    group = define_group("chuyen-trach", "Cán bộ chuyên trách công tác dân vận")
    somewhere = cast.Units(first, first, first, position, group)
    found = register_all(
        [cast.new_cadre(somewhere, unit=unit, since=RECORD_BEGINS) for unit in units]
    )
    return found[:PEOPLE], found[PEOPLE:]


def _learn(people: list[Cadre], course: Course, day: date) -> Completion:
    """Everybody completes the course where each was posted on the day.

    One of each hundred does so through the deeds. The others' facts are the same rows, written at
    once, for no deed teaches many.
    """
    first, *_others = [_learn_by_deeds(cadre, course, day) for cadre in people[::BY_DEEDS]]
    like = Enrolment.objects.select_related("sitting", "progress").get(pk=first.enrolment_id)
    posted = dict(Post.objects.filter(valid_on(day), is_main=True).values_list("cadre", "unit"))
    sittings = Sitting.objects.bulk_create(
        _like(like.sitting, cadre_id=cadre.pk)
        for number, cadre in enumerate(people)
        if number % BY_DEEDS
    )
    attempt = Attempt.objects.get(sitting=like.sitting)
    Attempt.objects.bulk_create(_like(attempt, sitting=sitting) for sitting in sittings)
    enrolments = Enrolment.objects.bulk_create(
        _like(like, cadre_id=row.cadre_id, unit_id=posted[row.cadre_id], sitting=row)
        for row in sittings
    )
    for done in LessonDone.objects.filter(enrolment=like):
        LessonDone.objects.bulk_create(_like(done, enrolment=row) for row in enrolments)
    Progress.objects.bulk_create(_like(like.progress, enrolment=row) for row in enrolments)
    Completion.objects.bulk_create(
        _like(first, enrolment=row, cadre_id=row.cadre_id, unit_id=row.unit_id)
        for row in enrolments
    )
    return first


def _learn_by_deeds(cadre: Cadre, course: Course, day: date) -> Completion:
    """Enrolled a week before; that noon every lesson done and the paper answered rightly."""
    at = noon(day)
    enrolment = enrol(cadre, course, at=at - timedelta(days=7))
    for lesson in enrolment.edition.lessons.all():
        finish_lesson(enrolment, lesson, at=at)
    attempt = start(open_sitting(enrolment, at=at), at=at)
    save_answers(attempt, right_answers(attempt), at=at)
    finish(attempt, at=at)
    return Completion.objects.get(enrolment=enrolment)


def _like(row: Any, **given: Any) -> Any:
    """Another row with the same values but for these; what is its own it makes itself."""
    fields = [field for field in row._meta.concrete_fields if not field.unique]
    values = {f.attname: getattr(row, f.attname) for f in fields if f.name not in given}
    return type(row)(**{name: v for name, v in values.items() if name not in given}, **given)


def _require_of_the_old_province(course: Course) -> None:
    unit = unit_named("Tỉnh ủy Ninh Bình", EVE)
    require(course, unit=unit, starts_on=PERIODS[1], due_on=today() + timedelta(days=30))


def _tell_the_planner() -> None:
    """Rows not yet committed are otherwise unknown to it."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _undone(act: Reorganisation, before: dict[str, list[dict[str, Any]]]) -> tuple[list[str], str]:
    """What differs once the act is undone, and what is computed anew; then it holds again."""
    told = StringIO()
    with transaction.atomic():
        undo(act, by=None, reason="Thử hoàn tác")
        now = rows()
        call_command("recompute", "--check", "--json", stdout=told)
        transaction.set_rollback(True)
    return [name for name, held in before.items() if now[name] != held], told.getvalue()


def _plan(courses: list[Course]) -> dict[str, Any]:
    codes = [course.code for course in courses]
    learned = {
        "code": "1.1",
        "name": "Tỷ lệ cán bộ học ít nhất một khóa trong năm",
        "unit": "percent",
        "measure": "completed-any-in-year",
        "parameters": {"courses": codes},
    }
    return {
        "code": "qua-cac-thoi-ky",
        "name": "Kế hoạch qua các lần sắp xếp",
        "starts_on": date(2024, 1, 1),
        "ends_on": TODAY,
        "groups": [{"number": 1, "name": "Học tập", "indicators": [learned]}],
    }


# --- The proof ----------------------------------------------------------------------------------


def test_398_units_become_129_and_three_provinces_one(history: History) -> None:
    assert (communes_on(EVE), communes_on(PROVINCE_MERGED_ON)) == (398, 129)
    kinds = UnitVersion.objects.filter(valid_on(PROVINCE_MERGED_ON)).values_list("kind", flat=True)
    assert Counter(kinds) == {"province": 1, "commune": 97, "ward": 32, "body": len(PERIODS)}
    assert UnitVersion.objects.filter(valid_on(EVE), kind="province").count() == 3
    assert UnitVersion.objects.filter(valid_on(EVE), kind="district").exists()


def test_six_units_are_really_split(history: History) -> None:
    parts = history.act.successions.filter(share__lt=1)
    names = Counter(str(row.predecessor) for row in parts.select_related("predecessor"))
    assert names == dict.fromkeys(
        [
            "Phường Hoàng Đông", "Phường Hòa Mạc", "Phường Quang Trung", "Phường Tiên Nội",
            "Xã Tiên Ngoại", "Xã Gia Tân",
        ],
        2,
    )  # fmt: skip


def test_nobody_is_lost_on_any_day(history: History) -> None:
    for day in (RECORD_BEGINS, date(2024, 12, 31), CITY_MERGED_ON, EVE, PROVINCE_MERGED_ON):
        tops = UnitVersion.objects.filter(valid_on(day), kind="province")
        assert sum(people_below(top.unit, day) for top in tops) == people_on(day)
    mains = Post.objects.filter(is_main=True, valid_to=None).values_list("cadre", flat=True)
    assert sorted(mains) == sorted(cadre.pk for cadre in history.people)


def test_the_preview_said_who_would_move(history: History) -> None:
    assert (len(history.seen.begun), history.seen.people) == (130, PEOPLE)
    assert sum(flow.count for flow in history.seen.flows) == PEOPLE
    hoa_lu = unit_named("Phường Hoa Lư", PROVINCE_MERGED_ON)
    told = sum(flow.count for flow in history.seen.flows if flow.to == "Phường Hoa Lư")
    assert told == people_below(hoa_lu, PROVINCE_MERGED_ON)


def test_it_takes_no_half_minute(history: History) -> None:
    assert history.seconds < 30


def test_everybody_learned_in_every_period_where_they_were(history: History) -> None:
    for day in PERIODS:
        rows = Completion.objects.filter(completed_on=day)
        standing = Unit.objects.existing_on(day).values("pk")
        assert rows.filter(unit__in=standing).count() == rows.count() == people_on(day)
        posts = Post.objects.held_on(day).filter(cadre=OuterRef("cadre"), unit=OuterRef("unit"))
        assert rows.filter(Exists(posts)).count() == people_on(day)


def test_phuc_thanh_finds_hoa_lu_in_two_steps(history: History) -> None:
    (hit,) = find_units("phuc thanh")
    assert [link.name for link in hit.lineage] == [
        "Phường Phúc Thành",
        "Phường Vân Giang",
        "Phường Hoa Lư",
    ]
    first = unit_named("Phường Phúc Thành", RECORD_BEGINS)
    hoa_lu = unit_named("Phường Hoa Lư", PROVINCE_MERGED_ON)
    assert hoa_lu.pk in successors_of(first)
    assert len(predecessors_of(hoa_lu)) == 13


def test_the_path_of_a_day_is_that_of_the_day(history: History) -> None:
    van_giang = unit_named("Phường Vân Giang", CITY_MERGED_ON)
    assert [unit.name_on(EVE) for unit in path_of(van_giang, EVE)] == [
        "Tỉnh ủy Ninh Bình",
        "Thành phố Hoa Lư",
        "Phường Vân Giang",
    ]
    assert ancestry_differences() == []


def test_a_certificate_of_2024_names_the_unit_of_its_day(history: History, client: Client) -> None:
    history.certificate.refresh_from_db()
    assert history.certificate.printed["unit"] == "Phường Phúc Thành"
    assert history.certificate.unit == unit_named("Phường Phúc Thành", RECORD_BEGINS)
    public = client.get(f"/xac-minh/{history.certificate.code}/").content.decode()
    assert history.certificate.printed["issuer_name"] in public
    client.force_login(history.admin)
    entry = client.get(f"/so-cap/{history.certificate.code}/").content.decode()
    assert "Phường Phúc Thành" in entry
    assert "Hoa Lư" not in public + entry


def test_undoing_the_act_restores_every_row(history: History) -> None:
    assert history.undone == []


def test_nothing_differs_after_undoing(history: History) -> None:
    assert json.loads(history.recomputed)["differences"] == 0


def test_what_was_learned_since_keeps_the_act_from_being_undone(history: History) -> None:
    with pytest.raises(Refusal) as refused:
        undo(history.act, by=None, reason="Thử hoàn tác")
    assert any("4000" in str(gap) for gap in refused.value.gaps)


# --- Names are no keys ----------------------------------------------------------------------------


def test_hoa_lu_is_three_units_and_ninh_binh_two(history: History) -> None:
    names = ["Huyện Hoa Lư", "Thành phố Hoa Lư", "Phường Hoa Lư"]
    days = [RECORD_BEGINS, CITY_MERGED_ON, PROVINCE_MERGED_ON]
    district, city, ward = map(unit_named, names, days)
    assert {hit.public_id for hit in find_units("hoa lu")} >= {
        unit.public_id for unit in (district, city, ward)
    }
    assert len({district, city, ward}) == 3
    old, new = (unit_named("Tỉnh ủy Ninh Bình", day) for day in (EVE, PROVINCE_MERGED_ON))
    assert old != new
    eve = history.lens(EVE, is_restated=False)
    assert not eve.people_within([ward.pk]).exists()
    assert 0 < eve.people_within([old.pk]).count() < PEOPLE
    now = history.lens(EVE, is_restated=True)
    assert now.people_within([new.pk]).count() == PEOPLE


# --- Two lenses -----------------------------------------------------------------------------------


def people_on(day: date) -> int:
    return PEOPLE + (LEAVERS if day < LEFT_ON else 0)


def tree(day: date) -> dict[int, list[int]]:
    """The units below each unit of the day; below None the highest with people."""
    below: dict[int, list[int]] = defaultdict(list)
    versions = UnitVersion.objects.filter(valid_on(day)).exclude(kind=UnitVersion.Kind.BODY)
    for unit_id, parent_id in versions.values_list("unit_id", "parent_id"):
        below[parent_id or 0].append(unit_id)
        below[unit_id] += []
    return below


Sums = dict[int, tuple[Number, ...]]


def add_up(values: Sums, below: dict[int, list[int]]) -> tuple[Number, ...]:
    """The whole province; every unit with others below it is their sum, and the leaves'."""

    def leaves(unit_id: int) -> list[int]:
        return [pk for child in below[unit_id] for pk in leaves(child)] or [unit_id]

    def summed(unit_ids: list[int]) -> tuple[Number, ...]:
        return tuple(map(sum, zip(*(values[pk] for pk in unit_ids), strict=True)))

    for unit_id, children in below.items():
        if unit_id and children:
            assert values[unit_id] == summed(children) == summed(leaves(unit_id))
    return summed(below[0])


def figures_through(history: History, lens: Lens) -> Sums:
    """How many learned in the year, and of how many, for every unit of the lens."""
    below = tree(lens.units_day)
    indicator = Indicator.objects.get(group__plan=history.plan)
    found: Sums = dict.fromkeys(below, (0, 0))
    for top in below[0]:
        told = Restating(history.plan, [indicator], lens.day.year, lens, top)
        found |= {unit_id: counts for (_pk, unit_id), counts in told.figures.items()}
    return found


def learned_by(day: date) -> int:
    """How many of those posted on the day had learned in its year by then."""
    return people_on(day) if any(p.year == day.year and p <= day for p in PERIODS) else 0


@pytest.mark.parametrize("day", [*MONTH_ENDS[::6], date(2024, 12, 31), date(2025, 4, 30), EVE])
def test_figures_add_up_through_both_lenses(history: History, day: date) -> None:
    totals = []
    for is_restated in (False, True):
        lens = history.lens(day, is_restated=is_restated)
        totals.append(add_up(figures_through(history, lens), tree(lens.units_day)))
    assert totals[0] == totals[1]
    assert totals[0] == (learned_by(day), people_on(day))


@pytest.mark.parametrize("day", MONTH_ENDS)
def test_nobody_leaves_the_total_on_any_month_end(history: History, day: date) -> None:
    for is_restated in (False, True):
        lens = history.lens(day, is_restated=is_restated)
        assert lens.people_within(tree(lens.units_day)[0]).count() == people_on(day)


def headcount(lens: Lens, unit_id: int) -> tuple[Number, ...]:
    """As a list shows it: who is surely there, and the part of those who may be."""
    people = lens.people_within([unit_id])
    estimate = lens.estimate([unit_id], people)
    counted = people.count()
    return (counted - estimate.people + estimate.number if estimate else counted,)


@pytest.mark.parametrize("is_restated", [False, True])
@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2025, 4, 30), date(2026, 1, 31)])
def test_headcounts_add_up_for_every_unit(history: History, day: date, is_restated: bool) -> None:
    lens = history.lens(day, is_restated=is_restated)
    below = tree(lens.units_day)
    counted = {unit_id: headcount(lens, unit_id) for unit_id in below if unit_id}
    assert add_up(counted, below) == (people_on(day),)


def test_only_what_nothing_tells_is_an_estimate(history: History) -> None:
    """Those who left Gia Tân before it was split; who was there on the day is told by posts."""
    day = date(2024, 12, 31)
    parts = {unit_named(name, TODAY).pk for name in ("Phường Tây Hoa Lư", "Xã Gia Vân")}
    told = figures_through(history, history.lens(day, is_restated=True))
    uncertain = {unit_id for unit_id, counts in told.items() if is_estimate(counts)}
    assert uncertain == parts
    lens = history.lens(day, is_restated=True)
    for unit_id in parts:
        estimate = lens.estimate([unit_id], lens.people_within([unit_id]))
        assert estimate
        assert (estimate.people, estimate.units) == (LEAVERS, ("Xã Gia Tân",))
    as_of_the_day = figures_through(history, history.lens(day, is_restated=False))
    assert not any(is_estimate(counts) for counts in as_of_the_day.values())


def test_an_estimate_is_labelled_on_the_page(history: History, client: Client) -> None:
    client.force_login(history.admin)
    unit = unit_named("Xã Gia Vân", TODAY)
    pages = {
        "/don-vi/nguoi/": f"unit={unit.public_id}",
        "/chi-tieu/1.1/": f"don-vi={unit.public_id}&ke-hoach={history.plan.code}",
    }
    for address, query in pages.items():
        asked = f"{address}?{query}&ngay=31/12/2024"
        assert "ước tính" in client.get(f"{asked}&to-chuc=hien-nay").content.decode()


def test_a_person_of_phuc_thanh_is_told_by_hoa_lu(history: History) -> None:
    cadre = history.people[0]
    pair = cadre.pk, unit_named("Phường Phúc Thành", RECORD_BEGINS).pk
    told = history.lens(PERIODS[0], is_restated=True).told_now([pair])[pair]
    assert (told.words, told.is_estimate) == ("Phường Hoa Lư", False)
