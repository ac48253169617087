"""Sign-ins that failed: enough of them in the journal to see an attack, never so many that an
attacker fills it.

One entry an hour for an account and the place it was tried from, one an hour for an account that
was shut, and no more than a few dozen an hour from one place, whatever is tried there.
"""

from __future__ import annotations

from accounts.models import User
from kit.addresses import neighbourhood
from kit.limiting import is_over
from operations.journalling import client_address, record

HOUR = 3600
FROM_ONE_PLACE = 30


def note_failure(user: User | None, way: str) -> None:
    """What was tried for no account of ours is left to the limits, which shut its place out."""
    if user is None or is_over(f"sign_in.fail:{user.pk}:{_place()}", 1, HOUR):
        return
    if _may_tell():
        record("sign_in.fail", user, by=None, after={"way": way})


def note_lock_out(user: User | None) -> None:
    """Of the account, or of the place when no account is known."""
    if is_over(f"sign_in.lock:{user.pk if user else _place()}", 1, HOUR):
        return
    if _may_tell():
        record("sign_in.lock", user, by=None)


def _place() -> str:
    return neighbourhood(client_address.get() or "")


def _may_tell() -> bool:
    """False once a place has had its share; that it had is told once."""
    place = _place()
    if not is_over(f"sign_in:{place}", FROM_ONE_PLACE, HOUR):
        return True
    if not is_over(f"sign_in.many:{place}", 1, HOUR):
        record("sign_in.many", None, by=None)
    return False
