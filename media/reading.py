"""Texts of contents as they are read, and how two of them differ."""

from __future__ import annotations

import html
import re
from collections import Counter
from difflib import SequenceMatcher

from django.utils.html import strip_tags

# Longer texts are shown one after the other: telling them apart word by word takes too long.
WORDS = 800
# The share of words two texts have in common, from which on they are read as one.
READABLE = 0.3
# Of what stays the same this many characters before and after a change are enough.
AROUND = 120

_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|tr|blockquote|pre)>", re.IGNORECASE)
# With the gap before it: a gap alone would be found everywhere.
_WORD = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
_GAPS = re.compile(r"[ \t\r\f\v\u00a0]+")


def text_of(markup: object) -> str:
    """What HTML says, a line a paragraph."""
    said = html.unescape(strip_tags(_BREAK.sub("\n", str(markup))))
    lines = (_GAPS.sub(" ", line).strip() for line in said.split("\n"))
    return "\n".join(line for line in lines if line)


def words_in(text: str) -> Counter[str]:
    return Counter(text.split())


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of words that both have, from 0 to 1."""
    count = one.total() + other.total()
    return 2 * (one & other).total() / count if count else 0.0


def told_apart(before: str, after: str) -> list[tuple[str, str]]:
    """(same | added | removed, text) in the order of reading; empty where little is the same."""
    one, other = _WORD.findall(before), _WORD.findall(after)
    if not one or not other or max(len(one), len(other)) > WORDS:
        return []
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < READABLE:
        return []
    pieces: list[tuple[str, str]] = []
    for how, a, b, c, d in matcher.get_opcodes():
        was, now = "".join(one[a:b]), "".join(other[c:d])
        told = [("same", was)] if how == "equal" else [("removed", was), ("added", now)]
        pieces += [(kind, text) for kind, text in told if text]
    return _shortened(pieces)


def _shortened(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    last = len(pieces) - 1
    return [
        (how, _short(text, at > 0, at < last) if how == "same" else text)
        for at, (how, text) in enumerate(pieces)
    ]


def _short(text: str, is_after: bool, is_before: bool) -> str:
    if len(text) <= 3 * AROUND:
        return text
    begin = text[:AROUND] if is_after else ""
    end = text[-AROUND:] if is_before else ""
    return f"{begin} … {end}"
