"""An uploaded file between looking and writing: sealed, its uploader's own, for a day."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.models import User
from kit.dates import now
from kit.errors import Refusal
from kit.secrets import seal, unseal

FOLDER = "imports"
_TOKEN = re.compile(r"^[A-Za-z0-9]{32}$")
_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Kept:
    """A file that waits: its own name, its bytes, what the look through it found."""

    name: str
    content: bytes
    report: dict[str, Any]


def keep(name: str, content: bytes, report: dict[str, Any], *, by: User) -> str:
    """Keeps a file; returns the token it is found by. Those of yesterday are forgotten."""
    _sweep()
    token = get_random_string(32)
    box = {
        "owner": by.pk,
        "name": name[:120],
        "content": base64.b64encode(content).decode(),
        "report": report,
    }
    default_storage.save(_path(token), ContentFile(seal(json.dumps(box).encode())))
    return token


def kept(token: str, *, by: User) -> Kept:
    """The file that `by` uploaded; refuses when it is gone or somebody else's."""
    if not _TOKEN.match(token) or not default_storage.exists(_path(token)):
        raise _gone()
    with default_storage.open(_path(token)) as file:
        box = json.loads(unseal(file.read()))
    if box["owner"] != by.pk:
        raise _gone()
    return Kept(box["name"], base64.b64decode(box["content"]), box["report"])


def forget(token: str) -> None:
    default_storage.delete(_path(token))


def _path(token: str) -> str:
    return f"{FOLDER}/{token}"


def _gone() -> Refusal:
    return Refusal(
        _("This list is no longer kept. Upload the file again; nothing was written."), status=404
    )


def _sweep() -> None:
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if now() - default_storage.get_modified_time(path) > _KEPT_FOR:
            default_storage.delete(path)
