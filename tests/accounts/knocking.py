"""Knocking at the door as people do: what one is called, and what one knows."""

from __future__ import annotations

import base64
import hmac
import struct
import time
from typing import Any

from django.test import Client

from accounts.models import User
from cadres.models import Cadre

DOOR = "/tai-khoan/dang-nhap/"
PASSWORD = "ba bông lúa vàng"


def with_password(who: User | Cadre) -> User:
    user = who.user if isinstance(who, Cadre) else who
    assert user
    user.set_password(PASSWORD)
    user.save()
    return user


def knock(login: str, password: str = PASSWORD, client: Client | None = None, **more: Any) -> Any:
    client = client or Client()
    return client.post(DOOR, {"login": login, "password": password, **more})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def enter(login: str, password: str = PASSWORD, **more: Any) -> Client | None:
    """A browser that is signed in; None where it was not let in."""
    client = Client()
    knock(login, password, client, **more)
    return client if is_in(client) else None


def six_digits(secret: str, at: float | None = None) -> str:
    """What an authenticator app shows (RFC 6238), reckoned here and not by our library."""
    step = int((at or time.time()) // 30)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
