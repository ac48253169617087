"""Making, finding and withdrawing the keys with which other systems ask."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Unit
from cadres.scopes import Access
from exchange.models import Ability, ApiKey
from kit.dates import day_of, now, today
from kit.errors import Refusal
from kit.secrets import keyed_hash
from kit.text import clean
from operations.journalling import record

_LETTERS = string.ascii_letters + string.digits
_USED_TO_THE_MINUTE = timedelta(minutes=1)


@transaction.atomic
def create_key(
    name: str,
    *,
    source: str,
    abilities: Iterable[str],
    unit: Unit | None = None,
    by: User,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> tuple[ApiKey, str]:
    """The key's row and the key itself, which is told this once."""
    named, allowed, start = clean(name), sorted(set(abilities)), valid_from or today()
    _refuse_key(named, source, allowed, start, valid_to)
    prefix, secret = _drawn(8), _drawn(40)
    token = f"kheo_{prefix}_{secret}"
    key = ApiKey.objects.create(
        name=named,
        source=source,
        unit=unit,
        abilities=allowed,
        prefix=prefix,
        key_hash=keyed_hash(token),
        user=_journal_user(named, prefix),
        valid_from=start,
        valid_to=valid_to,
        created_by=by,
    )
    after = {"unit": str(unit or ""), "from": str(start), "to": str(valid_to or "")}
    record("key.create", key, by=by, after=after | {"may": ", ".join(allowed)})
    return key, token


def _refuse_key(
    name: str, source: str, abilities: list[str], start: date, end: date | None
) -> None:
    if not name or not source or slugify(source) != source:
        raise Refusal(_("Name the key and the system, the latter in small letters and digits."))
    if not abilities or set(abilities) - set(Ability.values):
        raise Refusal(_("Choose what the key may do."))
    if end is not None and end <= start:
        raise Refusal(_("The key would end before it begins. Choose a later day."))
    if ApiKey.objects.filter(name__iexact=name).exists():
        raise Refusal(_("A key has this name already. Choose another name."))


def _drawn(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _place in range(length))


def _journal_user(name: str, prefix: str) -> User:
    """Stands in the journal for the key; it is closed, so nobody signs in as it."""
    return User.objects.create(
        username=f"key-{prefix}", full_name=name, is_active=False, password=make_password(None)
    )


@transaction.atomic
def withdraw_key(key: ApiKey, *, by: User, at: datetime | None = None) -> None:
    """The key opens nothing from now on; its row stays."""
    locked = ApiKey.objects.select_for_update().get(pk=key.pk)
    if locked.withdrawn_at is not None:
        raise Refusal(_("This key has already been withdrawn."))
    locked.withdrawn_at, locked.withdrawn_by = at or now(), by
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record("key.withdraw", locked, by=by)


def find_key(token: str, *, at: datetime | None = None) -> ApiKey | None:
    """The valid key of this token; that it was used is kept to the minute."""
    at = at or now()
    keys = ApiKey.objects.valid_on(day_of(at)).select_related("user")
    key = keys.filter(key_hash=keyed_hash(token)).first()
    if key and (key.last_used_at is None or at - key.last_used_at > _USED_TO_THE_MINUTE):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return key


def access_of_key(key: ApiKey | None, day: date | None = None) -> Access:
    """What a key may do, as the roles table and `visible_to` understand it."""
    day = day or today()
    if key is None:
        return Access(None, day)
    grants = tuple((ability, key.unit_id) for ability in key.abilities)
    return Access(None, day, grants=grants, key_id=key.pk)
