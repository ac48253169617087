"""Telling an external record store (xAPI) of finished runs, where one is configured.

What was taken once is known by its ids: a store that answers 409 has it already.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Run
from exchange.models import RunReport
from exchange.posting import post
from exchange.stating import statements_of
from exchange.trying import attempt, begin_again, claim
from kit.dates import now
from kit.errors import Refusal
from operations.journalling import record

VERSION = "1.0.3"
_TAKEN = (200, 204, 409)
_AT_A_TIME = 100


def is_configured() -> bool:
    return bool(settings.XAPI_STORE)


def report(run: Run, *, at: datetime | None = None) -> None:
    """In the transaction of the run's end; it is sent once that is committed."""
    if not is_configured():
        return
    RunReport.objects.create(run=run, next_at=at or now())
    # A queue that is down costs the learner nothing: what is due is looked for every minute.
    transaction.on_commit(_send_soon, robust=True)


def _send_soon() -> None:
    current_app.send_task("exchange.report_runs")


def report_due(*, at: datetime | None = None) -> int:
    """Sends what is due, until one is not taken; returns how many were."""
    if not is_configured():
        return 0
    sent = 0
    waiting = RunReport.objects.select_related("run__cadre", "run__revision__content")
    while sent < _AT_A_TIME:
        due = claim(waiting.order_by("pk"), at or now())
        if due is None or not _send(due, at or now()):
            return sent
        sent += 1
    _send_soon()
    return sent


def _send(due: RunReport, at: datetime) -> bool:
    body = json.dumps(statements_of(due.run), ensure_ascii=False, separators=(",", ":")).encode()
    password = base64.b64encode(f"{settings.XAPI_KEY}:{settings.XAPI_SECRET}".encode()).decode()
    headers = {
        "Authorization": f"Basic {password}",
        "Content-Type": "application/json",
        "User-Agent": "Kheo-xAPI/1",
        "X-Experience-API-Version": VERSION,
    }
    address = f"{settings.XAPI_STORE}/statements"
    return attempt(due, lambda: post(address, body, headers, is_secret=True), _TAKEN, at)


def report_overdue(*, at: datetime | None = None) -> bool:
    """Whether anything is due, and so is being sent."""
    if not is_configured():
        return False
    waiting = RunReport.objects.filter(state=RunReport.State.WAITING)
    is_due = waiting.filter(next_at__lte=at or now()).exists()
    if is_due:
        _send_soon()
    return is_due


@transaction.atomic
def resend(told: RunReport, *, by: User, at: datetime | None = None) -> None:
    """Sends one more time, whatever became of it, with the same ids."""
    _refuse_without_store()
    again = RunReport.objects.select_for_update().get(pk=told.pk)
    begin_again(again, at or now())
    record("report.resend", again, by=by, named=str(again), after={"count": 1})
    transaction.on_commit(_send_soon)


@transaction.atomic
def resend_failed(*, by: User, at: datetime | None = None) -> int:
    """Sends all that were given up one more time; returns how many."""
    _refuse_without_store()
    failed = RunReport.objects.filter(state=RunReport.State.FAILED)
    count = failed.update(state=RunReport.State.WAITING, next_at=at or now(), tries=0)
    if count:
        record("report.resend", None, by=by, named="xAPI", after={"count": count})
        transaction.on_commit(_send_soon)
    return count


def _refuse_without_store() -> None:
    if not is_configured():
        raise Refusal(_("No record store is configured, so nothing can be sent."))
