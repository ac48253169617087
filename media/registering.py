"""Entering legal documents: what is known of them, and a file that is stated to be no secret."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Role
from cadres.scopes import access_of
from kit.dates import now
from kit.errors import Refusal
from media.models import LegalDocument
from operations.journalling import record

WRITERS = (Role.TRAINER, Role.ADMIN)
FIELDS = (
    "symbol",
    "kind",
    "title",
    "issuer",
    "issued_on",
    "in_force_from",
    "in_force_to",
    "replaced_by",
    "amended_by",
)
LARGEST = 20 * 1024 * 1024  # bytes
# A file to keep; False takes the one there away; None leaves it.
File = UploadedFile | bool | None


def register(
    values: Mapping[str, Any],
    *,
    by: User,
    file: File = None,
    is_not_secret: bool = False,
    at: datetime | None = None,
) -> LegalDocument:
    """A new document. `values`: of `FIELDS`. Refusal, with every reason, when they cannot be."""
    return _write(LegalDocument(), values, by, file, is_not_secret, at or now())


def change(
    document: LegalDocument,
    values: Mapping[str, Any],
    *,
    by: User,
    file: File = None,
    is_not_secret: bool = False,
    at: datetime | None = None,
) -> LegalDocument:
    """The document with other values; whatever cites it says so from now on."""
    return _write(document, values, by, file, is_not_secret, at or now())


def check_stated_open(is_not_secret: bool) -> None:
    """Refusal of whatever is uploaded without the statement that it is no secret."""
    if not is_not_secret:
        raise Refusal(
            _(
                "Only documents that are no secret may be uploaded. The file was not kept: choose"
                " it again and confirm that it is none."
            ),
            status=422,
        )


def check_file(file: File, *, is_not_secret: bool) -> None:
    """Refusal of a file that may not be kept, before a byte of it is."""
    if not isinstance(file, UploadedFile):
        return
    check_stated_open(is_not_secret)
    if (file.size or 0) > LARGEST:
        words = _("The file is larger than %(most)d MB and was not kept. Choose a smaller one.")
        raise Refusal(words % {"most": LARGEST // 1024**2}, status=422)
    file.seek(0)
    beginning = file.read(1024)
    file.seek(0)
    if b"%PDF-" not in beginning:
        raise Refusal(
            _("This is not a PDF, whatever its name says; it was not kept. Choose another file."),
            status=422,
        )


@transaction.atomic
def _write(
    document: LegalDocument,
    values: Mapping[str, Any],
    by: User,
    file: File,
    is_not_secret: bool,
    at: datetime,
) -> LegalDocument:
    if not access_of(by).has(*WRITERS):
        raise Refusal(_("Only those who write courses enter legal documents."), status=403)
    check_file(file, is_not_secret=is_not_secret)
    is_new = document.pk is None
    row = document if is_new else LegalDocument.objects.select_for_update().get(pk=document.pk)
    before = {} if is_new else _told(row)
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    _check(row)
    _put_file(row, file, by, at)
    after = _told(row)
    if before == after and not isinstance(file, UploadedFile):
        return row
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refusal(
            _("Somebody has just entered this document. Open it from the list.")
        ) from error
    changed = [name for name in after if before.get(name) != after[name]]
    record(
        "document.register" if is_new else "document.change",
        row,
        by=by,
        before={name: before[name] for name in changed if name in before},
        after={name: after[name] for name in changed},
        at=at,
    )
    return row


def _check(row: LegalDocument) -> None:
    try:
        row.full_clean(exclude=["file", "slug", "folded"], validate_constraints=False)
    except ValidationError as error:
        raise Refusal(
            _("The document cannot be kept like this:"), gaps=error.messages, status=422
        ) from error


def _put_file(row: LegalDocument, file: File, by: User, at: datetime) -> None:
    if file is None or file is True:
        return
    if old := row.file.name:
        transaction.on_commit(lambda: default_storage.delete(old))
    if isinstance(file, UploadedFile):
        # A name of its own: browsers keep what they have once fetched.
        row.file.save(f"{row.slug}-{uuid4().hex[:8]}.pdf", file, save=False)
        row.stated_open_at, row.stated_by = at, by
    else:
        row.file = ""
        row.stated_open_at = row.stated_by = None


def _told(row: LegalDocument) -> dict[str, Any]:
    """What the journal keeps of it."""
    told = {name: _plain(getattr(row, name)) for name in FIELDS}
    with translation.override(settings.LANGUAGE_CODE):
        told["kind"] = str(row.get_kind_display())
    return told | {"file": row.file.name or "", "not_secret": row.stated_open_at is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, LegalDocument):
        return value.symbol
    return value.isoformat() if isinstance(value, date) else value
