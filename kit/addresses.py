"""Where a request comes from."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def neighbourhood(address: str) -> str:
    """What one client may choose its addresses from: of IPv6 a whole /64, else the one address."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network(f"{known}/64", strict=False)) if known.version == 6 else str(known)


def _is_ours(address: str) -> bool:
    """Whether a proxy of ours stands there: on this machine, or in one of the named networks."""
    try:
        networks = [ip_network(name) for name in settings.TRUSTED_PROXIES]
        return is_loopback(address) or any(ip_address(address) in network for network in networks)
    except ValueError:
        return False


def client_address(request: HttpRequest) -> str:
    """The visitor's address: what the proxy next to us saw, never what a visitor claims.

    Only a proxy on this machine, or in a network of `TRUSTED_PROXIES`, is believed, and of what it
    forwards only the last address, which it wrote itself.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if not (forwarded and _is_ours(direct)):
        return direct
    try:
        return str(ip_address(forwarded))
    except ValueError:
        return direct
