"""Sending a body to an address outside, and never to one inside that was not allowed.

The address that was checked is the one connected to: a name that answers otherwise the second
time gains nothing. No redirect is followed.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY, create_connection, getaddrinfo
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


def _connect(connection: http.client.HTTPConnection, allowed: Callable[[str], bool]) -> None:
    """To the first of the host's addresses, if all of them are allowed."""
    found = [
        str(info[4][0]) for info in getaddrinfo(connection.host, connection.port, type=SOCK_STREAM)
    ]
    if not found or not all(is_allowed(address) for address in found):
        raise NotPosted(_("The address lies in a private network, which is not allowed."))
    if not all(allowed(address) for address in found):
        raise NotPosted(_("The address must begin with https://, so that nobody reads the key."))
    connection.sock = create_connection((found[0], connection.port), _SECONDS)
    connection.sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)


class _Plain(http.client.HTTPConnection):
    def connect(self) -> None:
        _connect(self, is_allowed)


class _Ours(http.client.HTTPConnection):
    """Only into networks of ours, since whoever listens reads all of it."""

    def connect(self) -> None:
        _connect(self, is_ours)


class _Sealed(http.client.HTTPSConnection):
    def connect(self) -> None:
        _connect(self, is_allowed)
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def post(address: str, body: bytes, headers: Mapping[str, str], *, is_secret: bool = False) -> int:
    """The status answered; raises `NotPosted` where there was no answer.

    `is_secret`: the headers hold a password, so plain http goes into networks of ours only.
    """
    parts = urlsplit(address)
    kinds = {"https": _Sealed, "http": _Ours if is_secret else _Plain}
    if parts.scheme not in kinds:
        raise NotPosted(_("The address does not begin with https://."))
    connection = kinds[parts.scheme](parts.hostname or "", parts.port)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        connection.request("POST", path, body, dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise NotPosted(_("No answer: %(error)s") % {"error": error}) from None
    finally:
        connection.close()
