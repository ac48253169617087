"""Vietnamese text: storing, folding, sorting. One place, so that every database agrees."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^a-z0-9]+")

# Tone marks in the order of the Vietnamese dictionary.
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_LETTERS = {
    letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz0123456789", 2)
}


def clean(text: str) -> str:
    """NFC, runs of white space made one space, ends trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """For searching: no case, no accents, đ as d; words separated by one space.

    "Hòa" and "Hoà" fold alike, as does "Đỗ" with "do".
    """
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain).strip()


def slug(text: str) -> str:
    """An address part: folded, words joined by hyphens."""
    return fold(text).replace(" ", "-")


@lru_cache(maxsize=10_000)
def _syllable_key(syllable: str) -> str:
    tone = 0
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", syllable.lower()):
        if char in _TONES:
            tone = _TONES[char]
        elif unicodedata.combining(char) and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
        else:
            letters.append(char)
    ranks = "".join(chr(48 + _LETTERS.get(letter, 1)) for letter in letters)
    return f"{ranks}!{tone}"


def alphabet_key(text: str) -> str:
    """A key whose code-point order is the Vietnamese dictionary's: letters first, then tones."""
    return " ".join(_syllable_key(s) for s in clean(text).split(" ") if s)


@lru_cache(maxsize=20_000)
def name_key(full_name: str) -> str:
    """Sort key of a person's name: given name, then family name, then middle names."""
    parts = clean(full_name).split(" ")
    if len(parts) < 2:
        return alphabet_key(full_name)
    given, family, middle = parts[-1], parts[0], parts[1:-1]
    return "  ".join([alphabet_key(given), alphabet_key(family), alphabet_key(" ".join(middle))])


def given_name(full_name: str) -> str:
    """The name one is addressed by: the last syllable."""
    return clean(full_name).split(" ")[-1]
