"""What a unit prints on its certificates: the heading, the number, the place and the signer."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Unit
from certificates.models import Issuer
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record

SETTINGS = (
    "heading",
    "superior",
    "name",
    "number_pattern",
    "place",
    "signer_authority",
    "signer_title",
    "signer_name",
)
_SAYS_NUMBER = re.compile(r"^Số\s*:?\s*", re.IGNORECASE)


def clean_pattern(text: str) -> str:
    """A number pattern without the word "Số", which the page adds; Refusal when it has no {n}."""
    pattern = _SAYS_NUMBER.sub("", clean(text))
    if pattern.count("{n}") != 1:
        raise Refusal(
            _("Write {n} once where the number stands, for example {n}-GCN/BTGDVTU."), status=400
        )
    if re.search(r"[{}]", pattern.replace("{n}", "")):
        raise Refusal(_("Besides {n} the pattern takes no braces."), status=400)
    return pattern


def unsaved(unit: Unit, settings: Mapping[str, str]) -> Issuer:
    """The issuer as it would be with these settings; a page can be tried with it."""
    values = {name: clean(settings.get(name, "")) for name in SETTINGS}
    values["number_pattern"] = clean_pattern(values["number_pattern"])
    return Issuer(unit=unit, **values)


@transaction.atomic
def configure(unit: Unit, settings: Mapping[str, str], *, by: User | None) -> Issuer:
    """Changes what the unit's next certificates say; those issued stay as they are."""
    issuer = unsaved(unit, settings)
    held = Issuer.objects.select_for_update().filter(unit=unit).first()
    before = _settings_of(held) if held else {}
    issuer.pk = held.pk if held else None
    issuer.full_clean(validate_unique=False)
    after = _settings_of(issuer)
    if after == before:
        return issuer
    issuer.save()
    changed = [name for name in SETTINGS if before.get(name) != after[name]]
    record(
        "issuer.configure",
        issuer,
        by=by,
        before={name: before[name] for name in changed if name in before},
        after={name: after[name] for name in changed},
    )
    return issuer


def _settings_of(issuer: Issuer) -> dict[str, str]:
    return {name: str(getattr(issuer, name)) for name in SETTINGS}
