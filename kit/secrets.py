"""Encrypted text columns (Fernet, keys rotate: newest first) and keyed hashes for matching."""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


def _fernet() -> MultiFernet:
    return _fernet_of(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=4)
def _fernet_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def keyed_hash(text: str) -> str:
    """HMAC-SHA256 of `text` (hex): finds an equal value without revealing it."""
    return hmac.digest(settings.MATCH_KEY.encode(), text.encode(), "sha256").hex()


class EncryptedTextField(models.TextField):
    """Text that is ciphertext at rest. It cannot be searched; keep a `keyed_hash` beside it."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return _fernet().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return _fernet().decrypt(value.encode()).decode() if value else value


def seal(content: bytes) -> bytes:
    """A file's content as ciphertext, for what must lie on disk for a while."""
    return _fernet().encrypt(content)


def unseal(content: bytes) -> bytes:
    return _fernet().decrypt(content)


def is_old(token: bytes) -> bool:
    """Whether something sealed is covered by another key than the newest."""
    try:
        _fernet_of((settings.FIELD_KEYS[0],)).decrypt(token)
    except InvalidToken:
        return True
    return False


def reseal(token: bytes) -> bytes:
    """The same, sealed with the newest key."""
    return seal(unseal(token))
