"""Reckoning where a learner stands: what is owed, begun and finished, and the hours credited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q

from assessments.models import Attempt
from cadres.models import Cadre
from cadres.models.units import valid_on
from courses.models import (
    Completion,
    Course,
    Enrolment,
    EnrolmentQuerySet,
    HourRule,
    Obligation,
    Progress,
)
from kit.dates import today

SOON_DAYS = 14


@dataclass(frozen=True)
class Step:
    """The next thing to do in a course: `begin`, `lesson`, `paper`, `spent` or `certificate`."""

    kind: str
    course: Course
    lesson: dict[str, Any] | None = None
    completion: Completion | None = None


@dataclass(frozen=True)
class Standing:
    """One learner and one course, on one day."""

    course: Course
    on: date
    enrolment: Enrolment | None = None
    due_on: date | None = None

    @property
    def title(self) -> str:
        edition = self.enrolment.edition if self.enrolment else self.course.current
        return edition.title if edition else self.course.code

    @property
    def progress(self) -> Progress | None:
        return self.enrolment.progress if self.enrolment else None

    @property
    def completion(self) -> Completion | None:
        return getattr(self.enrolment, "completion", None)

    @property
    def state(self) -> str:
        """`done`, `late`, `soon`, `learning` or `new`."""
        if self.completion:
            return "done"
        if self.due_on and self.days_left < 0:
            return "late"
        if self.due_on and self.days_left <= SOON_DAYS:
            return "soon"
        return "learning" if self.enrolment else "new"

    @property
    def days_left(self) -> int:
        """Days until it is due; negative when late; 0 too when nothing is due."""
        return (self.due_on - self.on).days if self.due_on else 0

    @property
    def days_late(self) -> int:
        return -self.days_left

    @cached_property
    def step(self) -> Step:
        if self.enrolment is None:
            return Step("begin", self.course)
        return next_step(self.enrolment)

    @property
    def last_active_at(self) -> datetime | None:
        return self.progress.last_active_at if self.progress else None


def next_step(enrolment: Enrolment) -> Step:
    """For enrolments fetched by `with_next_lesson`."""
    course, edition, progress = enrolment.course, enrolment.edition, enrolment.progress
    if completion := getattr(enrolment, "completion", None):
        return Step("certificate", course, completion=completion)
    lesson_id = getattr(enrolment, "next_lesson_id", None)
    if lesson_id:
        lesson = next(row for row in edition.listed_lessons if row["id"] == lesson_id)
        return Step("lesson", course, lesson=lesson)
    is_spent = progress.tries_used >= edition.paper_version.tries and not progress.passed
    return Step("spent" if is_spent else "paper", course)


@dataclass(frozen=True)
class Reckoning:
    """All courses of one learner, the most pressing first; tiết of this year and of the rule."""

    standings: list[Standing]
    hours: Decimal
    hours_due: Decimal | None
    year: int

    @property
    def owed(self) -> list[Standing]:
        """Required and not finished, the earliest day first."""
        owed = (s for s in self.standings if s.due_on and not s.completion)
        return sorted(owed, key=lambda s: s.due_on or date.max)

    @property
    def chosen(self) -> list[Standing]:
        """Begun though nobody requires them, not finished."""
        return [s for s in self.standings if s.enrolment and not s.due_on and not s.completion]

    @property
    def done(self) -> list[Standing]:
        done = [s for s in self.standings if s.completion]
        return sorted(done, key=_completed_at, reverse=True)

    @property
    def late(self) -> list[Standing]:
        return [s for s in self.owed if s.state == "late"]

    @property
    def next(self) -> Standing | None:
        """Where to go on: the course last worked at, else the one owed first."""
        begun = [s for s in self.owed + self.chosen if s.enrolment and s.step.kind != "spent"]
        fresh = [s for s in self.owed if not s.enrolment]
        return max(begun, key=_last_active, default=None) or next(iter(fresh), None)


def _completed_at(standing: Standing) -> datetime:
    assert standing.completion  # noqa: S101 (only finished ones are asked)
    return standing.completion.completed_at


def _last_active(standing: Standing) -> datetime:
    assert standing.last_active_at  # noqa: S101 (only begun ones are asked)
    return standing.last_active_at


def reckon(cadre_id: int, *, on: date | None = None) -> Reckoning:
    """Three queries, however many courses."""
    day = on or today()
    enrolments = {row.course_id: row for row in enrolments_of(cadre_id)}
    due: dict[int, Obligation] = {}
    for obligation in _obligations_of(cadre_id):
        due.setdefault(obligation.course_id, obligation)
    standings = [
        Standing(row.course, day, row, due[key].due_on if key in due else None)
        for key, row in enrolments.items()
    ]
    standings += [
        Standing(owed.course, day, None, owed.due_on)
        for key, owed in due.items()
        if key not in enrolments
    ]
    hours = hours_credited(standings, day.year)
    return Reckoning(standings, hours, _hours_due(cadre_id, day), day.year)


def tries_of(reckoning: Reckoning) -> dict[int, list[Attempt]]:
    """The tries at each course's final paper, by course; one query."""
    courses = {s.enrolment.sitting_id: s.course.pk for s in reckoning.standings if s.enrolment}
    found: dict[int, list[Attempt]] = {}
    for attempt in Attempt.objects.filter(sitting__in=courses.keys() - {None}):
        found.setdefault(courses[attempt.sitting_id], []).append(attempt)
    return found


def enrolments_of(cadre_id: int) -> EnrolmentQuerySet:
    return (
        Enrolment.objects.filter(cadre=cadre_id)
        .select_related("course", "edition__paper_version", "progress", "completion")
        .defer("edition__folded", "edition__outcomes", "edition__audience", "completion__evidence")
        .with_next_lesson()
    )


def _obligations_of(cadre_id: int) -> Iterable[Obligation]:
    """Standing ones, the earliest day first: several requirements may ask for one course."""
    return (
        Obligation.objects.filter(cadre=cadre_id, course__current__isnull=False)
        .standing()
        .select_related("course__current")
        .defer("course__current__outline", "course__current__folded")
        .order_by("due_on", "pk")
    )


def hours_credited(standings: Iterable[Standing], year: int) -> Decimal:
    completions = (s.completion for s in standings)
    return sum((c.hours for c in completions if c and c.completed_on.year == year), Decimal(0))


def _hours_due(cadre_id: int, day: date) -> Decimal | None:
    kind = Cadre.objects.filter(pk=cadre_id).values("kind")
    rules = HourRule.objects.filter(Q(valid_on(day)), kind__in=kind).order_by("-valid_from")
    return rules.values_list("hours", flat=True).first()
