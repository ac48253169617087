"""Sending once and again: what is not taken is tried later and later, then given up."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import QuerySet

from exchange.models import Sending
from exchange.posting import NotPosted

# After each try that failed; then it is given up.
WAITS = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
]
# A try that died with its worker is made again after this.
_LEASE = timedelta(minutes=5)

Kind = TypeVar("Kind", bound=Sending)


def claim(sendings: QuerySet[Kind], at: datetime) -> Kind | None:
    """The first that is due, kept from other workers while it is being sent."""
    due = sendings.filter(state=Sending.State.WAITING, next_at__lte=at)
    for sending in due[:5]:
        untaken = sendings.model._default_manager.filter(pk=sending.pk, next_at=sending.next_at)
        if untaken.filter(state=Sending.State.WAITING).update(next_at=at + _LEASE):
            return sending
    return None


def attempt(
    sending: Sending, post: Callable[[], int], taken_by: Container[int], at: datetime
) -> bool:
    """Sends it; whether the status answered means that it was taken."""
    sending.tries += 1
    try:
        sending.status, sending.problem = post(), ""
    except NotPosted as problem:
        sending.status, sending.problem = None, str(problem)[:200]
    taken = sending.status is not None and sending.status in taken_by
    _keep(sending, taken, at)
    return taken


def _keep(sending: Sending, taken: bool, at: datetime) -> None:
    if taken:
        sending.state, sending.delivered_at = Sending.State.DELIVERED, at
    elif sending.tries > len(WAITS):
        sending.state = Sending.State.FAILED
    else:
        sending.next_at = at + WAITS[sending.tries - 1]
    fields = ["state", "delivered_at", "tries", "next_at", "status", "problem"]
    if taken or sending.state == Sending.State.FAILED:
        fields.remove("next_at")
    sending.save(update_fields=fields)


def begin_again(sending: Sending, at: datetime) -> None:
    """It is due now, whatever became of it."""
    sending.state, sending.next_at, sending.tries = Sending.State.WAITING, at, 0
    sending.delivered_at = None
    sending.save(update_fields=["state", "next_at", "tries", "delivered_at"])
