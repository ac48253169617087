"""Entering a cadre record with its posts and its way to sign in."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from accounts.recognising import normal_phone
from cadres.climbing import hold_tree
from cadres.continuing import lay_out
from cadres.models import Cadre, Position, Post, Unit
from cadres.signals import posts_changed
from kit.secrets import keyed_hash
from kit.text import clean
from operations.journalling import record, spans


@dataclass(frozen=True)
class FurtherPost:
    """A post held beside the main one, or held before it when `until` is given."""

    unit: Unit
    position: Position
    since: date
    until: date | None = None


@dataclass(frozen=True)
class NewCadre:
    """What must be known of a cadre to enter the record."""

    code: str
    full_name: str
    gender: str
    born_on: date
    kind: str
    unit: Unit
    position: Position
    since: date
    born_year_only: bool = False
    identity_number: str = ""
    phone: str = ""
    email: str = ""
    civil_number: str = ""
    political_level: str = ""
    expertise: str = ""
    username: str = ""
    further: tuple[FurtherPost, ...] = ()


_CODE = "NB%06d"
_CODE_PATTERN = r"^NB[0-9]{6}$"


def next_codes(count: int, taken: Collection[str] = ()) -> list[str]:
    """Cadre codes that nobody has yet, `taken` left out.

    Two who ask at once get the same; the database then refuses one of them.
    """
    last = (
        Cadre.objects.filter(code__regex=_CODE_PATTERN)
        .order_by("-code")
        .values_list("code", flat=True)
        .first()
    )
    numbers = itertools.count(int(last[2:]) + 1 if last else 1)
    free = (code for number in numbers if (code := _CODE % number) not in taken)
    return list(itertools.islice(free, count))


def draft(new: NewCadre) -> tuple[User, Cadre, list[Post]]:
    """The rows of a cadre, not yet written."""
    user = User(
        username=new.username or new.code,
        full_name=clean(new.full_name),
        phone=normal_phone(new.phone),
        phone_verified=bool(new.phone),
        email=new.email,
        password=make_password(None),
    )
    cadre = Cadre(
        code=new.code,
        user=user,
        full_name=new.full_name,
        gender=new.gender,
        born_on=new.born_on,
        born_year_only=new.born_year_only,
        kind=new.kind,
        identity_number=new.identity_number,
        identity_hash=keyed_hash(new.identity_number) if new.identity_number else "",
        phone=normal_phone(new.phone),
        email=new.email,
        civil_number=new.civil_number,
        political_level=new.political_level,
        expertise=new.expertise,
    )
    cadre.derive()
    posts = [Post(cadre=cadre, unit=new.unit, position=new.position, valid_from=new.since)]
    for further in new.further:
        posts.append(
            Post(
                cadre=cadre,
                unit=further.unit,
                position=further.position,
                is_main=further.until is not None,
                valid_from=further.since,
                valid_to=further.until,
            )
        )
    return user, cadre, posts


@transaction.atomic
def register_all(rows: list[NewCadre], *, by: User | None = None) -> list[Cadre]:
    """Enters many at once, all or none. Accounts wait without a password for their first slip."""
    if not rows:
        return []
    hold_tree()
    unsaved = [draft(row) for row in rows]
    User.objects.bulk_create([user for user, _c, _p in unsaved], batch_size=500)
    Cadre.objects.bulk_create([cadre for _u, cadre, _p in unsaved], batch_size=500)
    posts = lay_out(post for _u, _c, held in unsaved for post in held)
    Post.objects.bulk_create(posts, batch_size=500)
    cadres = [cadre for _u, cadre, _p in unsaved]
    record(
        "cadre.register",
        cadres[0],
        by=by,
        named=cadres[0].full_name if len(cadres) == 1 else f"{cadres[0].code} – {cadres[-1].code}",
        after={"people": len(cadres), "ids": spans(cadre.pk for cadre in cadres)},
        units={post.unit_id for post in posts},
    )
    posts_changed.send(Cadre, cadre_ids=[cadre.pk for cadre in cadres])
    return cadres
