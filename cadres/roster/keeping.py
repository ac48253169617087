"""An uploaded roster on disk: sealed, for as long as the rule allows."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from kit.errors import Refusal
from kit.secrets import seal, unseal

FILES_ARE_KEPT_FOR = timedelta(days=30)
FOLDER = "rosters"


def keep(content: bytes) -> str:
    """The name it is found by."""
    return str(
        default_storage.save(f"{FOLDER}/{get_random_string(32)}", ContentFile(seal(content)))
    )


def kept(name: str) -> bytes:
    if not name or not default_storage.exists(name):
        raise Refusal(
            _("This list is no longer kept. Upload the file again; nothing was written."),
            status=404,
        )
    with default_storage.open(name) as file:
        return unseal(file.read())


def forget(name: str) -> None:
    if name:
        default_storage.delete(name)
