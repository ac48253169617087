"""Letting people in by a printed slip: its code is told once, works once, and ends by itself."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import Slip, User
from accounts.recognising import accounts_named
from kit.dates import now
from kit.errors import Refusal
from kit.secrets import keyed_hash

VALID_FOR = timedelta(days=14)
# Digits only, in groups: read aloud over a telephone and typed on a small screen. 40 bits, tried
# a few times an hour at most, for two weeks.
GROUPS, DIGITS = 3, 4


@dataclass(frozen=True)
class Printed:
    """A slip as it goes to the printer; nobody can make it again."""

    slip: Slip
    code: str

    @property
    def spaced_code(self) -> str:
        return " ".join(self.code[i : i + DIGITS] for i in range(0, len(self.code), DIGITS))

    @property
    def address(self) -> str:
        """What the QR code opens."""
        path = reverse("accounts:slip", kwargs={"number": self.slip.pk, "code": self.code})
        return settings.BASE_URL + path


@transaction.atomic
def issue_slips(users: Iterable[User], *, by: User, at: datetime | None = None) -> list[Printed]:
    """A slip for each, in their order; what they had before no longer works."""
    at = at or now()
    users = list(users)
    if not all(user.is_active for user in users):
        raise Refusal(_("This account is closed; nobody can sign in with it."))
    withdraw_slips(users, at=at)
    codes = [_new_code() for _user in users]
    slips = Slip.objects.bulk_create(
        Slip(
            user=user,
            code_hash=_hash(user.pk, code),
            issued_by=by,
            issued_at=at,
            expires_at=at + VALID_FOR,
        )
        for user, code in zip(users, codes, strict=True)
    )
    return [Printed(slip, code) for slip, code in zip(slips, codes, strict=True)]


def withdraw_slips(users: Iterable[User], *, at: datetime | None = None) -> int:
    """Their open slips work no more; returns how many there were."""
    held = Slip.objects.filter(user__in=users, used_at=None, withdrawn_at=None)
    return held.update(withdrawn_at=at or now())


def find_slip(number: int, code: str) -> Slip | None:
    """The slip of an address, whatever became of it; None when the code is not its."""
    slip = Slip.objects.select_related("user").filter(pk=number).first()
    return slip if slip and _fits(slip, code) else None


def find_holder(number: int) -> User | None:
    """Whose slip has this number."""
    return User.objects.filter(slips=number).first()


def find_slip_of(login: str, code: str) -> Slip | None:
    """The slip of one who types who one is and the code, in groups or not."""
    code = digits_of(code)
    slips = (
        Slip.objects.filter(user__in=accounts_named(login)).select_related("user").order_by("-pk")
    )
    return next((slip for slip in slips if _fits(slip, code)), None)


def digits_of(code: str) -> str:
    """A code without the spaces it is printed with."""
    return re.sub(r"\D", "", code)


@transaction.atomic
def redeem(slip: Slip, password: str, *, at: datetime | None = None) -> User:
    """The slip is used up and its holder has the password; of two who try at once, one does."""
    at = at or now()
    if not slip.user.is_active:
        raise Refusal(_("This account is closed; nobody can sign in with it."))
    if not Slip.objects.in_force(at).filter(pk=slip.pk).update(used_at=at):
        raise Refusal(_("This slip no longer works."), status=410)
    slip.user.set_password(password)
    slip.user.save(update_fields=["password"])
    return slip.user


def _new_code() -> str:
    return "".join(str(secrets.randbelow(10)) for _n in range(GROUPS * DIGITS))


def _hash(user_id: int, code: str) -> str:
    return keyed_hash(f"slip:{user_id}:{code}")


def _fits(slip: Slip, code: str) -> bool:
    return constant_time_compare(slip.code_hash, _hash(slip.user_id, code))
