"""The whole demo: province, people, courses, a year of learning, certificates, the plan."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from cadres.attesting import attest, month_of, peopled
from cadres.models import Cadre, TargetGroup, Unit
from certificates.configuring import configure
from certificates.issuing import issue
from certificates.models import Certificate, Issuer
from content.preparing import prepare
from courses.enrolling import enrol
from courses.learning import finish_lesson, visit
from courses.models import Completion, Course, Obligation
from courses.requiring import require
from indicators.measuring import remeasure
from kit.dates import start_of, today
from lms.demo.documents import register_documents
from lms.demo.history import Season, foresee, live_through
from lms.demo.interacting import take_in_pieces
from lms.demo.plan import build_plan
from lms.demo.province import HOA_LU, Province, build_province
from lms.demo.roster import build_accounts, build_roster
from lms.demo.writing import write_course
from lms.keeping import KEEPINGS
from operations.retaining import set_rule

Say = Callable[[str], None]
SEED = 2026
PEOPLE = 1200
ISSUER = "BTGDV"
LEARNER_LESSONS = 5
# Illustrative, like the plan: how many months what is kept.
RETENTION = {
    "people-left": 60,
    "answers": 36,
    "visits": 24,
    "practice": 24,
    "notices": 12,
    "sessions": 3,
    "journal-addresses": 24,
}
RETENTION_DOCUMENT = "Quy định minh họa về lưu giữ dữ liệu"


def build(say: Say, *, on: date | None = None, people: int = PEOPLE) -> dict[str, Any]:
    """Builds what is missing; returns what `var/demo.json` says."""
    day = on or today()
    if not Certificate.objects.exists():
        with transaction.atomic():
            _build(say, day, people)
        current_app.control.purge()
    summary = summarise()
    path = settings.VAR / "demo.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=2), encoding="utf-8")
    return summary


def _build(say: Say, day: date, count: int) -> None:
    province = build_province()
    accounts = build_accounts()
    admin, trainer = accounts["admin"]["user"], accounts["trainer"]["user"]
    people = build_roster(by=admin, count=count)
    say(f"{len(people)} cán bộ ở {len(province.communes)} xã, phường và các cơ quan tỉnh")
    issuer = province.bodies[ISSUER]
    configure_issuer(issuer, admin)
    first_day = day - timedelta(days=330)
    shelf = prepare()
    say(f"{register_documents(by=trainer, at=start_of(first_day))} văn bản pháp lý")
    pieces = take_in_pieces(author=trainer, admin=admin, at=start_of(first_day))
    for code in ("k1", "k2", "k3", "k4"):
        edition = write_course(
            code, shelf, issuer, by=trainer, at=start_of(first_day), pieces=pieces
        )
        say(f"Khóa {edition.course.code}: {edition.lesson_count} bài học")
    _require_and_learn(province.root, day, admin)
    say(f"{Completion.objects.count()} lượt hoàn thành khóa học")
    _begin_the_learners_course(accounts["learner"]["user"].cadre, day)
    for completion in Completion.objects.select_related("edition").order_by("completed_at", "pk"):
        issue(completion, at=completion.completed_at + timedelta(seconds=5))
    say(f"{Certificate.objects.count()} giấy chứng nhận")
    _confirm_people(province, day, admin)
    remeasure(build_plan(province.root, admin), on=day)
    for code, months in RETENTION.items():
        set_rule(code, months, RETENTION_DOCUMENT, keepings=KEEPINGS, by=admin)


def _confirm_people(province: Province, day: date, by: Any) -> None:
    """Most units confirmed their people last month, one of three this month so far.

    Phường Hoa Lư has not yet: its manager finds it to do.
    """
    month = month_of(day)
    last_month = month_of(month - timedelta(days=1))
    for number, (code, unit) in enumerate(sorted(province.communes.items())):
        days = []
        if number % 7 != 6:
            days.append(last_month + timedelta(days=number % 9))
        if number % 3 == 1 and code != HOA_LU:
            days.append(min(day, month + timedelta(days=number % 5)))
        for on in days:
            if peopled([unit.pk], on):
                attest(unit, by=by, on=on)


def configure_issuer(unit: Unit, by: Any) -> None:
    settings = {
        "name": "Ban Tuyên giáo và Dân vận",
        "superior": "Tỉnh ủy Ninh Bình",
        "heading": Issuer.Heading.PARTY.value,
        "number_pattern": "{n}-GCN/BTGDVTU",
        "place": "Ninh Bình",
        "signer_authority": "K/T Trưởng ban",
        "signer_title": "Phó Trưởng ban",
        "signer_name": "Đinh Xuân Tuyên",
    }
    configure(unit, settings, by=by)


def _require_and_learn(root: Unit, day: date, by: Any) -> None:
    courses = {course.code: course for course in Course.objects.on_offer()}
    groups = {group.code: group for group in TargetGroup.objects.all()}
    plans = [
        ("K1", None, day - timedelta(days=300), day - timedelta(days=54)),
        ("K2", groups["chuyen-trach"], day - timedelta(days=180), day - timedelta(days=10)),
        ("K2", groups["co-so"], day - timedelta(days=60), day + timedelta(days=37)),
    ]
    for number, (code, group, starts_on, due_on) in enumerate(plans):
        course = courses[code]
        require(course, unit=root, group=group, starts_on=starts_on, due_on=due_on, by=by)
        lessons = list(course.current.lessons.all()) if course.current else []
        season = Season(course, lessons, starts_on, due_on, until=day)
        owing = Obligation.objects.filter(course=course, due_on=due_on).values("cadre")
        _learn(season, Cadre.objects.filter(pk__in=owing, user__grants=None), SEED + number)


def _learn(season: Season, cadres: Any, seed: int) -> None:
    for cadre in cadres.exclude(user__username="hocvien").order_by("pk"):
        chance = random.Random(f"{seed}-{cadre.code}")  # noqa: S311 (a story, not a secret)
        fate = foresee(season, chance)
        if fate:
            live_through(cadre, season, fate, chance)


def _begin_the_learners_course(cadre: Cadre, day: date) -> None:
    """The demo's learner is in the middle of K1: five lessons done, the sixth open."""
    course = Course.objects.on_offer().get(code="K1")
    at = start_of(day - timedelta(days=12)) + timedelta(hours=20)
    enrolment = enrol(cadre, course, at=at)
    lessons = list(enrolment.edition.lessons.all()[: LEARNER_LESSONS + 1])
    for lesson in lessons[:-1]:
        at += timedelta(days=1)
        visit(enrolment, lesson, at=at)
        finish_lesson(enrolment, lesson, at=at + timedelta(minutes=lesson.minutes))
    visit(enrolment, lessons[-1], at=at + timedelta(days=1))


def summarise() -> dict[str, Any]:
    """Addresses and accounts for whoever tries the demo."""
    course = Course.objects.on_offer().get(code="K1")
    lesson = course.current.lessons.all()[LEARNER_LESSONS] if course.current else None
    certificate = Certificate.objects.order_by("pk")[0]
    paths = {
        "course_url": reverse("courses:course", args=[course.slug]),
        "lesson_url": reverse("courses:lesson", args=[course.slug, lesson.slug if lesson else ""]),
        "paper_url": reverse("courses:paper", args=[course.slug]),
        "certificate_url": reverse("certificates:answer", args=[certificate.code]),
        "indicator_url": reverse("indicators:indicator", args=["1.1"]),
    }
    accounts = {
        role: {"username": account["username"], "password": account["password"]}
        for role, account in build_accounts().items()
    }
    return {
        "base_url": settings.BASE_URL,
        "accounts": accounts,
        **{name: settings.BASE_URL + path for name, path in paths.items()},
        "certificate_code": certificate.code,
    }
