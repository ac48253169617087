"""Correcting a cadre record: each field by its rule, before and after in the journal."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.recognising import normal_phone
from cadres.amending import Origin, amend, announce, write
from cadres.identifying import is_well_formed
from cadres.models import Cadre, Role, RoleGrant
from cadres.models.units import valid_on
from kit.dates import today
from kit.errors import Refusal
from kit.text import clean

_PHONE = re.compile(r"^0\d{9}$")
_OLDEST, _YOUNGEST = 100, 16


def _name(text: str) -> str:
    name = clean(text)
    if " " not in name or any(not (c.isalpha() or c in " '-.") for c in name):
        raise Refusal(_("Write family name, middle name and given name, in letters only."))
    return name


def _birth(day: date) -> date:
    if not _YOUNGEST <= today().year - day.year <= _OLDEST:
        raise Refusal(_("This cannot be the birth date of a cadre. Check the year."))
    return day


def _phone(text: str) -> str:
    phone = normal_phone(text)
    if text and not _PHONE.match(phone):
        raise Refusal(_("Write 10 digits that begin with 0, or leave it empty."))
    return phone


def _email(text: str) -> str:
    try:
        if clean(text):
            validate_email(clean(text))
    except ValidationError:
        raise Refusal(_("Write it as name@place.vn, or leave it empty.")) from None
    return clean(text)


def _identity(text: str) -> str:
    number = re.sub(r"\s", "", text)
    if number and not is_well_formed(number):
        raise Refusal(_("An identity number has 12 digits."))
    return number


def _choice(choices: list[tuple[str, Any]], *, may_be_empty: bool = False) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in dict(choices) and not (may_be_empty and not value):
            raise Refusal(_("This is not in the list."))
        return value

    return check


CHECKS: dict[str, Callable[[Any], Any]] = {
    "full_name": _name,
    "gender": _choice(Cadre.Gender.choices),
    "born_on": _birth,
    "born_year_only": bool,
    "kind": _choice(Cadre.Kind.choices),
    "civil_number": clean,
    "political_level": _choice(Cadre.PoliticalLevel.choices, may_be_empty=True),
    "expertise": _choice(Cadre.Expertise.choices, may_be_empty=True),
    "phone": _phone,
    "email": _email,
    "identity_number": _identity,
}


def _locked(cadre: Cadre) -> Cadre:
    rows = Cadre.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("user").get(pk=cadre.pk)


@transaction.atomic
def correct(
    cadre: Cadre, changes: Mapping[str, Any], *, by: User | None, reason: str
) -> dict[str, Any]:
    """Writes what differs and returns it; the reason is kept. The account follows the record."""
    row = _locked(cadre)
    wanted = {name: CHECKS[name](value) for name, value in changes.items()}
    amendment = amend(row, wanted, reason=clean(reason))
    if not amendment.after:
        raise Refusal(_("Nothing differs from the record."))
    if not amendment.reason:
        raise Refusal(_("Say why; the reason is kept."), status=400)
    _refuse_way_in(row, amendment.after, by)
    write(amendment, Origin(by))
    announce([amendment])
    return amendment.after


def _refuse_way_in(row: Cadre, changed: Collection[str], by: User | None) -> None:
    """Where messages of somebody who holds a role go to, an administrator decides."""
    if by is None or not {"phone", "email"} & set(changed):
        return
    held = RoleGrant.objects.filter(valid_on(today()))
    if (
        held.filter(user=row.user_id).exists()
        and not held.filter(user=by, role=Role.ADMIN).exists()
    ):
        raise Refusal(
            _("This person holds a role; only an administrator may change phone or e-mail."),
            status=403,
        )
