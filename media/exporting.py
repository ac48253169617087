"""A revision as a package that any H5P software takes, with all that plays it."""

from __future__ import annotations

from functools import partial
from tempfile import TemporaryFile
from typing import IO

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from h5p.exporting import Source, write_package
from h5p.manifest import Manifest
from kit.errors import Refusal
from media.models import InteractiveRevision
from media.resolving import standing
from media.storing import content_folder, library_folder

UNREADY = 409


def export(revision: InteractiveRevision) -> IO[bytes]:
    """An open file, at its beginning. Refusal while a library of it waits for approval."""
    here = standing(revision)
    if revision.filtered is None or not here.is_ready:
        words = _("It can be downloaded once its libraries have been approved.")
        raise Refusal(words, status=UNREADY)
    folder = content_folder(revision.digest)
    files: dict[str, Source] = {
        f"content/{path}": partial(default_storage.open, f"{folder}/{path}")
        for path in revision.files
    }
    for version in here.versions:
        files |= {
            f"{version.library.folder}/{path}": partial(
                default_storage.open, f"{library_folder(version)}/{path}"
            )
            for path in version.files
        }
    described = Manifest(
        title=revision.title,
        language=revision.language,
        main_library=revision.library,
        embed_types=("iframe",),
        dependencies=tuple(version.library for version in here.versions),
        metadata=revision.metadata,
    )
    file = TemporaryFile()  # noqa: SIM115 (whoever asked for it closes it)
    write_package(described, revision.filtered, files, file)
    file.seek(0)
    return file
