"""Mark the words: responses count words, so the text is cut exactly as the player cuts it."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

from h5p.scoring.choices import balance, listed, picked, weigh
from h5p.scoring.fields import Params, text
from h5p.scoring.kinds import CannotVerify
from h5p.scoring.marks import Mark
from h5p.scoring.plain import TAG, clean, plain

# A browser's idea of white space differs from Python's.
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_WORDS = re.compile(rf" \*[^* ]+\* |[^{_SPACE}]+")
_WORDS_BEFORE = re.compile(rf" \*[^*]+\* |[^{_SPACE}]+")  # phrases counted as one word
_OPENING = '[({⟨¿¡“"«„'
_CLOSING = '",….:;?!])}⟩»”'


def mark_the_words(params: Params, response: str | None) -> Mark:
    html = text(params, "textField")
    words = _cut(html, _WORDS)
    if words != _cut(html, _WORDS_BEFORE):
        raise CannotVerify("it has phrases to mark, which versions of the type count differently")
    right = {str(at) for at, word in enumerate(words) if _is_answer(word)}
    options = [clean(_shown(word)) for word in words]
    picks = picked(response)
    parts = weigh(options, right, picks)
    points = balance(parts)
    if not right:  # marking nothing is the answer
        points = Decimal(response is not None and not picks)
    return Mark(
        points,
        Decimal(len(right) or 1),
        question=clean(f"{plain(text(params, 'taskDescription'))} {' '.join(options)}"),
        given=listed([part.given for part in parts]),
        right=listed([options[int(at)] for at in sorted(right, key=int)]),
        parts=parts,
    )


def _cut(html: str, words: re.Pattern[str]) -> list[str]:
    pieces = (unescape(piece) for piece in TAG.split(html))
    found = (word for piece in pieces for word in words.findall(re.sub(r"\r\n|\r|\n", " ", piece)))
    bare = (word.strip(" ").lstrip(_OPENING).rstrip(_CLOSING) for word in found)
    return [word for word in bare if word]


def _is_answer(word: str) -> bool:
    word = word.replace("**", "")
    return len(word) > 2 and word[0] == "*" and "*" in (word[-1], word[-2])


def _shown(word: str) -> str:
    return word.replace("**", "\0").replace("*", "").replace("\0", "*")
