"""Reading a reorganisation from a spreadsheet, one line a step; hundreds of lines are one act.

Lines with the same document and day are one act; a line that gives neither belongs to the one
above it. A unit is named by its code, or by its name and what it belongs to: where more than one
can be meant, the candidates are told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from cadres.acts import (
    WHOLE,
    Act,
    Change,
    Document,
    End,
    Establish,
    Kind,
    Ref,
    Send,
    Step,
    Succeed,
    equal_shares,
)
from cadres.foreseeing import Plan, plan
from cadres.locating import expand
from cadres.models import Cadre, UnitVersion
from cadres.models.units import valid_on
from kit.dates import format_day
from kit.errors import Refusal
from kit.sheets import Column, RowError, Sheet, SheetRow, cell_text, read_day, read_sheet
from kit.text import fold

BEGIN, INTO, OFF = "Thành lập", "Nhập vào", "Tách sang"
CHANGE, END = "Đổi tên hoặc cấp trên", "Giải thể"
DEEDS = (BEGIN, INTO, OFF, CHANGE, END)
PART, ALL = "Một phần", "Toàn bộ"
KINDS = {
    "Tỉnh": UnitVersion.Kind.PROVINCE,
    "Huyện": UnitVersion.Kind.DISTRICT,
    "Xã": UnitVersion.Kind.COMMUNE,
    "Phường": UnitVersion.Kind.WARD,
    "Thị trấn": UnitVersion.Kind.TOWN,
    "Cơ quan": UnitVersion.Kind.BODY,
    "Trường": UnitVersion.Kind.SCHOOL,
    "Đoàn thể": UnitVersion.Kind.UNION,
}
COLUMNS = (
    Column("deed", "Việc", required=True),
    Column("old_code", "Mã đơn vị cũ"),
    Column("old_name", "Tên đơn vị cũ"),
    Column("within", "Thuộc", aliases=("Thuộc huyện, tỉnh",)),
    Column("new_code", "Mã đơn vị mới"),
    Column("new_name", "Tên đơn vị mới"),
    Column("kind", "Loại"),
    Column("parent", "Cấp trên", aliases=("Cấp trên (mã hoặc tên)",)),
    Column("extent", "Toàn bộ/Một phần", aliases=("Phần",)),
    Column("share", "Tỷ lệ", aliases=("Tỷ lệ (%)",)),
    Column("people", "Cán bộ sang đơn vị mới", aliases=("Mã cán bộ",)),
    Column("document", "Văn bản"),
    Column("issued_on", "Ngày ban hành"),
    Column("abstract", "Trích yếu"),
    Column("effective_on", "Ngày hiệu lực", required=True),
)
_TITLES = {column.key: column.title for column in COLUMNS}
_SHOWN = 5


class Wrong(Exception):
    """A cell cannot be taken: what is wrong, and the mend."""

    def __init__(self, key: str, message: str, mend: str = "") -> None:
        self.key, self.message, self.mend = key, message, mend
        super().__init__(message)


@dataclass(frozen=True)
class Standing:
    """A unit as it stands on the eve of the act, with the names of those above it."""

    pk: int
    code: str
    name: str
    folded: str
    above: tuple[str, ...]
    parent: int | None

    def __str__(self) -> str:
        told = f"{self.name} ({', '.join(self.above)})" if self.above else self.name
        return f"{told} [{self.code}]" if self.code else told


@dataclass
class Transcript:
    """What a file says: its acts, or what is wrong in it."""

    rows: int = 0
    acts: list[Act] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "acts": len(self.acts),
            "errors": [asdict(error) for error in self.errors],
        }


def transcribe(content: bytes) -> Transcript:
    """The acts of a file. Each is read against the tree of its eve, so one follows another."""
    sheet = read_sheet(content, COLUMNS)
    transcript = Transcript(rows=len(sheet.rows))
    for ground, rows in _grouped(sheet, transcript):
        act = _Reader(sheet, ground, transcript).read(rows)
        transcript.acts.append(act)
    if len(transcript.acts) > 1:
        raise Refusal(
            _("The file holds %(count)d acts. Make one file of each document and day.")
            % {"count": len(transcript.acts)},
            status=400,
        )
    return transcript


@dataclass(frozen=True)
class _Ground:
    document: Document
    day: date


def _grouped(sheet: Sheet, transcript: Transcript) -> list[tuple[_Ground, list[SheetRow]]]:
    groups: dict[_Ground, list[SheetRow]] = {}
    ground: _Ground | None = None
    for row in sheet.rows:
        try:
            ground = _ground(row, ground)
        except Wrong as wrong:
            transcript.errors.append(_told(sheet, row, wrong))
            continue
        groups.setdefault(ground, []).append(row)
    return list(groups.items())


def _ground(row: SheetRow, above: _Ground | None) -> _Ground:
    if above and not row.text("document") and not row.text("effective_on"):
        return above
    day = above.day if above else None
    if row.text("effective_on"):
        day = _day(row, "effective_on")
    if not row.text("document") and above is None:
        raise Wrong("document", _("The document is missing."), _("Name the legal document."))
    if day is None:
        raise Wrong("effective_on", _("The day is missing."), _day_mend())
    if not row.text("document") and above:
        return _Ground(above.document, day)
    issued_on = _day(row, "issued_on") if row.text("issued_on") else None
    return _Ground(Document.read(row.text("document"), issued_on, row.text("abstract")), day)


def _day(row: SheetRow, key: str) -> date:
    try:
        day, year_only = read_day(row.values.get(key))
    except ValueError:
        year_only = True
    if year_only:
        raise Wrong(key, _("This is not a day."), _day_mend())
    return day


def _day_mend() -> str:
    return _("Write day/month/year, for example 01/7/2025.")


def _not_listed(row: SheetRow, key: str, words: Iterable[str]) -> Wrong:
    return Wrong(
        key,
        _("This is not in the list.") if row.text(key) else _("The cell is empty."),
        _("Choose one of: %(words)s.") % {"words": "; ".join(words)},
    )


def _told(sheet: Sheet, row: SheetRow, wrong: Wrong) -> RowError:
    return RowError(
        row.number,
        sheet.letters.get(wrong.key, ""),
        sheet.titles.get(wrong.key, _TITLES[wrong.key]),
        row.text(wrong.key)[:80],
        wrong.message,
        wrong.mend,
    )


class _Reader:
    """Reads the lines of one act against the units that stand on its eve: two queries."""

    def __init__(self, sheet: Sheet, ground: _Ground, transcript: Transcript) -> None:
        self.sheet, self.ground, self.transcript = sheet, ground, transcript
        self.units = standing_on(ground.day - timedelta(days=1))
        self.by_code: dict[str, list[Standing]] = defaultdict(list)
        self.by_name: dict[str, list[Standing]] = defaultdict(list)
        for unit in self.units.values():
            self.by_code[unit.code.upper()].append(unit)
            self.by_name[unit.folded].append(unit)
        self.begun: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.cadres: dict[str, int] = {}

    def read(self, rows: list[SheetRow]) -> Act:
        self._note_begun(rows)
        codes = {code for row in rows for code in _codes(row)}
        found = Cadre.objects.filter(code__in=codes).values_list("code", "pk")
        self.cadres = {code.upper(): pk for code, pk in found}
        steps: list[Step] = []
        for row in rows:
            try:
                steps += self._steps(row)
            except Wrong as wrong:
                self.transcript.errors.append(_told(self.sheet, row, wrong))
        return Act(Kind.COMPOUND, self.ground.day, self.ground.document, tuple(_whole(steps)))

    def _note_begun(self, rows: list[SheetRow]) -> None:
        """New units are known by code and, where it is theirs alone, by name, before any line."""
        for row in rows:
            if fold(row.text("deed")) == fold(BEGIN):
                key = row.text("new_code") or row.text("new_name")
                self.names[key] = row.text("new_name")
                for word in (row.text("new_code"), row.text("new_name")):
                    if word:
                        self.begun[fold(word)] = key

    def _steps(self, row: SheetRow) -> list[Step]:
        readers = {
            BEGIN: self._begin,
            INTO: self._into,
            OFF: self._off,
            CHANGE: self._change,
            END: self._end,
        }
        for word, reader in readers.items():
            if fold(row.text("deed")) == fold(word):
                return reader(row)
        raise Wrong(
            "deed",
            _("This is not in the list."),
            _("Choose one of: %(words)s.") % {"words": "; ".join(DEEDS)},
        )

    def _begin(self, row: SheetRow) -> list[Step]:
        name = row.text("new_name")
        if not name:
            raise Wrong("new_name", _("The name is missing."), _("Write the full name."))
        parent = self._ref(row, "parent", row.text("parent")) if row.text("parent") else None
        code = row.text("new_code")
        return [Establish(code or name, name, self._kind(row), parent, code)]

    def _kind(self, row: SheetRow) -> str:
        for word, kind in KINDS.items():
            if fold(row.text("kind")) == fold(word):
                return str(kind)
        raise _not_listed(row, "kind", KINDS)

    def _into(self, row: SheetRow) -> list[Step]:
        """A unit ends and goes on, whole or in part, in another one."""
        steps = self._off(row)
        return [*steps, End(self._old(row).pk)]

    def _off(self, row: SheetRow) -> list[Step]:
        """A part of a unit goes to another one; the unit lives on."""
        old = self._old(row)
        key = "new_code" if row.text("new_code") else "new_name"
        new = self._ref(row, key, row.text(key))
        self._check_new_name(row, new)
        steps: list[Step] = [Succeed(old.pk, new, self._share(row))]
        people = self._people(row)
        return [*steps, Send(old.pk, new, people)] if people else steps

    def _check_new_name(self, row: SheetRow, new: Ref) -> None:
        """A code and a name beside each other must mean one unit."""
        name = row.text("new_name")
        if not (row.text("new_code") and name):
            return
        is_said = (
            fold(name) == fold(self.names[new])
            if isinstance(new, str)
            else expand(name) == self.units[new].folded
        )
        if not is_said:
            raise Wrong(
                "new_name",
                _("The code and the name are not of one unit."),
                _("Correct the code or the name so that they agree."),
            )

    def _share(self, row: SheetRow) -> Decimal:
        """0 stands for a part whose share is not given: such parts are equal."""
        extent, given = row.text("extent"), row.values.get("share")
        if fold(extent) not in ("", fold(ALL), fold(PART)):
            words = "; ".join((ALL, PART))
            raise Wrong(
                "extent",
                _("This is not in the list."),
                _("Choose one of: %(words)s.") % {"words": words},
            )
        text = cell_text(given)
        if not text:
            return Decimal(0) if fold(extent) == fold(PART) else WHOLE
        try:
            share = Decimal(text.rstrip("% ").replace(",", "."))
        except InvalidOperation:
            share = Decimal(0)
        if "%" in text or share > 1:
            share /= 100
        if not 0 < share <= 1:
            raise Wrong(
                "share",
                _("This is not a share."),
                _("Write a part of 100, for example 60%, or leave the cell empty."),
            )
        return share.quantize(Decimal("0.0001"))

    def _people(self, row: SheetRow) -> frozenset[int]:
        unknown = [code for code in _codes(row) if code not in self.cadres]
        if unknown:
            raise Wrong(
                "people",
                _("Nobody has the code %s.") % unknown[0],
                _("Write cadre codes with a comma between them."),
            )
        return frozenset(self.cadres[code] for code in _codes(row))

    def _change(self, row: SheetRow) -> list[Step]:
        old = self._old(row)
        parent = self._ref(row, "parent", row.text("parent")) if row.text("parent") else None
        name, code = row.text("new_name") or None, row.text("new_code") or None
        kind = self._kind(row) if row.text("kind") else None
        if (parent, name, code, kind) == (None, None, None, None):
            raise Wrong(
                "new_name", _("The line changes nothing."), _("Write the new name or superior.")
            )
        return [Change(old.pk, name, kind, code, parent)]

    def _end(self, row: SheetRow) -> list[Step]:
        """People who are named go to the unit beside them, the others to the superior."""
        old, people = self._old(row), self._people(row)
        if not people:
            return [End(old.pk)]
        key = "new_code" if row.text("new_code") else "new_name"
        return [Send(old.pk, self._ref(row, key, row.text(key)), people), End(old.pk)]

    # --- Which unit is meant ------------------------------------------------------------------

    def _old(self, row: SheetRow) -> Standing:
        code, name = row.text("old_code"), row.text("old_name")
        if code:
            found, key = self.by_code.get(code.upper(), []), "old_code"
        else:
            found, key = self.by_name.get(expand(name), []), "old_name"
        return self._one(key, code or name, found, row.text("within"))

    def _ref(self, row: SheetRow, key: str, text: str) -> Ref:
        """A unit that the act begins, or one that stands."""
        if begun := self.begun.get(fold(text)):
            return begun
        found = self.by_code.get(text.upper(), []) or self.by_name.get(expand(text), [])
        return self._one(key, text, found, "").pk

    def _one(self, key: str, text: str, found: Sequence[Standing], within: str) -> Standing:
        words = {"day": format_day(self.ground.day - timedelta(days=1))}
        if not text:
            raise Wrong(key, _("No unit is given."), _("Write the unit's code or its full name."))
        if within:
            wanted = expand(within)
            found = [u for u in found if any(wanted in expand(name) for name in u.above)]
        exact = [unit for unit in found if unit.name.casefold() == text.casefold()]
        if len(found) == 1 or len(exact) == 1:
            return (exact or found)[0]
        if not found:
            raise Wrong(
                key if not within else "within",
                _("No such unit stands on %(day)s.") % words,
                _("Compare the name with the units of that day."),
            )
        candidates = "; ".join(str(unit) for unit in found[:_SHOWN])
        raise Wrong(
            key,
            _("More than one unit can be meant: %(units)s.") % {"units": candidates},
            _("Write its code, or in “%(column)s” what it belongs to.")
            % {"column": _TITLES["within"]},
        )


def _codes(row: SheetRow) -> list[str]:
    return row.text("people").upper().replace(";", ",").replace(",", " ").split()


def _whole(steps: Iterable[Step]) -> list[Step]:
    """Each unit ends once; parts without a share take equal parts of what the others leave."""
    rows = list(dict.fromkeys(steps))
    open_parts: dict[int, list[Succeed]] = defaultdict(list)
    given: dict[int, Decimal] = defaultdict(Decimal)
    for step in rows:
        if isinstance(step, Succeed) and not step.share:
            open_parts[step.predecessor].append(step)
        elif isinstance(step, Succeed):
            given[step.predecessor] += step.share
    shared: dict[Step, Step] = {}
    for unit, parts in open_parts.items():
        left = max(WHOLE - given[unit], Decimal(0))
        for part, share in zip(parts, equal_shares(len(parts)), strict=True):
            amount = (share * left).quantize(Decimal("0.0001"))
            shared[part] = Succeed(unit, part.successor, amount)
    return [shared.get(step, step) for step in rows]


def standing_on(day: date) -> dict[int, Standing]:
    columns = ("unit_id", "parent_id", "code", "name", "folded")
    rows = {r[0]: r for r in UnitVersion.objects.filter(valid_on(day)).values_list(*columns)}
    units = {}
    for pk, parent, code, name, folded in rows.values():
        above, names = parent, []
        while above in rows:
            names.append(rows[above][3])
            above = rows[above][1]
        units[pk] = Standing(pk, code, name, folded, tuple(names), parent)
    return units


def foresee_file(content: bytes) -> tuple[Transcript, Plan | None]:
    """The file's act worked out; no plan where a line is wrong. Nothing is written."""
    transcript = transcribe(content)
    if transcript.errors or not transcript.acts:
        return transcript, None
    return transcript, plan(transcript.acts[0])
