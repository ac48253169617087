"""Whom one means by what one types at the door."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet

from accounts.models import User
from kit.text import clean


def normal_phone(text: str) -> str:
    """ "+84 912 345 678" and "0912.345.678" as "0912345678"."""
    digits = re.sub(r"\D", "", text)
    return "0" + digits[2:] if digits.startswith("84") and len(digits) == 11 else digits


def accounts_named(login: str) -> QuerySet[User]:
    """The accounts of a cadre code, a phone number or an e-mail."""
    login = clean(login)
    named = Q(username__iexact=login)
    if phone := normal_phone(login):
        named |= Q(phone=phone)
    if "@" in login:
        named |= Q(email__iexact=login)
    return User.objects.filter(named)


def find_named(login: str) -> User | None:
    """The one account that is meant; None when nobody, or several."""
    found = list(accounts_named(login)[:2])
    return found[0] if len(found) == 1 else None
