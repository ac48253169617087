"""What the worker does of our own; importing makes it know our kinds of jobs."""

from __future__ import annotations

from celery import shared_task

from cadres import (
    attesting,
    filing,  # noqa: F401 (registers a job)
    viewing,
)
from cadres.roster import looking, undoing, writing  # noqa: F401 (two register jobs)


@shared_task(name="cadres.end_viewings")
def end_viewings() -> None:
    viewing.end_viewings()


@shared_task(name="cadres.forget_roster_files")
def forget_roster_files() -> None:
    undoing.forget_files()


@shared_task(name="cadres.remind_managers")
def remind_managers() -> None:
    attesting.remind_managers()
