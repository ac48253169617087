"""Finding the unit that a person wrote down, among the names and codes of a day.

Names are never keys: "Hoa Lư" was a district, a city and a ward. A name alone is taken only when
one unit of the day can be meant; otherwise the candidates are told with their codes. A name as it
is written goes before one that differs in its accents: "Trực Hưng" is not "Trực Hùng".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from cadres.models import Succession, UnitVersion
from kit.dates import format_day
from kit.text import alphabet_key, clean, fold

_WORD = re.compile(r"[^\W_]+")
_ABBREVIATIONS = {"p": "phường", "x": "xã", "tt": "thị trấn", "tp": "thành phố", "h": "huyện"}
_LEVELS = ("phuong ", "xa ", "thi tran ", "thanh pho ", "huyen ")
_SHOWN = 5


@dataclass(frozen=True)
class Place:
    """A unit as it is on the directory's day, with the day its record begins."""

    unit_id: int
    code: str
    name: str
    kind: str
    begun_on: date
    folded: str

    def __str__(self) -> str:
        return f"{self.name} ({self.code})" if self.code else self.name


class NotLocated(Exception):
    """No one unit is meant. `about` is "code" or "name"; `mend` says what to write instead."""

    def __init__(self, about: str, message: str, mend: str) -> None:
        self.about, self.message, self.mend = about, message, mend
        super().__init__(message)


class Directory:
    """All units of a day and what former ones became, read in two queries."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.by_id: dict[int, Place] = {}
        self.by_code: dict[str, Place] = {}
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        self._by_bare: dict[str, list[Place]] = defaultdict(list)
        self._former: dict[str, set[int]] = defaultdict(set)
        self._former_written: dict[str, set[int]] = defaultdict(set)
        self._became: dict[int, list[int]] = defaultdict(list)
        self._read()

    def _read(self) -> None:
        begun: dict[int, date] = {}
        versions = UnitVersion.objects.order_by("valid_from").values_list(
            "unit_id", "code", "name", "kind", "valid_from", "valid_to", "folded"
        )
        for unit_id, code, name, kind, start, end, folded in versions:
            begun.setdefault(unit_id, start)
            if start <= self.day and (end is None or end > self.day):
                self._add(Place(unit_id, code, name, kind, begun[unit_id], folded))
            else:
                self._former[folded].add(unit_id)
                for spelling in _spellings(name):
                    self._former_written[spelling].add(unit_id)
        for old, new in Succession.objects.values_list("predecessor_id", "successor_id"):
            self._became[old].append(new)

    def _add(self, place: Place) -> None:
        self.by_id[place.unit_id] = place
        self.by_name[place.folded].append(place)
        self._by_bare[bare(place.folded)].append(place)
        if place.code:
            self.by_code[place.code.upper()] = place

    def locate(self, code: str, name: str) -> Place:
        """The unit of this code (the name must agree), or of this name alone; or NotLocated."""
        if not code and not name:
            raise NotLocated("code", _("No unit is given."), _("Write the unit's code."))
        if not code:
            return self._named(name)
        place = self.by_code.get(code.upper())
        if place is None:
            raise NotLocated(
                "code",
                _("No unit has this code on %(day)s.") % {"day": format_day(self.day)},
                _("Take the code from the sheet “%(sheet)s”.") % {"sheet": LIST_SHEET},
            )
        if name and not self._says(name, place):
            raise NotLocated(
                "name",
                _("Code %(code)s is %(unit)s.") % {"code": code, "unit": place.name},
                _("Correct the code or the name so that they agree."),
            )
        return place

    def _says(self, name: str, place: Place) -> bool:
        """A name with other accents is this unit's unless it is another one's."""
        if expand(name) not in (place.folded, bare(place.folded)):
            return False
        alike = self._by_bare[bare(place.folded)]
        return _is_written(name, place.name) or not any(_is_written(name, p.name) for p in alike)

    def _named(self, name: str) -> Place:
        wanted = expand(name)
        full = self.by_name.get(wanted, [])
        alike = full or self._holding(wanted)
        written = [place for place in alike if _holds_written(name, place.name)]
        near = written or alike
        today = [] if written else self._became_of(self._former_written.get(_spelling(name), ()))
        if today and today != near:
            raise _ended(today)
        if len(near) == 1 and (full or bare(near[0].folded) == wanted):
            return near[0]
        if len(near) > 1:
            raise NotLocated(
                "name",
                _("More than one unit can be meant: %(units)s.") % {"units": _told(near)},
                _("Write the code of the right one in the column “Mã đơn vị”."),
            )
        if near:
            raise NotLocated(
                "name",
                _("No unit has exactly this name."),
                _("Did you mean “%(word)s”?") % {"word": near[0]},
            )
        raise self._unknown(wanted)

    def _holding(self, wanted: str) -> list[Place]:
        """Units whose name has these words in it, in this order."""
        if len(wanted) < 2:
            return []
        return [p for p in self.by_id.values() if f" {wanted} " in f" {p.folded} "]

    def _unknown(self, wanted: str) -> NotLocated:
        today = self._became_of(
            unit_id
            for folded, unit_ids in self._former.items()
            if wanted in (folded, bare(folded))
            for unit_id in unit_ids
        )
        if today:
            return _ended(today)
        return NotLocated(
            "name",
            _("No unit has this name on %(day)s.") % {"day": format_day(self.day)},
            _("Take the code from the sheet “%(sheet)s”.") % {"sheet": LIST_SHEET},
        )

    def _became_of(self, unit_ids: Iterable[int]) -> list[Place]:
        """The units of the day that continue these."""
        ends = {p.unit_id: p for pk in unit_ids for p in self._successors(pk, set())}
        return list(ends.values())

    def _successors(self, unit_id: int, seen: set[int]) -> list[Place]:
        if unit_id in self.by_id:
            return [self.by_id[unit_id]]
        seen.add(unit_id)
        return [
            place
            for after in self._became[unit_id]
            if after not in seen
            for place in self._successors(after, seen)
        ]


LIST_SHEET = "Danh mục"


def expand(name: str) -> str:
    """Folded, with a leading "P." or "X." written out."""
    return fold(_written_out(name))


def _written_out(name: str) -> str:
    first, _space, rest = " ".join(_WORD.findall(clean(name))).partition(" ")
    return f"{_ABBREVIATIONS.get(first.lower(), first)} {rest}" if rest else first


@lru_cache(maxsize=20_000)
def _spelling(name: str) -> str:
    """With its accents, wherever in a syllable the tone is written; without case."""
    return alphabet_key(_written_out(name))


@lru_cache(maxsize=20_000)
def _spellings(unit: str) -> tuple[str, str]:
    """A unit's name in full, and without its level."""
    folded, words = fold(unit), _spelling(unit).split()
    level = len(folded.split()) - len(bare(folded).split())
    return " ".join(words), " ".join(words[level:])


def _is_written(name: str, unit: str) -> bool:
    return _spelling(name) in _spellings(unit)


def _holds_written(name: str, unit: str) -> bool:
    return f" {_spelling(name)} " in f" {_spelling(unit)} "


def bare(folded: str) -> str:
    for level in _LEVELS:
        if folded.startswith(level):
            return folded.removeprefix(level)
    return folded


def _ended(today: list[Place]) -> NotLocated:
    return NotLocated(
        "name",
        _("This unit has ended; it is now %(units)s.") % {"units": _told(today)},
        _("Write the code of the unit of today."),
    )


def _told(places: list[Place]) -> str:
    shown = ", ".join(str(place) for place in places[:_SHOWN])
    return f"{shown}, …" if len(places) > _SHOWN else shown
