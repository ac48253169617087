"""Serving uploaded files by name from storage: whole, or the range a player asks for."""

from __future__ import annotations

import mimetypes
import re
from typing import IO, Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase

_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")
_YEAR = 365 * 24 * 3600


def open_file(name: str) -> tuple[IO[Any], int]:
    """The file and its size in bytes; Http404 when there is none of that name.

    Storage keeps a name inside itself, not inside the folder its door is for.
    """
    if ".." in name.split("/"):
        raise Http404
    try:
        return default_storage.open(name), default_storage.size(name)
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation, ValueError):
        raise Http404 from None


def serve(name: str, *, wanted_range: str = "", is_public: bool) -> HttpResponseBase:
    """The file with its type, never run as a page; a range of it where one is asked for."""
    file, size = open_file(name)
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    span = _span(wanted_range, size)
    if span is None:
        response: HttpResponseBase = FileResponse(file, content_type=content_type)
    else:
        first, last = span
        file.seek(first)
        with file:
            part = file.read(last - first + 1)
        response = HttpResponse(part, status=206, content_type=content_type)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    visibility = "public" if is_public else "private"
    response["Cache-Control"] = f"{visibility}, max-age={_YEAR}, immutable"
    return response


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range, at most 4 MiB; None when the whole is meant."""
    found = _RANGE.match(wanted)
    if not found or not any(found.groups()) or not size:
        return None
    start, end = found.groups()
    if not start:
        return max(0, size - int(end)), size - 1
    first = int(start)
    last = min(int(end) if end else size - 1, size - 1, first + 4 * 1024 * 1024 - 1)
    return (first, last) if first <= last else None


# What packages may hold, by the ending of its name; nothing else is served to a frame.
_OPEN_TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "md": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject",
}


def serve_open(name: str, *, wanted_range: str = "") -> HttpResponseBase:
    """A file of a package for any frame, in a type we name; as a document it is only saved."""
    content_type = _OPEN_TYPES.get(name.rpartition(".")[2].lower())
    if content_type is None:
        raise Http404
    response = serve(name, wanted_range=wanted_range, is_public=True)
    response["Content-Type"] = content_type
    response["Content-Disposition"] = "attachment"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
