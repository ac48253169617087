"""Putting a file into a content: judged as a package's files are, a draft until it is saved."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

from h5p.archive import MIB, Limits
from h5p.files import MEDIA_TYPES, MIMES, START, is_as_named, is_text
from h5p.names import extension
from h5p.pictures import is_picture, without_metadata
from kit.errors import Refusal
from kit.text import clean, slug
from media.storing import draft_folder, writing
from media.unpacking import LARGEST

LARGEST_TEXT = Limits().json_bytes
MOST_DOTS = 80_000_000  # of a picture: width × height
_FOLDERS = {"image": "images", "video": "videos", "audio": "audios", "file": "files"}
_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG"}
_ORIENTATION, _LYING = 0x0112, {5, 6, 7, 8}  # what Exif says of a picture taken upright
# A draft's path holds 128 bits of its digest: who has not seen it cannot name it.
_DIGEST = re.compile(r"-[0-9a-f]{32}(?=\.[a-z0-9]{2,5}$)", re.ASCII)
_DRAFT = re.compile(r"[a-z]+/[a-z0-9-]{1,40}-([0-9a-f]{32})\.[a-z0-9]{2,5}", re.ASCII)


def put_in(file: UploadedFile[Any], media: str) -> dict[str, Any]:
    """What a field of that kind (image, video, audio, file) says of the file, now a draft.

    A picture is kept without what the camera wrote beside it: the place, the time, the device.
    Refusal when it is none that the field can hold.
    """
    name = clean(file.name or "")
    _judge(file, name, media)
    size = size_of_picture(file, name) if media == "image" else {}
    kept = _without_metadata(file, name)
    digest = hashlib.sha256()
    for piece in kept.chunks():
        digest.update(piece)
    path = _path(name, media, digest.hexdigest())
    place = place_of(path)
    assert place  # noqa: S101 (the path was made here)
    with writing() as files:
        # Written anew, so that its days begin again.
        default_storage.delete(place)
        files.write(place, kept.size, kept.chunks())
    return {"path": path, "mime": MIMES[extension(name)], **size}


def place_of(path: str) -> str | None:
    """Where the draft of that path lies; None for a path that no draft has."""
    found = _DRAFT.fullmatch(path)
    return f"{draft_folder(found[1])}/{path.rpartition('/')[2]}" if found else None


def name_of(path: str) -> str:
    """What to call a file on a page."""
    return _DIGEST.sub("", path.rpartition("/")[2])


class Available:
    """The paths a form may name: the files of a revision, and drafts that are there.

    `gone` are drafts that were named and are not kept any more.
    """

    def __init__(self, files: Collection[str]) -> None:
        self.files = files
        self.gone: set[str] = set()

    def __contains__(self, path: object) -> bool:
        if path in self.files:
            return True
        place = place_of(path) if isinstance(path, str) else None
        if place is None or not isinstance(path, str):
            return False
        if not default_storage.exists(place):
            self.gone.add(path)
            return False
        return True


class Brought:
    """The files that came with a form, put in where it asks for them; `problems` by field."""

    def __init__(self, files: Mapping[str, UploadedFile[Any]]) -> None:
        self.files = files
        self.problems: dict[str, str] = {}

    def __call__(self, name: str, media: str) -> dict[str, Any] | None:
        file = self.files.get(f"{name}.+")
        if file is None:
            return None
        try:
            return put_in(file, media)
        except Refusal as refusal:
            self.problems[name] = str(refusal.message)
            return None


def _without_metadata(file: UploadedFile[Any], name: str) -> File[Any]:
    if not is_picture(name):
        return file
    file.seek(0)
    return ContentFile(without_metadata(file.read()))


def _judge(file: UploadedFile[Any], name: str, media: str) -> None:
    kinds = MEDIA_TYPES[media]
    if extension(name) not in kinds:
        words = _("“%(name)s” is of a type that cannot be put here. Save it as one of: %(kinds)s.")
        raise _refusal(words % {"name": name, "kinds": ", ".join(sorted(kinds))})
    if not file.size:
        raise _refusal(_("“%(name)s” is empty. Choose the file again.") % {"name": name})
    most = LARGEST_TEXT if is_text(name) else LARGEST
    if file.size > most:
        words = _("“%(name)s” is larger than %(most)d MB. Make it smaller and choose it again.")
        raise _refusal(words % {"name": name, "most": most // MIB})
    file.seek(0)
    if not is_as_named(name, file.read(START)) or not (not is_text(name) or _reads(file, name)):
        raise _not_as_named(name)


def _reads(file: UploadedFile[Any], name: str) -> bool:
    file.seek(0)
    try:
        text = file.read().decode()
        if extension(name) == "json":
            json.loads(text)
    except (ValueError, RecursionError):
        return False
    return "\0" not in text


def size_of_picture(file: IO[bytes] | UploadedFile[Any], name: str) -> dict[str, int]:
    """Width and height in dots, as it is shown. Every byte is looked at: half a picture is none."""
    kind = extension(name)
    file.seek(0)
    try:
        with Image.open(file, formats=[_FORMATS.get(kind, kind.upper())]) as picture:
            width, height = picture.size
            if width * height > MOST_DOTS:
                raise _too_many_dots(name)
            if kind == "png":
                picture.verify()
            else:
                if picture.getexif().get(_ORIENTATION) in _LYING:
                    width, height = height, width
                picture.draft("L", (1, 1))  # an eighth of a photograph is enough
                picture.load()
    except Image.DecompressionBombError:
        raise _too_many_dots(name) from None
    except (OSError, SyntaxError, ValueError):  # how Pillow says that it cannot read it
        raise _not_as_named(name) from None
    return {"width": width, "height": height}


def _path(name: str, media: str, digest: str) -> str:
    stem = slug(name.rpartition(".")[0])[:40].strip("-") or media
    return f"{_FOLDERS[media]}/{stem}-{digest[:32]}.{extension(name)}"


def _not_as_named(name: str) -> Refusal:
    words = _(
        "“%(name)s” is not what the end of its name says, or it is damaged. Open it, save it anew"
        " as .%(kind)s and choose it again."
    )
    return _refusal(words % {"name": name, "kind": extension(name)})


def _too_many_dots(name: str) -> Refusal:
    words = _(
        "“%(name)s” has more than %(most)d million dots. Make it smaller and choose it again."
    )
    return _refusal(words % {"name": name, "most": MOST_DOTS // 1_000_000})


def _refusal(words: str) -> Refusal:
    return Refusal(words, status=422)
