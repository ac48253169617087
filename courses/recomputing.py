"""Progress of everyone as the facts say, compared or built anew, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Max, Q

from assessments.models import Attempt
from courses.models import Enrolment, LessonDone, LessonVisit, Progress

CHUNK = 2000


class _Facts(NamedTuple):
    lessons_done: int
    last_lesson_id: int | None
    tries_used: int
    best_grade: Decimal | None
    passed: bool


def _chunks() -> Iterator[list[tuple[int, int | None]]]:
    """(enrolment, sitting), in order."""
    rows = list(Enrolment.objects.order_by("pk").values_list("pk", "sitting_id"))
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _facts_of(rows: list[tuple[int, int | None]]) -> dict[int, _Facts]:
    """Three queries, however many enrolments."""
    ids, sittings = [row[0] for row in rows], [row[1] for row in rows if row[1]]
    visits = LessonVisit.objects.filter(enrolment__in=ids).order_by("visited_at", "pk")
    last = dict(visits.values_list("enrolment_id", "lesson_id"))
    done = LessonDone.objects.filter(enrolment__in=ids).values_list("enrolment_id")
    lessons = dict(done.annotate(number=Count("pk")).order_by())
    attempts = Attempt.objects.filter(sitting__in=sittings).order_by().values_list("sitting_id")
    tries = {
        row[0]: row[1:]
        for row in attempts.annotate(
            used=Count("pk"), best=Max("grade"), passes=Count("pk", filter=Q(passed=True))
        )
    }
    found: dict[int, _Facts] = {}
    for pk, sitting_id in rows:
        used, best, passes = tries.get(sitting_id, (0, None, 0))
        found[pk] = _Facts(lessons.get(pk, 0), last.get(pk), used, best, passes > 0)
    return found


def _stored(ids: list[int]) -> dict[int, _Facts]:
    rows = Progress.objects.filter(pk__in=ids).values_list("pk", *_Facts._fields)
    return {row[0]: _Facts(*row[1:]) for row in rows}


def progress_differences() -> list[str]:
    """Where stored progress differs from what the facts say; nothing is written."""
    differing: list[str] = []
    for rows in _chunks():
        facts, stored = _facts_of(rows), _stored([row[0] for row in rows])
        differing += [
            f"progress {pk}: {stored.get(pk)} -> {fact}"
            for pk, fact in facts.items()
            if stored.get(pk) != fact
        ]
    return differing


def rebuild_progress() -> int:
    """Writes progress where it differs; returns how many rows."""
    return sum(_rebuild_chunk(rows) for rows in _chunks())


@transaction.atomic
def _rebuild_chunk(rows: list[tuple[int, int | None]]) -> int:
    ids = [row[0] for row in rows]
    list(Progress.objects.select_for_update().filter(pk__in=ids).order_by("pk").values("pk"))
    facts, stored = _facts_of(rows), _stored(ids)
    wrong = [pk for pk, fact in facts.items() if stored.get(pk) != fact]
    changed = [Progress(pk=pk, **facts[pk]._asdict()) for pk in wrong if pk in stored]
    Progress.objects.bulk_update(changed, _Facts._fields, batch_size=200)
    Progress.objects.bulk_create(
        Progress(pk=pk, **facts[pk]._asdict()) for pk in wrong if pk not in stored
    )
    return len(wrong)
