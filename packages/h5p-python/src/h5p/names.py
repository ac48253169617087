"""Names of files, as strangers write them: which are plain paths, and of which types."""

from __future__ import annotations

import re
import unicodedata

from h5p.problems import Problem

PART_BYTES = 200  # file systems hold 255, and stores add to a name
PATH_BYTES = 500
PARTS = 16

_FONTS = {"eot", "otf", "ttf", "woff", "woff2"}
_TEXTS = {"json", "txt", "vtt"}
CONTENT_TYPES = _FONTS | _TEXTS | {
    *("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp"),
    *("webm", "mp4", "ogg", "mp3", "m4a", "wav", "pdf"),
}  # fmt: skip
LIBRARY_TYPES = CONTENT_TYPES | {"js", "css", "svg", "md"}
# Libraries carry these (LICENSE has no type at all). Nothing plays them: left out, not refused.
LEFT_OUT_TYPES = {"", "csv", "diff", "map", "patch", "rtf", "swf", "textile", "xml"}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:")
# What turns a name around or hides in it: marks of direction, joiners, byte order marks.
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
                     "\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")  # fmt: skip
_RESERVED = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(\..*)?", re.I)


def normal(name: str) -> str:
    """One spelling for each letter."""
    return unicodedata.normalize("NFC", name)


def extension(name: str) -> str:
    """`png` of `images/Photo.PNG`; empty where there is none."""
    last = name.rpartition("/")[2]
    return last.rpartition(".")[2].lower() if "." in last else ""


def problem_of_name(name: str) -> Problem | None:
    """Why a name is no plain path inside a package; None when it is one."""
    parts = name.removesuffix("/").split("/")
    if _CONTROL.search(name):
        return Problem(
            "name-invalid", ascii(name[:PATH_BYTES]), "has a control character in its name"
        )
    if name.startswith("/") or "\\" in name or _DRIVE.match(name) or ".." in parts:
        return Problem("name-escapes", name[:PATH_BYTES], "points outside the package")
    if _is_too_long(name, parts):
        return Problem("name-invalid", name[:80] + "…", "has too long a name")
    if odd := _oddity(name, parts):
        return Problem("name-invalid", name, odd)
    return None


def _is_too_long(name: str, parts: list[str]) -> bool:
    return (
        len(parts) > PARTS
        or len(name.encode()) > PATH_BYTES
        or any(len(part.encode()) > PART_BYTES for part in parts)
    )


def _oddity(name: str, parts: list[str]) -> str:
    if not all(parts) or "." in parts:
        return "is not a plain path"
    if _HIDDEN.search(name):
        return "has an invisible character in its name"
    if _RESERVED.search(name):
        return "has a character in its name that some systems reserve"
    if any(part != part.strip() or part.endswith(".") for part in parts):
        return "has a name that some systems would change"
    if any(_DEVICE.fullmatch(part) for part in parts):
        return "has the name of a device"
    return ""
