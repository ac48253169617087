"""Personal identity numbers: their form, what they say of their holder, how they are shown.

Twelve digits: province of birth registration, century and gender, year of birth, six more.
There is no check digit, and registers hold mistakes: what disagrees is a warning.
"""

from __future__ import annotations

import re
from datetime import date

from cadres.models import Cadre

_TWELVE = re.compile(r"^\d{12}$")
_LONG_NUMBER = re.compile(r"\d{11,}")
# Provinces as birth registration knew them before 2025: these numbers stand between 001 and 096.
_NO_PROVINCE = {
    *(3, 5, 7, 9, 13, 16, 18, 21, 23, 28, 29, 32, 39, 41, 43, 47, 50, 53, 55, 57, 59, 61, 63, 65),
    *(69, 71, 73, 76, 78, 81, 85, 88, 90),
}


def mask(number: str) -> str:
    """ "037•••••1234": enough to know which paper to look at, not enough to use."""
    if len(number) < 8:
        return "•" * len(number)
    return f"{number[:3]}•••••{number[-4:]}"


def mask_all(text: str) -> str:
    """Every number in `text` that may be an identity number, masked."""
    return _LONG_NUMBER.sub(lambda found: mask(found[0]), text)


def is_well_formed(number: str) -> bool:
    return bool(_TWELVE.match(number))


def disagreements(number: str, gender: str, born_on: date) -> set[str]:
    """Which of "province", "gender", "year" the number contradicts."""
    century_and_gender = int(number[3])
    century = (born_on.year - 1900) // 100
    wrong = set()
    if not 1 <= int(number[:3]) <= 96 or int(number[:3]) in _NO_PROVINCE:
        wrong.add("province")
    if century_and_gender % 2 != (gender == Cadre.Gender.FEMALE):
        wrong.add("gender")
    if century_and_gender // 2 != century or int(number[4:6]) != born_on.year % 100:
        wrong.add("year")
    return wrong
