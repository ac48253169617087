"""Erasing old answers, one by one as they were given; grades stay."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from assessments.models import AnswerEvent, Run, RunQuestion, RunState, RunSubmission
from operations.retaining import Keeping


def end_answers(before: datetime, is_trial: bool) -> int:
    """Of tries that ended before; the marks of each question and the grade are kept."""
    old = AnswerEvent.objects.filter(slot__attempt__finished_at__lt=before)
    return old.count() if is_trial else old.delete()[0]


def end_runs(before: datetime, is_trial: bool) -> int:
    """What was handed in, and what was given to each question; results and points are kept."""
    old = RunSubmission.objects.filter(run__finished_at__lt=before)
    if is_trial:
        return old.count()
    runs = Run.objects.filter(finished_at__lt=before)
    RunQuestion.objects.filter(run__in=runs).exclude(given="").update(given="")
    RunState.objects.filter(run__in=runs).delete()
    return old.delete()[0]


KEEPINGS = [
    Keeping(
        "answers",
        gettext_lazy("Answers as they were given in tests"),
        gettext_lazy("the end of the try"),
        end_answers,
    ),
    Keeping(
        "runs",
        gettext_lazy("Answers as they were given in interactive exercises"),
        gettext_lazy("the end of the run"),
        end_runs,
    ),
]
