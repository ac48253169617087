"""How often one address may ask the public page. Nobody guesses 100 bits; nobody need try."""

from __future__ import annotations

from django.http import HttpRequest

from kit.addresses import client_address
from kit.limiting import is_over

REQUESTS = 60


def is_asking_too_often(request: HttpRequest) -> bool:
    """Counts this request; True when its address had its share of the running minute."""
    return is_over(f"verification:{client_address(request)}", REQUESTS)
