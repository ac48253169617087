"""How often one may try: the rates stand in the settings, the wait is told in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.signals import Way, locked_out, sign_in_failed
from kit.errors import Refusal

APP = "allauth.account"
_MINUTE = 60


class TooOften(Refusal):
    """Refused for a while; `seconds` until the next try counts."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(too_often(seconds), status=429)


def too_often(seconds: int) -> str:
    minutes = max(1, ceil(seconds / _MINUTE))
    return ngettext(
        "Too many tries did not succeed. Please wait %(count)d minute, then try again.",
        "Too many tries did not succeed. Please wait %(count)d minutes, then try again.",
        minutes,
    ) % {"count": minutes}


def nobody() -> None:
    """No account is known to be tried."""


@contextmanager
def counting_failures(
    request: HttpRequest,
    action: Way,
    key: str | None = None,
    *,
    find_tried: Callable[[], User | None] = nobody,
) -> Iterator[None]:
    """Refuses when there were too many; what is done within counts unless it succeeds.

    It failed when a `Refusal` leaves the block; `find_tried` then says for whose account it was.
    """
    usage = count_failure(request, action, key, find_tried=find_tried)
    try:
        yield
    except Refusal:
        sign_in_failed.send(User, user=find_tried(), way=action)
        raise
    usage.rollback()


def count_failure(
    request: HttpRequest,
    action: Way,
    key: str | None = None,
    *,
    find_tried: Callable[[], User | None] = nobody,
) -> ratelimit.RateLimitUsage:
    usage = ratelimit.consume(request, app=APP, action=action, key=key, limit_get=True)
    if usage is None:
        locked_out.send(User, user=find_tried())
        raise TooOften(wait(request, action, key))
    return usage


def wait(request: HttpRequest, action: str, key: str | None = None) -> int:
    """Seconds until the oldest try that counts is forgotten."""
    longest = 0.0
    for rate in ratelimit.get_rates(app=APP, action=action):
        name = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
        tries = cache.get(name, [])
        if len(tries) >= rate.amount:
            longest = max(longest, tries[-1] + rate.duration - time.time())
    return ceil(longest)


def tell_too_often(request: HttpRequest, seconds: int = _MINUTE) -> HttpResponse:
    """The page of a door that is shut for a while."""
    context = {"title": _("Please wait a moment"), "message": too_often(seconds)}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response
