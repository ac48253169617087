"""The account follows the record of its holder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import User


def follow(user: User, before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """Makes an account as its record has become; the columns to be saved.

    A phone number is left alone where another was chosen for signing in.
    """
    wanted = {name: after[name] for name in ("full_name", "email") if name in after}
    if "phone" in after and user.phone in {"", before["phone"]}:
        wanted |= {"phone": after["phone"], "phone_verified": bool(after["phone"])}
    changed = frozenset(name for name in wanted if getattr(user, name) != wanted[name])
    for name in changed:
        setattr(user, name, wanted[name])
    return changed
