"""Writing events down in the transaction of what happened, and passing them on once committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction

from cadres.models import Unit
from exchange.models import Delivery, Endpoint, Event, EventUnit, Feed
from kit.dates import day_of, now
from operations.storing import store

_AT_A_TIME = 1000


@dataclass(frozen=True)
class Told:
    """What happened, by ids only, and the units it concerns."""

    kind: Event.Kind
    content: dict[str, Any]
    unit_ids: Sequence[int]


def tell(told: Iterable[Told], *, at: datetime) -> int:
    """Appends events; they get their place in the feed after the commit. Returns how many."""
    rows = list(told)
    if not rows:
        return 0
    events = Event.objects.bulk_create(
        [Event(kind=row.kind, at=at, content=row.content) for row in rows], batch_size=500
    )
    links = [
        EventUnit(event=event, unit_id=unit_id)
        for event, row in zip(events, rows, strict=True)
        for unit_id in sorted(set(row.unit_ids))
    ]
    EventUnit.objects.bulk_create(links, batch_size=500)
    transaction.on_commit(lambda: current_app.send_task("exchange.pass_on"))
    return len(events)


def pass_on(*, at: datetime | None = None) -> int:
    """Gives committed events their place in the feed, and each endpoint its deliveries.

    One at a time: the feed's row is locked, so positions follow one another without a gap.
    """
    at = at or now()
    passed = 0
    while count := _pass_some(at):
        passed += count
    return passed


@transaction.atomic
def _pass_some(at: datetime) -> int:
    Feed.objects.get_or_create(pk=1)
    feed = Feed.objects.select_for_update().get(pk=1)
    events = list(Event.objects.filter(position=None).order_by("pk")[:_AT_A_TIME])
    for event in events:
        feed.last += 1
        event.position = feed.last
    store(events, ["position"])
    feed.save()
    for endpoint in Endpoint.objects.filter(stopped_at=None) if events else []:
        _plan(endpoint, events, at)
    return len(events)


def _plan(endpoint: Endpoint, events: list[Event], at: datetime) -> None:
    wanted = Event.objects.filter(pk__in=[e.pk for e in events], kind__in=endpoint.kinds)
    if endpoint.unit_id is not None:
        wanted = wanted.concerning(Unit.objects.within([endpoint.unit_id], day_of(at)))
    ids = wanted.order_by("pk").values_list("pk", flat=True)
    planned = Delivery.objects.bulk_create(
        [Delivery(endpoint=endpoint, event_id=pk, next_at=at) for pk in ids], batch_size=500
    )
    if planned:
        transaction.on_commit(lambda: current_app.send_task("exchange.deliver", args=[endpoint.pk]))
