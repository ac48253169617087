"""Sending a body to an address outside, and never to one inside that was not allowed.

The address that was checked is the one connected to: a name that answers otherwise the second
time gains nothing. No redirect is followed.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import SOCK_STREAM, create_connection, getaddrinfo, socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

_SECONDS = 10.0


class NotPosted(Exception):
    """Why nothing could be sent, for a reader."""


def is_allowed(address: str) -> bool:
    """Whether an IP address is outside, or in a network of `WEBHOOK_NETWORKS`."""
    ip = _read(address)
    return is_ours(address) or (ip.is_global and not ip.is_multicast)


def is_ours(address: str) -> bool:
    """Whether an IP address is in a network of `WEBHOOK_NETWORKS`."""
    ip = _read(address)
    return any(ip in network for network in settings.WEBHOOK_NETWORKS)


def _read(address: str) -> IPv4Address | IPv6Address:
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return ip


def _connect(place: tuple[str, int], timeout: float, *_rest: Any) -> socket:
    """To the first of the host's addresses, if all of them are allowed."""
    return _connect_if(is_allowed, place, timeout)


def _connect_ours(place: tuple[str, int], timeout: float, *_rest: Any) -> socket:
    """To the first of the host's addresses, if all of them are in networks of ours."""
    return _connect_if(is_ours, place, timeout)


def _connect_if(allowed: Callable[[str], bool], place: tuple[str, int], timeout: float) -> socket:
    host, port = place
    found = [str(info[4][0]) for info in getaddrinfo(host, port, type=SOCK_STREAM)]
    if not found or not all(is_allowed(address) for address in found):
        raise NotPosted(_("The address lies in a private network, which is not allowed."))
    if not all(allowed(address) for address in found):
        raise NotPosted(_("The address must begin with https://, so that nobody reads the key."))
    return create_connection((found[0], port), timeout)


def post(address: str, body: bytes, headers: Mapping[str, str], *, is_secret: bool = False) -> int:
    """The status answered; raises `NotPosted` where there was no answer.

    `is_secret`: the headers hold a password, so plain http goes into networks of ours only.
    """
    parts = urlsplit(address)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=_SECONDS, context=context
        )
    elif parts.scheme == "http":
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    else:
        raise NotPosted(_("The address does not begin with https://."))
    connect = _connect_ours if is_secret and parts.scheme == "http" else _connect
    connection._create_connection = connect  # type: ignore[attr-defined]
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        connection.request("POST", path, body, dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise NotPosted(_("No answer: %(error)s") % {"error": error}) from None
    finally:
        connection.close()
