"""Putting a misspelt name of a unit right, in place. A real renaming is an act of its own."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.climbing import hold_tree
from cadres.models import Unit, UnitVersion
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record


@transaction.atomic
def correct_name(unit: Unit, name: str, *, by: User | None, reason: str) -> int:
    """Corrects the unit's last name in every version that carries the same mistake; how many."""
    wanted, wrong = clean(name), unit.versions.order_by("-valid_from")[0].name
    if not clean(reason):
        raise Refusal(_("Say what was misspelt; the reason is kept."), status=400)
    if not wanted or len(wanted) > 200:
        raise Refusal(_("A unit needs a name."), status=400)
    if wanted == wrong:
        raise Refusal(_("The name is spelt so already."))
    hold_tree()
    alike = list(UnitVersion.objects.filter(unit=unit, name=wrong))
    for row in alike:
        row.name = wanted
        row.save(update_fields=["name", "name_key", "folded"])
    record(
        "unit.correct",
        unit,
        by=by,
        before={"name": wrong},
        after={"name": wanted},
        reason=clean(reason),
    )
    return len(alike)
