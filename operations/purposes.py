"""Telling what is kept of people and why, once, at the first sign-in. A note, not a consent."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from kit.dates import now
from operations.models import PurposeRead

# Raised when the note says something new; everyone is then told once more.
VERSION = 1
# In the session of one who has signed in and not read it yet.
UNREAD = "purpose_unread"


def has_read(user: User) -> bool:
    return PurposeRead.objects.filter(user=user, version=VERSION).exists()


def read(user: User, *, at: datetime | None = None) -> PurposeRead:
    """Remembers that the user has read the note as it is now; twice is once."""
    known = {"read_at": at or now()}
    note, _is_new = PurposeRead.objects.get_or_create(user=user, version=VERSION, defaults=known)
    return note
