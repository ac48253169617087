"""Noticing what became of people and units: what they look like now against what was last told.

Whatever deed changed them, the difference is what is told; looking twice tells nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from cadres.describing import PersonFace, describe
from cadres.models import Cadre, Unit
from exchange.models import Event, Seen
from exchange.telling import Told, tell
from kit.dates import day_of, now

CHUNK = 1000


@transaction.atomic
def watch_people(cadre_ids: Iterable[int], *, at: datetime | None = None) -> int:
    """Tells who was entered, changed, moved or left since last looked at; returns how many."""
    at = at or now()
    ids = sorted(set(cadre_ids))
    return sum(_watch(describe(chunk), at) for chunk in _chunks(ids))


def watch_everyone(*, at: datetime | None = None) -> int:
    """The same for all: posts that began or ended with the day, and entries that were undone."""
    at = at or now()
    count = watch_people(Cadre.objects.values_list("pk", flat=True), at=at)
    return count + _watch_gone(at) + watch_units(at=at)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _watch(faces: dict[int, PersonFace], at: datetime) -> int:
    subjects = Seen.objects.filter(subject=Seen.Subject.PERSON)
    known = {
        row.public_id: row
        for row in subjects.filter(public_id__in=[face.id for face in faces.values()])
    }
    told, looks = [], []
    for face in faces.values():
        seen = known.get(face.id)
        now_seen = _seen(face, day_of(at))
        kind = _what_became(seen, now_seen)
        if kind is None:
            continue
        content = {"person": str(face.id), "unit": _text(now_seen.main_unit)}
        before = seen.unit_ids if seen else []
        told.append(Told(kind, content, [*before, *now_seen.unit_ids]))
        looks.append(now_seen)
    Seen.objects.bulk_create(
        looks,
        update_conflicts=True,
        unique_fields=["subject", "public_id"],
        update_fields=["digest", "main_unit", "unit_ids"],
    )
    return tell(told, at=at)


def _seen(face: PersonFace, day: date) -> Seen:
    main = face.main_post_on(day)
    held = sorted({post.unit_id for post in face.posts if post.is_held_on(day)})
    return Seen(
        subject=Seen.Subject.PERSON,
        public_id=face.id,
        digest=face.digest,
        main_unit=main.unit if main else None,
        unit_ids=held,
    )


def _what_became(seen: Seen | None, now_seen: Seen) -> Event.Kind | None:
    if seen is None:
        return Event.Kind.PERSON_CREATED
    if seen.main_unit is not None and now_seen.main_unit is None:
        return Event.Kind.PERSON_LEFT
    if seen.main_unit != now_seen.main_unit:
        return Event.Kind.PERSON_MOVED
    has_changed = (seen.digest, seen.unit_ids) != (now_seen.digest, now_seen.unit_ids)
    return Event.Kind.PERSON_CHANGED if has_changed else None


def _text(public_id: UUID | None) -> str | None:
    return str(public_id) if public_id else None


@transaction.atomic
def _watch_gone(at: datetime) -> int:
    """Records whose entry was undone."""
    people = Seen.objects.filter(subject=Seen.Subject.PERSON)
    gone = list(people.exclude(public_id__in=Cadre.objects.values("public_id")))
    Seen.objects.filter(pk__in=[seen.pk for seen in gone]).delete()
    told = [
        Told(Event.Kind.PERSON_LEFT, {"person": str(seen.public_id), "unit": None}, seen.unit_ids)
        for seen in gone
    ]
    return tell(told, at=at)


@transaction.atomic
def watch_units(*, at: datetime | None = None) -> int:
    """Tells which units are not what they were; one that has ended is told once more."""
    at = at or now()
    looks = _looks_of_units(day_of(at))
    known = {row.public_id: row for row in Seen.objects.filter(subject=Seen.Subject.UNIT)}
    told, fresh, stale = [], [], []
    for public_id, (pk, look) in looks.items():
        digest = hashlib.sha256(json.dumps(look).encode()).hexdigest()
        seen = known.get(public_id)
        if seen is not None and seen.digest == digest:
            continue
        told.append(Told(Event.Kind.UNIT_CHANGED, {"unit": str(public_id)}, [pk]))
        if seen is None:
            fresh.append(
                Seen(subject=Seen.Subject.UNIT, public_id=public_id, digest=digest, unit_ids=[pk])
            )
        else:
            seen.digest = digest
            stale.append(seen)
    Seen.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
    Seen.objects.bulk_update(stale, ["digest"], batch_size=200)
    return tell(told, at=at)


def _looks_of_units(day: date) -> dict[UUID, tuple[int, list[Any]]]:
    """By public id: the unit's number, and its name, kind, code and parent on the day."""
    columns = ("public_id", "pk", "name", "kind", "code", "parent_id")
    rows = Unit.objects.named_on(day).values_list(*columns)
    return {row[0]: (row[1], list(row[2:])) for row in rows}
