"""How often somebody may ask: counted a minute, or another span."""

from __future__ import annotations

from time import time

from django.conf import settings
from django.core.cache import BaseCache, cache
from django.core.cache.backends.locmem import LocMemCache

SECONDS = 60

# Without Redis the shared cache is a table; counting there would cost more than the page. One
# machine's processes then count each for itself.
_own: BaseCache = LocMemCache("limits", {"MAX_ENTRIES": 10_000, "TIMEOUT": SECONDS})


def counts() -> BaseCache:
    return cache if settings.REDIS_URL else _own


def is_over(who: str, most: int, seconds: int = SECONDS) -> bool:
    """Counts one more of `who`; True when it had its share of the running span."""
    key = f"limit:{who}:{int(time() // seconds)}"
    counts().add(key, 0, seconds * 2)
    try:
        return counts().incr(key) > most
    except ValueError:  # it ran out between the two lines
        return False
