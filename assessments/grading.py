"""Marks from answers: fraction × weight, summed and put on a scale of ten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Value, When

from assessments.kinds import get_kind
from assessments.kinds.base import ZERO
from assessments.models import Attempt, Grading, Slot
from assessments.signals import attempt_graded
from kit.numbers import round_half_up
from operations.journalling import record

SCALE = Decimal(10)


def fraction_of(slot: Slot, response: Mapping[str, Any] | None) -> Decimal:
    if response is None:
        return ZERO
    question = slot.question_version
    return get_kind(question.kind).grade(question.body, response)


def grade_of(slots: list[Slot]) -> Decimal:
    """Σ fraction × max mark, rescaled to ten, half up to two decimals."""
    whole = sum((slot.max_mark for slot in slots), ZERO)
    earned = sum(((slot.fraction or ZERO) * slot.max_mark for slot in slots), ZERO)
    return round_half_up(earned * SCALE / whole, 2) if whole else ZERO


def graded_slots(attempt: Attempt, responses: Mapping[int, Mapping[str, Any]]) -> list[Slot]:
    """The attempt's slots with the fractions their responses earn; nothing is written."""
    slots = list(
        attempt.slots.select_related("question_version").only(
            "attempt_id", "position", "max_mark", "question_version__kind", "question_version__body"
        )
    )
    for slot in slots:
        slot.fraction = fraction_of(slot, responses.get(slot.pk))
    return slots


def _write_fractions(slots: list[Slot]) -> None:
    """One statement; most attempts know only right and wrong, so it is a short one."""
    by_fraction: dict[Decimal, list[int]] = defaultdict(list)
    for slot in slots:
        by_fraction[slot.fraction or ZERO].append(slot.pk)
    earned = [When(pk__in=ids, then=Value(value)) for value, ids in by_fraction.items()]
    if earned:
        column = Slot._meta.get_field("fraction")
        Slot.objects.filter(pk__in=[slot.pk for slot in slots]).update(
            fraction=Case(*earned, output_field=column)
        )


def grade(attempt: Attempt, responses: Mapping[int, Mapping[str, Any]], *, at: datetime) -> Attempt:
    """Grades a finished attempt, appends the grading, announces it. Runs in `finish`."""
    slots = graded_slots(attempt, responses)
    _write_fractions(slots)
    attempt.grade = grade_of(slots)
    attempt.passed = attempt.grade >= attempt.sitting.paper_version.pass_grade
    attempt.save(update_fields=["finished_at", "end", "grade", "passed"])
    Grading.objects.create(
        attempt=attempt,
        fractions={str(slot.position): str(slot.fraction) for slot in slots},
        grade=attempt.grade,
        passed=attempt.passed,
        graded_at=at,
    )
    cadre = attempt.sitting.cadre
    record(
        "attempt.grade",
        attempt,
        by=cadre.user if attempt.end == Attempt.End.LEARNER else None,
        named=cadre.full_name,
        after={"try": attempt.number, "grade": str(attempt.grade), "passed": attempt.passed},
        at=at,
    )
    attempt_graded.send(Attempt, attempt=attempt)
    return attempt
