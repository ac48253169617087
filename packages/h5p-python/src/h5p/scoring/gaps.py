"""Gaps in texts: typed (blanks, flashcards) or filled by dragging words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from html import unescape
from itertools import zip_longest

from h5p.scoring.choices import listed
from h5p.scoring.fields import Params, flag, group, groups, text, texts
from h5p.scoring.kinds import CannotVerify
from h5p.scoring.marks import Mark, Part
from h5p.scoring.plain import clean, plain, same, untagged

_GAP = re.compile(r"\*([^*]*)\*")  # an empty one is an asterisk in the text
_DRAGGED_GAP = re.compile(r"\*([^*\n]*)\*")  # which ends with its line
_NOTES = re.compile(r":|\\\+|\\-")  # a tip, and what is said to right and wrong words
_SLASH = re.compile(r"(?<!\\)/")
_SHOWN = "_____"

Alternatives = tuple[str, ...]
Same = Callable[[str, str], bool]


def blanks(params: Params, response: str | None) -> Mark:
    """`*dân vận/công tác dân vận:a tip*`"""
    behaviour = group(params, "behaviour")
    case = flag(behaviour, "caseSensitive", True)
    slips = flag(behaviour, "acceptSpellingErrors", False)
    shown, gaps = _split([untagged(line) for line in texts(params, "questions")], _GAP, _typed)
    return _mark(
        clean(f"{plain(text(params, 'text'))} {shown}"),
        gaps,
        response,
        lambda given, right: same(given, right, case=case, slips=slips),
    )


def drag_text(params: Params, response: str | None) -> Mark:
    shown, gaps = _split([untagged(text(params, "textField"))], _DRAGGED_GAP, _dragged)
    # The words come back as they stood in the text, entities and all.
    response = "[,]".join(plain(word) for word in response.split("[,]")) if response else response
    question = clean(f"{plain(text(params, 'taskDescription'))} {shown}")
    return _mark(question, gaps, response, same)


def flashcards(params: Params, response: str | None) -> Mark:
    if flag(params, "randomCards", False):
        raise CannotVerify("the cards are shuffled, and answers do not tell to which they belong")
    case = flag(params, "caseSensitive", False)
    cards = groups(params, "cards")
    gaps = [_of_card(text(card, "answer")) for card in cards]
    lines = [text(params, "description"), *(text(card, "text") for card in cards)]
    return _mark(
        clean(" ".join(map(plain, lines))),
        gaps,
        response,
        lambda given, right: same(given, right, case=case),
    )


def _split(
    lines: Sequence[str], gap: re.Pattern[str], read: Callable[[str], Alternatives]
) -> tuple[str, list[Alternatives]]:
    """The text with its gaps open, and what belongs into them."""
    found = [match[1] for line in lines for match in gap.finditer(line) if match[1]]
    shown = (gap.sub(lambda match: _SHOWN if match[1] else "*", line) for line in lines)
    return plain(" ".join(shown)), [read(content) for content in found]


def _typed(content: str) -> Alternatives:
    return tuple(clean(unescape(way)) for way in content.partition(":")[0].split("/"))


def _dragged(content: str) -> Alternatives:
    return (clean(unescape(_NOTES.split(content)[0])),)


def _of_card(answer: str) -> Alternatives:
    ways = _SLASH.split(untagged(answer))
    return tuple(clean(unescape(way.replace("\\/", "/"))) for way in ways)


def _mark(question: str, gaps: Sequence[Alternatives], response: str | None, fits: Same) -> Mark:
    words = [] if response is None else [clean(word) for word in response.split("[,]")]
    parts = tuple(
        Part(
            word or "",
            " / ".join(way for way in ways if way),
            word is not None and any(fits(word, way) for way in ways),
        )
        for ways, word in zip_longest(gaps, words[: len(gaps)])
    )
    return Mark(
        Decimal(sum(part.correct for part in parts)),
        Decimal(len(gaps)),
        question=question,
        given=listed([part.given for part in parts]),
        right=listed([part.right for part in parts]),
        parts=parts,
    )
