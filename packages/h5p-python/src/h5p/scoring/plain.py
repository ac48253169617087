"""HTML as plain text, and when two texts are the same answer."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

# Bounded on both sides, so that a text full of "<" costs no more than its length.
TAG = re.compile(r"<(?:!--|/?[A-Za-z])[^<>]*>")
_BREAK = re.compile(
    r"</?(?:br|p|div|li|ul|ol|tr|td|th|table|h[1-6]|hr|blockquote|pre)\b", re.IGNORECASE
)
_LENIENT = ((9, 2), (3, 1))  # answers longer than this may have so many slips


def plain(html: str) -> str:
    """What a reader sees of a piece of HTML, on one line."""
    return clean(unescape(untagged(html)))


def untagged(html: str) -> str:
    """Without tags, entities untouched."""
    return TAG.sub(lambda tag: " " if _BREAK.match(tag.group()) else "", html)


def clean(text: str) -> str:
    """One spelling: composed letters, single plain spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def same(given: str, right: str, *, case: bool = True, slips: bool = False) -> bool:
    """Both come cleaned."""
    if not case:
        given, right = _folded(given), _folded(right)
    allowed = next((edits for length, edits in _LENIENT if len(right) > length), 0)
    return given == right or (slips and _within(given, right, allowed))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _within(one: str, other: str, edits: int) -> bool:
    """Whether so many insertions, deletions, changes or swaps of neighbours make them equal."""
    if abs(len(one) - len(other)) > edits:
        return False
    pairs = enumerate(zip(one, other, strict=False))
    shared = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    one, other = one[shared:], other[shared:]
    if len(one) + len(other) <= edits:
        return True
    if not edits or not one or not other:
        return False
    swapped = len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]
    return (
        _within(one[1:], other[1:], edits - 1)
        or _within(one[1:], other, edits - 1)
        or _within(one, other[1:], edits - 1)
        or (swapped and _within(one[2:], other[2:], edits - 1))
    )
