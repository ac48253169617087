"""Pictures without what cameras and programs write beside them: places, times, devices, names.

Nothing is painted anew: the dots, the colour profile, the turning and the animation stay as they
are, byte for byte. What follows the end of the picture goes, and so does what cannot be read on:
browsers show neither.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

from h5p.names import extension

KINDS = frozenset({"gif", "jpeg", "jpg", "png", "webp"})
_UPRIGHT, _TURNED = 1, range(2, 9)
_ORIENTATION, _ENTRY = 0x0112, 12  # its tag, and the bytes of an entry of Exif
_EXIF = b"Exif\0\0"


def is_picture(name: str) -> bool:
    """Whether a file of that name may be one that `without_metadata` knows."""
    return extension(name) in KINDS


def without_metadata(content: bytes) -> bytes:
    """The JPEG, PNG, WebP or GIF without its metadata; anything else as it is.

    A picture that holds none comes back as the same bytes.
    """
    for start, cleaned in _CLEANERS.items():
        if start.match(content):
            return b"".join(cleaned(content))
    return content


def _turning(exif: bytes) -> int:
    """How the picture is turned, 1 to 8: all of Exif that decides how it looks."""
    tiff = exif.removeprefix(_EXIF)
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2], "")
    try:
        (place,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, place)
        for entry in range(place + 2, place + 2 + count * _ENTRY, _ENTRY):
            tag, _kind, _number, turning = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == _ORIENTATION:
                return turning if turning in _TURNED else _UPRIGHT
    except struct.error:  # it ends before it says so
        pass
    return _UPRIGHT


def _exif(turning: int) -> bytes:
    """Exif that says how the picture is turned, and nothing else; empty when it is not."""
    if turning == _UPRIGHT:
        return b""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turning, 0, 0)


# --- JPEG -----------------------------------------------------------------------------------------

_END, _SCAN, _EXIF_SEGMENT = 0xD9, 0xDA, 0xE1
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers that nothing follows
_BESIDE = frozenset({*range(0xE0, 0xF0), 0xFE})  # what programs write, and comments
# Of that, what decides how it looks.
_KEPT_SEGMENTS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    place = 2
    while found := _MARKER.search(content, place):
        kind, place = found[1][0], found.end()
        if kind in _BARE or kind == _END:
            yield b"\xff" + found[1]
            if kind == _END:
                return
            continue
        size = int.from_bytes(content[place : place + 2], "big")
        yield _segment(kind, content[place + 2 : place + size])
        place += max(size, 2)
        if kind == _SCAN:
            after = _AFTER_SCAN.search(content, place)
            end = after.start() if after else len(content)
            yield content[place:end]
            place = end


def _segment(kind: int, body: bytes) -> bytes:
    """It with its marker; empty where it decides nothing of how the picture looks."""
    kept = body
    if kind == _EXIF_SEGMENT and body.startswith(_EXIF):
        exif = _exif(_turning(body))
        kept = exif and _EXIF + exif
    elif kind in _BESIDE and not body.startswith(_KEPT_SEGMENTS.get(kind, ())):
        kept = b""
    return kept and bytes([0xFF, kind]) + struct.pack(">H", len(kept) + 2) + kept


# --- PNG ------------------------------------------------------------------------------------------

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Colour, transparency, size and animation. Chunks in capitals hold the picture itself.
_KEPT_CHUNKS = frozenset(
    b"tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)


def _png(content: bytes) -> Iterator[bytes]:
    yield _SIGNATURE
    place = len(_SIGNATURE)
    while place + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + size
        if kind == b"eXIf":
            yield _chunk(kind, _exif(_turning(content[place + 8 : end - 4])))
        elif kind[:1].isupper() or kind in _KEPT_CHUNKS:
            yield content[place:end]
        if kind == b"IEND":
            return
        place = end


def _chunk(kind: bytes, body: bytes) -> bytes:
    told = kind + body
    return body and struct.pack(">I", len(body)) + told + struct.pack(">I", zlib.crc32(told))


# --- WebP -----------------------------------------------------------------------------------------

_WEBP_KEPT = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"])
_SAYS_EXIF, _SAYS_XMP = 0x08, 0x04  # in the first byte of VP8X


def _webp(content: bytes) -> Iterator[bytes]:
    chunks = [chunk for chunk in _riff(content) if chunk[1]]
    has_exif = any(kind == b"EXIF" for kind, _body in chunks)
    written = b"".join(_riff_chunk(kind, _seen(kind, body, has_exif)) for kind, body in chunks)
    yield b"RIFF" + struct.pack("<I", 4 + len(written)) + b"WEBP" + written


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Its chunks that are kept, Exif cut to what is."""
    place, end = 12, min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while place + 8 <= end:
        kind, size = struct.unpack_from("<4sI", content, place)
        body = content[place + 8 : min(place + 8 + size, end)]
        if kind == b"EXIF":
            yield kind, _exif(_turning(body))
        elif kind in _WEBP_KEPT:
            yield kind, body
        place += 8 + size + size % 2


def _seen(kind: bytes, body: bytes, has_exif: bool) -> bytes:
    """The body; of the head of all, with its word on what metadata follow set right."""
    if kind != b"VP8X":
        return body
    told = body[0] & ~(_SAYS_EXIF | _SAYS_XMP) | (_SAYS_EXIF if has_exif else 0)
    return bytes([told]) + body[1:]


def _riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


# --- GIF ------------------------------------------------------------------------------------------

_EXTENSION, _IMAGE, _GIF_END, _GIF_COMMENT, _APPLICATION = b"!", b",", b";", 0xFE, 0xFF
_GIF_KEPT = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0", b"\x0bICCRGBG1012")  # loops and colour


def _gif(content: bytes) -> Iterator[bytes]:
    place = 13 + _table(content, 10)
    yield content[:place]
    while (kind := content[place : place + 1]) in (_EXTENSION, _IMAGE):
        # An extension's label stands before its blocks; before a picture's, ten bytes, its
        # colours and a byte on its packing.
        start = place + (2 if kind == _EXTENSION else 11 + _table(content, place + 9))
        end = _after_blocks(content, start)
        if kind == _IMAGE or _is_shown(content[place + 1 : start + 12]):
            yield content[place:end]
        place = end
    yield _GIF_END if kind == _GIF_END else b""


def _table(content: bytes, place: int) -> int:
    """Bytes of the table of colours that the byte at that place tells of."""
    told = int.from_bytes(content[place : place + 1], "big")
    return 3 * 2 ** (told % 8 + 1) if told & 0x80 else 0


def _after_blocks(content: bytes, place: int) -> int:
    while place < len(content) and content[place]:
        place += 1 + content[place]
    return place + 1


def _is_shown(extension_: bytes) -> bool:
    label, rest = extension_[:1], extension_[1:]
    if label == bytes([_APPLICATION]):
        return rest.startswith(_GIF_KEPT)
    return label != bytes([_GIF_COMMENT])


_CLEANERS: dict[re.Pattern[bytes], Callable[[bytes], Iterator[bytes]]] = {
    re.compile(rb"\xff\xd8\xff"): _jpeg,
    re.compile(re.escape(_SIGNATURE)): _png,
    re.compile(rb"RIFF.{4}WEBP", re.DOTALL): _webp,
    re.compile(rb"GIF8[79]a"): _gif,
}
