"""Files of a content, one by one: which types, and whether the bytes are what the name says."""

from __future__ import annotations

from collections.abc import Mapping

from h5p.names import CONTENT_TYPES, LIBRARY_TYPES, extension

START = 64  # bytes that tell what a file is
# What browsers play of each kind of field; a plain file is anything a package may hold.
MEDIA_TYPES: Mapping[str, frozenset[str]] = {
    "image": frozenset({"png", "jpg", "jpeg", "gif", "webp", "bmp"}),
    "video": frozenset({"mp4", "webm"}),
    "audio": frozenset({"mp3", "m4a", "ogg", "wav"}),
    "file": frozenset(CONTENT_TYPES),
}
MIMES: Mapping[str, str] = {
    "bmp": "image/bmp",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "otf": "font/otf",
    "pdf": "application/pdf",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "ttf": "font/ttf",
    "txt": "text/plain",
    "vtt": "text/vtt",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "eot": "application/vnd.ms-fontobject",
}
_TEXTS = frozenset({"json", "txt", "vtt", "js", "css", "md", "svg"})
# How no picture, sound, film or font begins: web pages, archives, programs.
_FOREIGN = (b"<", b"PK\3\4", b"MZ", b"\x7fELF", b"#!", b"\xef\xbb\xbf<", b"Rar!", b"7z\xbc\xaf")
_MPEG = (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3", b"\xff\xe2")
_JPEG, _TIFF = (b"\xff\xd8\xff",), (b"II*\0", b"MM\0*")
# What files of a type begin with. A type that is not here begins with anything.
_STARTS: Mapping[str, tuple[bytes, ...]] = {
    "bmp": (b"BM",),
    "gif": (b"GIF87a", b"GIF89a"),
    "jpeg": _JPEG,
    "jpg": _JPEG,
    "mp3": _MPEG,
    "ogg": (b"OggS",),
    "otf": (b"OTTO", b"\0\1\0\0"),
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "tif": _TIFF,
    "tiff": _TIFF,
    "ttf": (b"\0\1\0\0", b"true", b"OTTO"),
    "vtt": (b"WEBVTT", b"\xef\xbb\xbfWEBVTT"),
    "wav": (b"RIFF",),
    "webm": (b"\x1a\x45\xdf\xa3",),
    "webp": (b"RIFF",),
    "woff": (b"wOFF",),
    "woff2": (b"wOF2",),
}
# What stands a little later: (place, bytes).
_LATER: Mapping[str, tuple[int, bytes]] = {
    "m4a": (4, b"ftyp"),
    "mp4": (4, b"ftyp"),
    "wav": (8, b"WAVE"),
    "webp": (8, b"WEBP"),
}


def is_text(name: str) -> bool:
    return extension(name) in _TEXTS


def is_foreign(name: str, start: bytes) -> bool:
    """Whether it begins as a page, an archive or a program does, and its name says otherwise."""
    return not is_text(name) and start.lstrip()[:4].startswith(_FOREIGN)


def is_as_named(name: str, start: bytes) -> bool:
    """Whether what it begins with (`START` bytes of it) is what files of its type begin with."""
    kind = extension(name)
    if kind not in LIBRARY_TYPES or is_foreign(name, start):
        return False
    place, told = _LATER.get(kind, (0, b""))
    return start.startswith(_STARTS.get(kind, (b"",))) and start[place:].startswith(told)
