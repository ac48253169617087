"""What has become of people since a place in the feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cadres.describing import PersonFace, describe
from cadres.models import Cadre
from cadres.scopes import Access
from exchange.models import Event

MOST = 200


@dataclass(frozen=True)
class Step:
    """An event, and the person as they are now where one may still see them."""

    event: Event
    person: PersonFace | None

    @property
    def person_id(self) -> str:
        return str(self.event.content["person"])


@dataclass(frozen=True)
class Changes:
    """`cursor` is where to go on from; with `has_more` there is something there already."""

    steps: list[Step]
    cursor: int
    has_more: bool


def changes_since(cursor: int, access: Access, *, size: int = MOST) -> Changes:
    """Seven queries, whatever the number of events."""
    events = Event.objects.visible_to(access).filter(position__gt=cursor)
    told = list(events.filter(kind__startswith="person.").order_by("position")[: size + 1])
    shown = told[:size]
    people = _people([event.content["person"] for event in shown], access)
    steps = [Step(event, people.get(event.content["person"])) for event in shown]
    last: Any = shown[-1].position if shown else cursor
    return Changes(steps, last, len(told) > size)


def _people(public_ids: list[str], access: Access) -> dict[str, PersonFace]:
    seen = Cadre.objects.visible_to(access).filter(public_id__in=public_ids)
    return {str(face.id): face for face in describe(seen.values_list("pk", flat=True)).values()}
