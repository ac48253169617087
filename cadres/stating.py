"""What a record states, field by field: read as a person writes it, shown as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.recognising import normal_phone
from cadres.identifying import is_well_formed, mask
from cadres.models import Cadre
from cadres.roster.reading import GENDERS, KINDS
from kit.errors import Refusal
from kit.held import Words
from kit.sheets import read_day
from kit.text import clean, fold

_PHONE = re.compile(r"^0\d{9}$")


@dataclass(frozen=True)
class Field:
    """What may be put right: `read` takes what was written and gives the columns' values."""

    label: Words
    read: Callable[[str], dict[str, Any]]
    shown: Callable[[Cadre], str]


def _name(text: str) -> dict[str, Any]:
    name = clean(text)
    if " " not in name or len(name) > 100 or any(not (c.isalpha() or c in " '-.") for c in name):
        raise Refusal(_("Write family name, middle name and given name, letters only."), status=400)
    return {"full_name": name}


def _birth(text: str) -> dict[str, Any]:
    try:
        born_on, year_only = read_day(clean(text))
    except ValueError:
        raise Refusal(_("Write day/month/year, for example 05/9/1980."), status=400) from None
    return {"born_on": born_on, "born_year_only": year_only}


def _identity(text: str) -> dict[str, Any]:
    number = re.sub(r"[ .]", "", text)
    if not is_well_formed(number):
        raise Refusal(_("An identity number has 12 digits."), status=400)
    return {"identity_number": number}


def _phone(text: str) -> dict[str, Any]:
    phone = normal_phone(text)
    if not _PHONE.match(phone):
        raise Refusal(_("A phone number has 10 digits and begins with 0."), status=400)
    return {"phone": phone}


def _email(text: str) -> dict[str, Any]:
    try:
        validate_email(clean(text))
    except ValidationError:
        raise Refusal(_("Write the e-mail address as name@place.vn."), status=400) from None
    return {"email": clean(text)}


def _one_of(column: str, words: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    def read(text: str) -> dict[str, Any]:
        for word, value in words.items():
            if fold(text) in (fold(word), fold(value)):
                return {column: value}
        raise Refusal(_("Choose one of: %(words)s.") % {"words": "; ".join(words)}, status=400)

    return read


FIELDS: dict[str, Field] = {
    "full_name": Field(gettext_lazy("Full name"), _name, lambda cadre: cadre.full_name),
    "born_on": Field(gettext_lazy("Born"), _birth, lambda cadre: cadre.birth_text),
    "gender": Field(
        gettext_lazy("Gender"), _one_of("gender", GENDERS), lambda c: str(c.get_gender_display())
    ),
    "identity_number": Field(
        gettext_lazy("Identity number"), _identity, lambda cadre: mask(cadre.identity_number)
    ),
    "kind": Field(
        gettext_lazy("Kind of cadre"), _one_of("kind", KINDS), lambda c: str(c.get_kind_display())
    ),
    "phone": Field(gettext_lazy("Phone number"), _phone, lambda cadre: cadre.phone),
    "email": Field(gettext_lazy("E-mail"), _email, lambda cadre: cadre.email),
}


def shown_value(field: str, value: str) -> str:
    """What was written, fit for a screen."""
    return mask(re.sub(r"[ .]", "", value)) if field == "identity_number" else value
