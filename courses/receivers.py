"""What happens in a test moves the course it belongs to, in the same transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import User
from assessments.models import Attempt
from assessments.signals import attempt_graded, attempt_started
from cadres.signals import (
    groups_changed,
    people_withdrawn,
    posts_changed,
    posts_put_back,
    reorganisation_planned,
)
from courses.completing import count_grade, count_try
from courses.requiring import (
    release,
    require_as_put_back,
    require_newcomers,
    require_of_groups,
    requirements_touched,
)

Answers = list[tuple[str, str]]


@receiver(attempt_started)
def on_started(attempt: Attempt, **_: Any) -> None:
    count_try(attempt)


@receiver(attempt_graded)
def on_graded(attempt: Attempt, **_: Any) -> None:
    assert attempt.finished_at is not None  # noqa: S101 (graded attempts are finished)
    count_grade(attempt, at=attempt.finished_at)


@receiver(posts_changed)
def on_posts(cadre_ids: list[int], **_: Any) -> None:
    require_newcomers(cadre_ids)


@receiver(posts_put_back)
def on_put_back(
    cadre_ids: list[int], since: datetime, by: User | None, reason: str, **_: Any
) -> None:
    require_as_put_back(cadre_ids, since=since, by=by, reason=reason)


@receiver(reorganisation_planned)
def on_planned(unit_ids: set[int], ended_ids: set[int], day: date, **_: Any) -> Answers:
    return requirements_touched(unit_ids, ended_ids, day)


@receiver(groups_changed)
def on_groups(group_ids: list[int], **_: Any) -> None:
    require_of_groups(group_ids)


@receiver(people_withdrawn)
def on_withdrawn(cadre_ids: list[int], by: User | None, reason: str, **_: Any) -> None:
    release(cadre_ids, by=by, reason=reason)
