"""Telling an endpoint of its events, in order; what is not taken is tried again, later and later.

Signed as Standard Webhooks has it. Every event bears its id, the same at each try, so that a
receiver that was told twice can tell.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import datetime

from celery import current_app
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from exchange.models import Delivery, Endpoint, Event
from exchange.posting import post
from exchange.trying import attempt, begin_again, claim
from kit.dates import now
from kit.errors import Refusal
from operations.journalling import record

_AT_A_TIME = 100


def body_of(event: Event) -> bytes:
    told = {"type": event.kind, "timestamp": event.at.isoformat(), "data": event.content}
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()


def sign(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, time and body, in base 64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def deliver_due(endpoint_id: int, *, at: datetime | None = None) -> int:
    """Sends what is due to an endpoint, until one is not taken; returns how many were."""
    endpoint = Endpoint.objects.filter(pk=endpoint_id, stopped_at=None).first()
    if endpoint is None:
        return 0
    sent = 0
    while sent < _AT_A_TIME:
        delivery = _take_next(endpoint, at or now())
        if delivery is None:
            return sent
        if not _send(delivery, endpoint, at or now()):
            return sent
        sent += 1
    current_app.send_task("exchange.deliver", args=[endpoint_id])
    return sent


def _take_next(endpoint: Endpoint, at: datetime) -> Delivery | None:
    """The oldest due delivery."""
    waiting = Delivery.objects.filter(endpoint=endpoint).select_related("event")
    return claim(waiting.order_by("event_id"), at)


def _send(delivery: Delivery, endpoint: Endpoint, at: datetime) -> bool:
    event_id, body = str(delivery.event.public_id), body_of(delivery.event)
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Kheo-Webhooks/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(endpoint.secret, event_id, timestamp, body),
    }
    return attempt(delivery, lambda: post(endpoint.address, body, headers), range(200, 300), at)


def deliver_overdue(*, at: datetime | None = None) -> int:
    """Sends again to every endpoint that has something due; returns how many endpoints."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=at or now())
    ids = list(due.order_by("endpoint").values_list("endpoint_id", flat=True).distinct())
    for endpoint_id in ids:
        current_app.send_task("exchange.deliver", args=[endpoint_id])
    return len(ids)


@transaction.atomic
def resend(delivery: Delivery, *, by: User, at: datetime | None = None) -> None:
    """Sends one more time, whatever became of it, with the same event id."""
    locked = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint")
    again = locked.get(pk=delivery.pk)
    if again.endpoint.stopped_at is not None:
        raise Refusal(_("This webhook has been stopped; nothing is sent to it any more."))
    begin_again(again, at or now())
    record("webhook.resend", again.endpoint, by=by, after={"number": str(again.event_id)})
    transaction.on_commit(
        lambda: current_app.send_task("exchange.deliver", args=[again.endpoint_id])
    )
