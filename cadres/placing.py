"""Finding units by the code they bore on a day, within what one may write to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cadres.models import Unit, UnitVersion
from cadres.records import PostRecord, Rejected, rejected
from cadres.scopes import Access
from kit.dates import format_day


@dataclass(frozen=True)
class _Life:
    """A unit under one code: from when to when it bore it, and its whole life."""

    unit_id: int
    coded_from: date
    coded_to: date | None
    life_from: date
    life_to: date | None


class CodedUnits:
    """Units by code through time, those of the caller's scope told apart. Two queries."""

    def __init__(self, codes: set[str], access: Access) -> None:
        coded = UnitVersion.objects.filter(code__in=codes).exclude(code="")
        versions = list(
            UnitVersion.objects.filter(unit__in=coded.values("unit"))
            .order_by("unit_id", "valid_from")
            .values_list("unit_id", "code", "valid_from", "valid_to")
        )
        lives: dict[int, tuple[date, date | None]] = {}
        for unit_id, _code, start, end in versions:
            lives[unit_id] = (lives.get(unit_id, (start, None))[0], end)
        self.by_code: dict[str, list[_Life]] = {}
        for unit_id, code, start, end in versions:
            found = self.by_code.setdefault(code, [])
            found.append(_Life(unit_id, start, end, *lives[unit_id]))
        self._open = None if access.sees_everyone else _ids_within(access)

    def any_open(self, unit_ids: set[int]) -> bool:
        """Whether one of them is within the caller's scope."""
        return self._open is None or bool(self._open & unit_ids)

    def locate(self, post: PostRecord, place: str) -> int:
        """The unit of the post's code on its first day; rejects what is not there then."""
        coded = self.by_code.get(post.unit, [])
        fitting = {life for life in coded if holds(life.coded_from, life.coded_to, post.valid_from)}
        if not fitting:
            raise self._not_there(post, coded, place)
        if len({life.unit_id for life in fitting}) > 1:
            raise rejected(place, "ambiguous_unit", _("Several units have this code on that day."))
        [life] = fitting
        if life.life_to and (post.valid_to is None or post.valid_to > life.life_to):
            raise rejected(
                place,
                "unit_ended",
                _("This unit ended on %(day)s; the post cannot last longer.")
                % {"day": format_day(life.life_to)},
            )
        if self._open is not None and life.unit_id not in self._open:
            raise rejected(
                place, "unit_out_of_scope", _("This unit is outside what the key is for.")
            )
        return life.unit_id

    @staticmethod
    def _not_there(post: PostRecord, coded: list[_Life], place: str) -> Rejected:
        if not coded:
            return rejected(
                place, "unknown_unit", _("No unit has the code “%(code)s”.") % {"code": post.unit}
            )
        return rejected(
            place,
            "unit_not_on_day",
            _("No unit had the code “%(code)s” on %(day)s.")
            % {"code": post.unit, "day": format_day(post.valid_from)},
        )


def holds(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day < end)


def _ids_within(access: Access) -> set[int]:
    units = Unit.objects.within(access.managed_unit_ids, access.day)
    return set(units.values_list("pk", flat=True))
