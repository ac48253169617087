"""A year of learning for the demo's people, through the deeds a learner goes through.

Deterministic for a seed and a day: who begins, who is late, who fails, who passes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from assessments.attempting import Answer, finish, save_answers, start
from assessments.kinds.base import right_keys
from assessments.models import Attempt, QuestionVersion
from cadres.models import Cadre
from courses.enrolling import enrol, open_sitting
from courses.learning import finish_lesson, visit
from courses.models import Course, EditionLesson, Enrolment

# Shares of a hundred people: what becomes of a required course.
NEVER, BEGUN, FAILED = 22, 46, 53


@dataclass(frozen=True)
class Season:
    """When a course was required and how long ago it was due, in days before today."""

    course: Course
    lessons: list[EditionLesson]
    starts_on: date
    due_on: date
    until: date


@dataclass(frozen=True)
class Fate:
    """What one cadre does with one course."""

    begins_on: date
    lessons: int
    tries: tuple[float, ...]
    days_a_lesson: float


def foresee(season: Season, chance: random.Random) -> Fate | None:
    """Draws a fate; None for one who never begins."""
    lot = chance.randrange(100)
    if lot < NEVER:
        return None
    span = max(7, (season.due_on - season.starts_on).days)
    begins_on = season.starts_on + timedelta(days=int(span * chance.betavariate(1.6, 2.4)))
    pace = chance.uniform(0.4, 3.5)
    whole = len(season.lessons)
    if lot < BEGUN:
        return Fate(begins_on, chance.randrange(1, whole), (), pace)
    if lot < FAILED:
        tries = tuple(chance.uniform(0.35, 0.55) for _try in range(chance.randrange(1, 4)))
        return Fate(begins_on, whole, tries, pace)
    first = chance.uniform(0.4, 0.6) if chance.random() < 0.16 else None
    skill = chance.betavariate(9, 1.4) * 0.28 + 0.71
    return Fate(begins_on, whole, (first, skill) if first else (skill,), pace)


def live_through(cadre: Cadre, season: Season, fate: Fate, chance: random.Random) -> None:
    """Enrols, reads lesson by lesson, sits the paper: each on its day, none after `until`."""
    days = _days(fate, chance)
    at = _hour(next(days), chance)
    if day_after(at, season.until):
        return
    enrolment = enrol(cadre, season.course, at=at)
    for lesson in season.lessons[: fate.lessons]:
        at = max(at + timedelta(minutes=9), _hour(next(days), chance))
        if day_after(at, season.until):
            return
        visit(enrolment, lesson, at=at)
        finish_lesson(enrolment, lesson, at=at + timedelta(minutes=lesson.minutes))
    for skill in fate.tries:
        at = max(at + timedelta(minutes=30), _hour(next(days), chance))
        if day_after(at, season.until) or sit(enrolment, skill, at, chance).passed:
            return


def day_after(at: datetime, day: date) -> bool:
    return timezone.localdate(at) >= day


def _days(fate: Fate, chance: random.Random) -> Iterator[date]:
    offset = 0.0
    while True:
        yield fate.begins_on + timedelta(days=int(offset))
        offset += chance.uniform(0.2, 1.8) * fate.days_a_lesson


def _hour(day: date, chance: random.Random) -> datetime:
    """Before work, at noon or in the evening, as people find the time."""
    hour = chance.choice((6, 11, 12, 19, 20, 20, 21))
    moment = time(hour, chance.randrange(60), chance.randrange(60))
    return timezone.make_aware(datetime.combine(day, moment))


def sit(enrolment: Enrolment, skill: float, at: datetime, chance: random.Random) -> Attempt:
    """One try: every question answered, rightly with probability `skill`."""
    attempt = start(open_sitting(enrolment, at=at), at=at, seed=chance.getrandbits(40))
    slots = list(attempt.slots.select_related("question_version"))
    spent = timedelta(seconds=chance.randrange(25, 60))
    answers = [
        Answer(
            position=slot.position,
            device="demo",
            sequence=slot.position,
            response={"chosen": choose(slot.question_version, skill, chance)},
            age=spent * (len(slots) - slot.position),
        )
        for slot in slots
    ]
    done_at = at + spent * len(slots)
    save_answers(attempt, answers, at=done_at)
    return finish(attempt, at=done_at + timedelta(seconds=20))


def choose(question: QuestionVersion, skill: float, chance: random.Random) -> list[str]:
    """The right choices, or a plausible mistake."""
    rights = sorted(right_keys(question.body))
    if chance.random() < skill:
        return rights
    wrongs = [c["key"] for c in question.body["choices"] if not c["right"]]
    return [*rights[1:], chance.choice(wrongs)]
