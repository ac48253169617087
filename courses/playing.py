"""Interactive content inside lessons: whose run it is, and whether it is finished by its rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Run
from assessments.playing import start_run
from courses.models import EditionLesson, Enrolment, LessonRun
from kit.dates import now
from kit.errors import Refusal
from kit.numbers import percentage
from media.models import InteractiveRevision


@dataclass(frozen=True)
class Rule:
    """When what is played at a place counts as finished."""

    is_required: bool
    is_verified: bool
    least: int

    def is_met_by(self, run: Run) -> bool:
        """`verified`: the server's own result, and enough of it; else: gone through to the end."""
        if not run.is_handed_in:
            return False
        if not self.is_verified:
            return True
        return run.is_verified and (share_of(run) or Decimal(0)) >= self.least


@dataclass(frozen=True)
class Played:
    """A place of a lesson as one learner has played it; runs from the first to the newest."""

    segment: dict[str, Any]
    rule: Rule
    runs: list[Run]

    @property
    def is_done(self) -> bool:
        return any(self.rule.is_met_by(run) for run in self.runs)

    @property
    def newest(self) -> Run | None:
        return self.runs[-1] if self.runs else None

    @property
    def best(self) -> Run | None:
        """The verified result that counts: a later, worse one takes nothing away."""
        verified = [run for run in self.runs if run.is_verified]
        return max(verified, key=lambda run: share_of(run) or Decimal(0), default=None)

    @property
    def shown(self) -> Run | None:
        """The best verified run, else the newest that was handed in, else the newest."""
        finished = [run for run in self.runs if run.is_handed_in]
        return self.best or (finished[-1] if finished else self.newest)


def share_of(run: Run) -> Decimal | None:
    """Points of the maximum, in percent; None where nothing was to be had."""
    if run.points is None or run.maximum is None:
        return None
    return percentage(run.points, run.maximum)


def rule_of(segment: dict[str, Any]) -> Rule:
    return Rule(segment["required"], segment["rule"] == "verified", segment["least"] or 0)


def interactive_segments(lesson: EditionLesson) -> Iterator[dict[str, Any]]:
    return (segment for segment in lesson.segments if "interactive" in segment)


def played_in(enrolment: Enrolment, lesson: EditionLesson) -> dict[str, Played]:
    """Every place of the lesson by its id; no query for a lesson without any."""
    segments = list(interactive_segments(lesson))
    if not segments:
        return {}
    rows = LessonRun.objects.filter(enrolment=enrolment, lesson=lesson)
    joined = rows.select_related("run__revision")
    runs: dict[str, list[Run]] = {segment["place"]: [] for segment in segments}
    for row in joined.order_by("run__number"):
        runs.setdefault(str(row.place), []).append(row.run)
    return {s["place"]: Played(s, rule_of(s), runs[s["place"]]) for s in segments}


def played_by(enrolments: Iterable[int]) -> dict[int, list[tuple[EditionLesson, Played]]]:
    """What each enrolment has played and where, in the order of the lessons; one query."""
    rows = LessonRun.objects.filter(enrolment__in=list(enrolments)).select_related("run", "lesson")
    runs: dict[tuple[int, EditionLesson, str], list[Run]] = {}
    for row in rows.order_by("lesson__position", "run__number"):
        runs.setdefault((row.enrolment_id, row.lesson, str(row.place)), []).append(row.run)
    found: dict[int, list[tuple[EditionLesson, Played]]] = {}
    for (enrolment, lesson, place), held in runs.items():
        segment = next(s for s in interactive_segments(lesson) if s["place"] == place)
        found.setdefault(enrolment, []).append((lesson, Played(segment, rule_of(segment), held)))
    return found


def left_to_finish(played: Iterable[Played]) -> list[str]:
    """The titles of what must be finished and is not."""
    return [p.segment["title"] for p in played if p.rule.is_required and not p.is_done]


def still_to_finish(enrolment: Enrolment, lesson: EditionLesson) -> list[str]:
    """What keeps the lesson from being done; no query where nothing in it must be finished."""
    if not any(rule_of(segment).is_required for segment in interactive_segments(lesson)):
        return []
    return left_to_finish(played_in(enrolment, lesson).values())


@transaction.atomic
def play(
    enrolment: Enrolment, lesson: EditionLesson, place: UUID, *, at: datetime | None = None
) -> Run:
    """The open run at this place, else the next one; it belongs to the enrolment."""
    if lesson.edition_id != enrolment.edition_id:
        raise Refusal(_("This lesson is not in the edition you are learning."), status=404)
    segment = next((s for s in interactive_segments(lesson) if s["place"] == str(place)), None)
    if segment is None:
        raise Refusal(_("This exercise is not in the lesson."), status=404)
    revision = InteractiveRevision.objects.get(pk=segment["interactive"])
    # A copied lesson has the same blocks: the enrolment makes the place the learner's own.
    own_place = uuid5(enrolment.public_id, segment["place"])
    run = start_run(
        enrolment.cadre, revision, own_place, minutes=segment["minutes"], at=at or now()
    )
    LessonRun.objects.get_or_create(
        run=run, defaults={"enrolment": enrolment, "lesson": lesson, "place": place}
    )
    return run


def get_run(enrolment: Enrolment, lesson: EditionLesson, run: UUID) -> LessonRun:
    """A run of this enrolment in this lesson; of anybody else's nothing is said."""
    rows = LessonRun.objects.filter(enrolment=enrolment, lesson=lesson, run=run)
    found = rows.select_related("run__revision").first()
    if found is None:
        raise Refusal(_("This run was not found. Please open the lesson again."), status=404)
    return found
