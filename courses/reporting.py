"""What people have done with a course's interactive contents: by person and by question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from assessments.models import Run, RunQuestion, Strength
from cadres.scopes import Access
from courses.models import Course, EditionLesson, LessonRun
from courses.playing import Played, interactive_segments, rule_of, share_of
from kit.numbers import percentage


@dataclass(frozen=True)
class Place:
    """A place of a course where something is played, as its newest edition has it."""

    lesson: EditionLesson
    segment: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.segment["place"])


def places_of(course: Course) -> list[Place]:
    """In the order of the lessons; one query."""
    if course.current is None:
        return []
    lessons = course.current.lessons.order_by("position")
    return [Place(lesson, s) for lesson in lessons for s in interactive_segments(lesson)]


def runs_at(course: Course, place: str, access: Access) -> QuerySet[LessonRun]:
    """Of every edition: a place keeps its id from one to the next."""
    rows = LessonRun.objects.visible_to(access)
    return rows.filter(place=place, enrolment__course=course)


@dataclass(frozen=True)
class Tally:
    """How many people have tried, and how far their best-known results can be believed."""

    people: int
    finished: int
    by_strength: list[tuple[Strength, int]]


def tally(runs: QuerySet[LessonRun]) -> Tally:
    rows = [
        (enrolment, strength if is_handed_in else "")
        for enrolment, strength, is_handed_in in runs.values_list(
            "enrolment", "run__strength", "run__is_handed_in"
        )
    ]
    people = {enrolment for enrolment, _strength in rows}
    order = [Strength.VERIFIED, Strength.CLAIMED, Strength.UNVERIFIABLE]
    best: dict[int, Strength] = {}
    for enrolment, told in rows:
        if told:
            strength = Strength(told)
            best[enrolment] = min(best.get(enrolment, strength), strength, key=order.index)
    counted = Counter(best.values())
    return Tally(len(people), len(best), [(strength, counted[strength]) for strength in order])


@dataclass(frozen=True)
class Row:
    """One person at a place."""

    cadre: Any
    played: Played

    @property
    def share(self) -> Decimal | None:
        run = self.played.shown
        return share_of(run) if run and run.is_verified else None


def people(runs: QuerySet[LessonRun], place: Place, enrolments: Iterable[int]) -> list[Row]:
    """Those of `enrolments`, in the order of the alphabet; one query."""
    rows = runs.filter(enrolment__in=list(enrolments)).select_related("run", "enrolment__cadre")
    ordered = rows.order_by("enrolment__cadre__name_key", "enrolment", "run__number")
    cadres: dict[int, Any] = {}
    held: dict[int, list[Run]] = {}
    for row in ordered:
        cadres[row.enrolment_id] = row.enrolment.cadre
        held.setdefault(row.enrolment_id, []).append(row.run)
    rule = rule_of(place.segment)
    return [Row(cadres[pk], Played(place.segment, rule, held[pk])) for pk in cadres]


@dataclass(frozen=True)
class Asked:
    """One question over all verified runs of one revision: how many answered, how well."""

    position: int
    question: str
    library: str
    answers: int
    unverified: int
    share: Decimal | None


def questions(runs: QuerySet[LessonRun]) -> list[Asked]:
    """Of the newest revision that anybody has finished; the newest wording is shown."""
    finished = runs.filter(run__is_handed_in=True)
    newest = finished.order_by("-run__revision__number").values_list("run__revision", flat=True)
    of_revision = RunQuestion.objects.filter(
        run__in=finished.filter(run__revision__in=newest[:1]).values("run")
    )
    verified = of_revision.filter(strength=Strength.VERIFIED).order_by()
    sums: dict[int, dict[str, Any]] = {
        row["position"]: row
        for row in verified.values("position").annotate(
            answers=Count("pk"), points=Sum("points"), most=Sum("maximum")
        )
    }
    others = Counter(
        of_revision.exclude(strength=Strength.VERIFIED).values_list("position", flat=True)
    )
    worded = {row.position: row for row in of_revision.order_by("position", "pk")}
    return [
        Asked(
            position,
            row.question,
            row.library,
            sums.get(position, {}).get("answers", 0),
            others[position],
            percentage(sums[position]["points"], sums[position]["most"])
            if position in sums
            else None,
        )
        for position, row in sorted(worded.items())
    ]
