"""Whose record another system's record is: joined where sure, told where only alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from cadres.models import Cadre
from cadres.placing import holds
from cadres.records import FieldError, PersonRecord, Rejected, rejected
from kit.text import clean, name_key


class Known:
    """The records that a person may be, and which of them the caller may see."""

    def __init__(self, cadres: Iterable[Cadre], visible: set[int], taken: dict[int, str]) -> None:
        self.by_pk = {cadre.pk: cadre for cadre in cadres}
        self.visible, self.taken = visible, taken

    def add(self, cadre: Cadre) -> None:
        self.by_pk[cadre.pk] = cadre
        self.visible.add(cadre.pk)

    def find_same(self, wanted: PersonRecord, units: set[int], day: date) -> Cadre | None:
        """The record of a person who holds posts in `units`; raises where that is doubtful."""
        if wanted.same_as:
            return self._decided(wanted)
        by_number = self._by_number(wanted)
        if by_number is not None:
            if self._agrees(by_number, wanted) and by_number.pk in self.visible:
                return by_number
            raise self._doubt(
                [by_number],
                FieldError(
                    "identity_number",
                    "identity_of_other",
                    _("This identity number belongs to a record with another name or birth date."),
                ),
            )
        alike = self._alike(wanted, units, day)
        if alike:
            raise self._doubt(
                alike,
                FieldError(
                    "full_name",
                    "possible_duplicate",
                    _("A record of this name and birth date stands in this unit. Say whether it is"
                      " the same person: “same_as” or “not_same_as”."),
                ),
            )  # fmt: skip
        return None

    def _decided(self, wanted: PersonRecord) -> Cadre:
        found = [c for c in self.by_pk.values() if c.public_id == wanted.same_as]
        if not found or found[0].pk not in self.visible:
            raise rejected("same_as", "unknown_person", _("No record has this id."))
        if found[0].pk in self.taken:
            raise rejected(
                "same_as", "has_other_id", _("That record has another id of this system already.")
            )
        self.refuse_other_number(found[0], wanted)
        return found[0]

    def _by_number(self, wanted: PersonRecord) -> Cadre | None:
        number = wanted.identity_hash
        return next((c for c in self.by_pk.values() if number and c.identity_hash == number), None)

    def refuse_other_number(self, cadre: Cadre, wanted: PersonRecord) -> None:
        holder = self._by_number(wanted)
        if holder is not None and holder.pk != cadre.pk:
            raise self._doubt(
                [holder],
                FieldError(
                    "identity_number",
                    "identity_of_other",
                    _("Another record has this identity number. Compare both with the card."),
                ),
            )

    @staticmethod
    def _agrees(cadre: Cadre, wanted: PersonRecord) -> bool:
        if cadre.name_key != name_key(clean(wanted.full_name)):
            return False
        if cadre.born_year_only or wanted.born_year_only:
            return cadre.born_on.year == wanted.born_on.year
        return cadre.born_on == wanted.born_on

    def _alike(self, wanted: PersonRecord, units: set[int], day: date) -> list[Cadre]:
        """By name, birth and unit; different identity numbers are different people."""
        return [
            cadre
            for cadre in self.by_pk.values()
            if self._agrees(cadre, wanted)
            and cadre.public_id not in wanted.not_same_as
            and cadre.pk not in self.taken
            and not (cadre.identity_hash and wanted.identity_hash)
            and units
            & {p.unit_id for p in cadre.posts.all() if holds(p.valid_from, p.valid_to, day)}
        ]

    def _doubt(self, cadres: list[Cadre], error: FieldError) -> Rejected:
        """Whom it may be; somebody out of scope is not named."""
        ids = [cadre.public_id for cadre in cadres if cadre.pk in self.visible]
        return Rejected([error], ids, status=409)
