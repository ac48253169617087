"""What a session knows of the one who visits: since when, last seen when, on whose machine.

A session is written when one signs in, then once an hour at most; on a shared computer once a
minute. Reading a page writes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from kit.dates import now

IDLE = timedelta(minutes=15)
_NOTED_EVERY = timedelta(hours=1)
_NOTED_EVERY_SHARED = timedelta(minutes=1)
_SEEN, _SHARED = "seen", "shared"


def share(request: HttpRequest, is_shared: bool) -> None:
    """Said at the door, before one is let in."""
    request.session[_SHARED] = is_shared


def is_shared(session: SessionBase) -> bool:
    return bool(session.get(_SHARED))


def begin(request: HttpRequest, at: datetime | None = None) -> None:
    """A visit begins: one has signed in, by a form that may have the box of a shared computer."""
    request.session[_SEEN] = (at or now()).timestamp()
    if request.POST.get(_SHARED):
        share(request, True)
    if is_shared(request.session):
        request.session.set_expiry(0)


def note(session: SessionBase, at: datetime) -> bool:
    """Notes now and then that one is still here; False when a shared computer was left alone."""
    seen = session.get(_SEEN)
    quiet = timedelta(seconds=at.timestamp() - seen) if seen else _NOTED_EVERY
    if is_shared(session) and quiet >= IDLE:
        return False
    if quiet >= (_NOTED_EVERY_SHARED if is_shared(session) else _NOTED_EVERY):
        session[_SEEN] = at.timestamp()
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=at)
    return True


def visits_of(user: User, at: datetime | None = None) -> QuerySet[UserSession]:
    """Where one is signed in, the last seen first."""
    alive = Session.objects.filter(expire_date__gt=at or now()).values("session_key")
    visits = UserSession.objects.filter(user=user, session_key__in=alive)
    return visits.order_by("-last_seen_at", "-pk")


def end_visits(visits: QuerySet[UserSession]) -> int:
    """Those are signed out; returns how many."""
    keys = list(visits.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)
