"""A person as other systems are told of one: the record's plain fields and the posts."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from cadres.models import Cadre, Post, UnitVersion


@dataclass(frozen=True)
class PostFace:
    unit: UUID
    unit_code: str
    position: str
    is_main: bool
    valid_from: date
    valid_to: date | None
    unit_id: int

    def is_held_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class PersonFace:
    """No identity number: it goes in, never out."""

    pk: int
    id: UUID
    code: str
    full_name: str
    gender: str
    born_on: date
    born_year_only: bool
    kind: str
    phone: str
    email: str
    posts: tuple[PostFace, ...]

    @property
    def digest(self) -> str:
        """Changes with any of the fields, and only then."""
        told = vars(self) | {"posts": [vars(post) for post in self.posts]}
        text = json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def main_post_on(self, day: date) -> PostFace | None:
        held = [post for post in self.posts if post.is_held_on(day)]
        return next((post for post in held if post.is_main), held[0] if held else None)


def describe(cadre_ids: Iterable[int]) -> dict[int, PersonFace]:
    """Three queries, whatever the people."""
    ids = list(cadre_ids)
    posts = defaultdict(list)
    rows = list(
        Post.objects.filter(cadre__in=ids)
        .order_by("valid_from", "pk")
        .values_list(
            "cadre_id", "unit__public_id", "position__code", "is_main", "valid_from", "valid_to",
            "unit_id",
        )
    )  # fmt: skip
    codes = _codes_of({row[-1] for row in rows})
    for cadre_id, unit, position, is_main, start, end, unit_id in rows:
        code = codes.get(unit_id, "")
        posts[cadre_id].append(PostFace(unit, code, position, is_main, start, end, unit_id))
    return {
        cadre.pk: PersonFace(
            pk=cadre.pk,
            id=cadre.public_id,
            code=cadre.code,
            full_name=cadre.full_name,
            gender=cadre.gender,
            born_on=cadre.born_on,
            born_year_only=cadre.born_year_only,
            kind=cadre.kind,
            phone=cadre.phone,
            email=cadre.email,
            posts=tuple(posts[cadre.pk]),
        )
        for cadre in Cadre.objects.filter(pk__in=ids).defer("identity_number")
    }


def _codes_of(unit_ids: set[int]) -> dict[int, str]:
    """The code each unit bears last."""
    versions = UnitVersion.objects.filter(unit__in=unit_ids).order_by("valid_from")
    return dict(versions.values_list("unit_id", "code"))
