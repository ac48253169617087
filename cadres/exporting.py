"""People as an .xlsx: what a list shows, never an identity number."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from cadres.concerning import units_of
from cadres.lensing import Lens
from cadres.models import Cadre
from cadres.models.people import CadreQuerySet
from kit.sheets import write_sheet
from operations.journalling import record

CHUNK = 1000


def export_people(people: CadreQuerySet, *, lens: Lens, confirmed: str, by: User) -> bytes:
    """The people of a list that carries its main posts; the journal keeps who took how many.

    `confirmed`: when they were confirmed. Of another day only what is told of then: how to reach
    people is for those who oversee them.
    """
    listed = list(people)
    now = _units_now(listed, lens)
    rows = [[*_record(cadre), *_reached(cadre, lens), *now.get(cadre.pk, [])] for cadre in listed]
    told = {"people": len(rows), "on": str(lens.day)}
    units = units_of((cadre.pk for cadre in listed), lens.day)
    record("people.export", by, by=by, after=told, units=units)
    reach = [_("Phone number"), _("E-mail")] if lens.is_present else []
    restated = [_("Unit today")] if now else []
    header = [
        _("Cadre code"),
        _("Full name"),
        _("Gender"),
        _("Born"),
        _("Kind of cadre"),
        _("Unit"),
        _("Position"),
    ]
    note = _("Cadres, %(lens)s; %(confirmed)s") % {"lens": lens.words, "confirmed": confirmed}
    return write_sheet(_("Cadres"), [*header, *reach, *restated], rows, note=note)


def _record(cadre: Cadre) -> list[object]:
    return [
        cadre.code,
        cadre.full_name,
        cadre.get_gender_display(),
        cadre.birth_text,
        cadre.get_kind_display(),
        cadre.unit_name,  # type: ignore[attr-defined]
        cadre.position_name,  # type: ignore[attr-defined]
    ]


def _reached(cadre: Cadre, lens: Lens) -> list[object]:
    return [cadre.phone, cadre.email] if lens.is_present else []


def _units_now(people: list[Cadre], lens: Lens) -> dict[int, list[object]]:
    if not lens.is_restated or lens.is_present:
        return {}
    return {pk: [told.words] for pk, told in lens.told_by_main_post(people).items()}
