"""Ten thousand cadres, five thousand enrolments, a plan: through the platform's own deeds."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from accounts.models import User
from assessments.attempting import start
from assessments.models import Attempt
from cadres.models import Cadre
from cadres.registering import register_all
from certificates.configuring import configure
from certificates.issuing import issue
from certificates.models import Certificate
from content.preparing import prepare
from courses.enrolling import enrol, open_sitting
from courses.models import Completion, Course, Edition, Enrolment
from courses.requiring import require
from indicators.measuring import remeasure
from kit.dates import now, start_of, today
from lms.demo.building import ISSUER
from lms.demo.history import Fate, Season, live_through
from lms.demo.plan import build_plan
from lms.demo.province import build_province
from lms.demo.roster import build_accounts, invent
from lms.demo.writing import write_course

PEOPLE, ENROLMENTS, FINISHED = 10_000, 5_000, 300
CSRF = "b" * 32
ISSUER_SETTINGS = {
    "name": "Ban Tuyên giáo và Dân vận",
    "heading": "party",
    "number_pattern": "{n}-GCN/BTGDVTU",
    "place": "Ninh Bình",
    "signer_title": "Trưởng ban",
    "signer_name": "Người Ký Thử",
}


@dataclass
class Seed:
    course: Course
    edition: Edition
    manager: User
    learners: list[Cadre]
    certificate: Certificate
    top: UUID
    timings: dict[str, float]


def _live(people: list[Cadre], season: Season, fate: Fate, chance: random.Random) -> None:
    for cadre in people:
        live_through(cadre, season, fate, chance)


def seed() -> Seed:
    timings: dict[str, float] = {}

    def timed(name: str, deed: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        with transaction.atomic():
            result = deed()
        timings[name] = time.perf_counter() - begun
        print(f"  {name}: {timings[name]:.1f} s")
        return result

    province = timed("province", build_province)
    accounts = timed("accounts", build_accounts)
    admin: Any = accounts["admin"]["user"]
    day = today()
    issuer = province.bodies[ISSUER]
    configure(issuer, ISSUER_SETTINGS, by=admin)
    at = start_of(day - timedelta(days=200))
    edition: Edition = timed(
        "course", lambda: write_course("k1", prepare(), issuer, by=admin, at=at)
    )
    chance = random.Random(1)  # noqa: S311 (the same people each time)
    people: list[Cadre] = timed(
        f"{PEOPLE} cadres",
        lambda: register_all(list(invent(province, PEOPLE, chance)), by=admin),
    )
    course = edition.course
    since, due = day - timedelta(days=100), day - timedelta(days=5)
    timed(
        f"{PEOPLE} obligations",
        lambda: require(course, unit=province.root, starts_on=since, due_on=due, by=admin),
    )
    timed(
        f"{ENROLMENTS} enrolments", lambda: [enrol(c, course, at=at) for c in people[:ENROLMENTS]]
    )
    season = Season(course, list(edition.lessons.all()), since, due, until=day)
    fate = Fate(since, edition.lesson_count, (1.0,), 1.0)
    timed(
        f"{FINISHED} people learn and pass",
        lambda: _live(people[-FINISHED:], season, fate, chance),
    )
    timed(f"{FINISHED} certificates", lambda: [issue(c) for c in Completion.objects.all()])
    plan = build_plan(province.root, admin)
    timed("all figures measured", lambda: remeasure(plan, on=day))
    return Seed(
        course=course,
        edition=edition,
        manager=accounts["owner"]["user"],
        learners=people[:ENROLMENTS],
        certificate=Certificate.objects.order_by("pk")[0],
        top=province.root.public_id,
        timings=timings,
    )


def cookie_of(user: User) -> str:
    """A session as signing in makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["seen"] = now().timestamp()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={CSRF}"


def attempts_of(seed: Seed, first: int, count: int) -> list[tuple[User, Attempt]]:
    """Running attempts of `count` learners who have none yet."""
    made = []
    with transaction.atomic():
        for cadre in seed.learners[first : first + count]:
            enrolment = Enrolment.objects.select_related("edition").get(
                cadre=cadre, course=seed.course
            )
            assert cadre.user is not None  # noqa: S101 (registering gives everyone an account)
            made.append((cadre.user, start(open_sitting(enrolment))))
    return made
