"""Where the files of libraries and contents lie: in folders named by digests, in storage.

Under `h5p/` players fetch them; a library that nobody has approved lies outside it.

A file is written before the rows that name it. Whoever fails takes back what was written; what a
killed process leaves is named by no row, and `sweep` removes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from kit.dates import now
from kit.errors import Refusal
from media.models import InteractiveRevision, LibraryVersion

ROOT = "h5p"
LIBRARIES, CONTENTS, PROPOSED = f"{ROOT}/libraries", f"{ROOT}/contents", "h5p-proposed"
DRAFTS = f"{ROOT}/drafts"
# A folder younger than this may belong to a deed that has not ended yet.
UNSETTLED = timedelta(hours=6)
# How long a file that was put into a form waits to be saved.
DRAFT_KEPT = timedelta(days=7)


class Writing:
    """What has been written so far, to be taken back."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, name: str, size: int, pieces: Iterable[bytes]) -> None:
        """Does nothing where the file is there whole: a folder is named by what it holds."""
        if default_storage.exists(name):
            if default_storage.size(name) == size:
                return
            default_storage.delete(name)  # cut off by a killed process
        self.written.append(name)
        saved = default_storage.save(name, ContentFile(b"".join(pieces)))
        if saved != name:  # somebody wrote the same meanwhile
            default_storage.delete(saved)

    def take_back(self) -> None:
        for name in self.written:
            default_storage.delete(name)


@contextmanager
def writing() -> Iterator[Writing]:
    """A transaction whose files stay only if all goes well; one at a time in the whole house,
    so that nobody takes back a file somebody else has just found to be there."""
    here = Writing()
    with transaction.atomic():
        _wait_for_others()
        try:
            yield here
        except BaseException:
            here.take_back()
            raise


def _wait_for_others() -> None:
    # Any row that is always there; a lock that leaves foreign keys to it alone.
    kinds = ContentType.objects.select_for_update(no_key=True)
    kinds.get(app_label="media", model="libraryversion")


def library_folder(version: LibraryVersion) -> str:
    is_in_use = version.state == LibraryVersion.State.APPROVED
    return proposed_folder(version.digest) if not is_in_use else f"{LIBRARIES}/{version.digest}"


def proposed_folder(digest: str) -> str:
    return f"{PROPOSED}/{digest}"


def install(version: LibraryVersion, files: Writing) -> None:
    """Copies a proposed library to where players fetch it from."""
    for path, told in version.files.items():
        content = read(f"{proposed_folder(version.digest)}/{path}")
        if hashlib.sha256(content).hexdigest() != told["digest"]:
            raise Refusal(_("Its files have changed in storage. Upload the package again."))
        files.write(f"{LIBRARIES}/{version.digest}/{path}", told["size"], [content])


def content_folder(digest: str) -> str:
    return f"{CONTENTS}/{digest}"


def draft_folder(digest: str) -> str:
    return f"{DRAFTS}/{digest}"


def read(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


@transaction.atomic
def sweep(*, at: datetime | None = None) -> int:
    """Removes folders that no row names and old drafts; returns how many files went."""
    at = at or now()
    _wait_for_others()
    approved = LibraryVersion.objects.approved()
    undecided = LibraryVersion.objects.exclude(pk__in=approved)
    kept = [
        (LIBRARIES, set(approved.values_list("digest", flat=True))),
        (PROPOSED, set(undecided.values_list("digest", flat=True))),
        (CONTENTS, set(InteractiveRevision.objects.values_list("digest", flat=True))),
    ]
    drafts = _remove(DRAFTS, at - DRAFT_KEPT) if default_storage.exists(DRAFTS) else 0
    return drafts + sum(
        _remove(f"{root}/{folder}", at - UNSETTLED)
        for root, named in kept
        for folder in _folders(root)
        if folder not in named
    )


def _folders(name: str) -> list[str]:
    if not default_storage.exists(name):
        return []
    folders: list[str] = default_storage.listdir(name)[0]
    return folders


def _remove(name: str, before: datetime) -> int:
    folders, files = default_storage.listdir(name)
    count = sum(_remove(f"{name}/{folder}", before) for folder in folders)
    for file in files:
        path = f"{name}/{file}"
        if default_storage.get_modified_time(path) < before:
            default_storage.delete(path)
            count += 1
    if not any(default_storage.listdir(name)):
        default_storage.delete(name)
    return count
