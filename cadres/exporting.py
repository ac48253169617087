"""People as an .xlsx: what a list shows, never an identity number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

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
    taken: list[int] = []
    rows = _rows(people, lens, taken)
    reach = [_("Phone number"), _("E-mail")] if lens.is_present else []
    restated = [_("Unit today")] if _is_restated(lens) else []
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
    content = write_sheet(_("Cadres"), [*header, *reach, *restated], rows, note=note)
    told = {"people": len(taken), "on": str(lens.day)}
    record("people.export", by, by=by, after=told, units=units_of(taken, lens.day))
    return content


def _rows(people: CadreQuerySet, lens: Lens, taken: list[int]) -> Iterator[list[object]]:
    """A thousand at a time, however many; `taken` is told whom."""
    found = people.defer("identity_number").iterator(CHUNK)
    while some := list(islice(found, CHUNK)):
        taken += [cadre.pk for cadre in some]
        now = lens.told_by_main_post(some) if _is_restated(lens) else {}
        for cadre in some:
            restated = [now[cadre.pk].words] if cadre.pk in now else []
            yield [*_record(cadre), *_reached(cadre, lens), *restated]


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


def _is_restated(lens: Lens) -> bool:
    return lens.is_restated and not lens.is_present
