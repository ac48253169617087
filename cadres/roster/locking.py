"""A run of the roster under lock, at the point where a deed expects it; its jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cadres.models import RosterRun
from cadres.roster.comparing import Report, silent
from kit.errors import Refusal
from operations.models import Job
from operations.working import report_progress

State = RosterRun.State
Phases = Callable[[str], Report]


def quiet(_words: str) -> Report:
    """Phases for whoever does not watch."""
    return silent


def lock(run: RosterRun, *states: str) -> RosterRun:
    locked = RosterRun.objects.select_for_update(of=("self",)).select_related("job").get(pk=run.pk)
    if locked.state not in states:
        raise Refusal(
            _("This list is no longer at that point. Open its page to see how it stands.")
        )
    return locked


def lock_all(run: RosterRun) -> RosterRun:
    """One list is written at a time, so that two of them cannot enter one person twice."""
    still_open = RosterRun.objects.filter(state=State.OPEN).order_by("pk")
    list(still_open.select_for_update(no_key=True).values_list("pk", flat=True))
    return lock(run, State.OPEN)


def phases_of(job: Job) -> Phases:
    """Progress by the words of a phase, told as soon as it begins."""

    def begin(words: str) -> Report:
        report_progress(job, 0, 0, words)
        return lambda done, total: report_progress(job, done, total, words)

    return begin


def run_of(job: Job) -> RosterRun:
    return RosterRun.objects.select_related("started_by").get(pk=job.arguments["run"])


def answer_of(run: RosterRun) -> dict[str, Any]:
    return {
        "address": reverse("cadres:roster_run", args=[run.pk]),
        "address_title": _("Open the list"),
    }
