"""Making records of a roster's rows: what each cell means, and in plain words what is wrong."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.recognising import normal_phone
from cadres.identifying import disagreements, is_well_formed, mask, mask_all
from cadres.locating import Directory, NotLocated
from cadres.models import Cadre, Position
from cadres.roster.records import Problem, Record, Scope
from kit.dates import format_day
from kit.sheets import Column, RowError, Sheet, SheetRow, cell_text, read_day
from kit.text import fold

EXAMPLE = "Ví dụ"

COLUMNS = (
    Column("code", "Mã cán bộ", aliases=("Cadre code",)),
    Column("full_name", "Họ và tên", required=True, aliases=("Họ tên", "Full name")),
    Column("gender", "Giới tính", required=True, aliases=("Nam/Nữ", "Gender")),
    Column("born_on", "Ngày sinh", required=True, aliases=("Năm sinh", "Ngày, tháng, năm sinh")),
    Column(
        "identity",
        "Số định danh cá nhân",
        aliases=("Số định danh", "Số CCCD", "CCCD", "Số căn cước", "Căn cước"),
    ),
    Column("kind", "Loại", required=True, aliases=("Loại cán bộ", "Kind")),
    Column("unit_code", "Mã đơn vị", aliases=("Unit code",)),
    Column("unit_name", "Tên đơn vị", aliases=("Đơn vị", "Unit")),
    Column("position", "Chức vụ", required=True, aliases=("Chức danh", "Position")),
    Column("since", "Ngày nhận nhiệm vụ", aliases=("Từ ngày", "Since")),
    Column("phone", "Điện thoại", aliases=("Số điện thoại", "SĐT", "Phone")),
    Column("email", "E-mail", aliases=("Email", "Thư điện tử")),
)

# As the template's lists offer them; the first of each value is the one shown.
GENDERS = {"Nam": Cadre.Gender.MALE, "Nữ": Cadre.Gender.FEMALE}
KINDS = {
    "Cán bộ": Cadre.Kind.OFFICIAL,
    "Công chức": Cadre.Kind.CIVIL_SERVANT,
    "Viên chức": Cadre.Kind.PUBLIC_EMPLOYEE,
    "Không chuyên trách cấp xã": Cadre.Kind.PART_TIME,
    "Thôn, tổ dân phố": Cadre.Kind.VILLAGE,
    "Lực lượng vũ trang": Cadre.Kind.ARMED_FORCES,
}

_CODE = re.compile(r"^[A-Z0-9][A-Z0-9.\-]{1,19}$")
_PHONE = re.compile(r"^0\d{9}$")
_OLDEST, _YOUNGEST = 100, 16
_LONGEST_GUESS = 60


class Wrong(Exception):
    """A cell cannot be taken: what is wrong, and the mend."""

    def __init__(self, message: str, mend: str = "", key: str = "") -> None:
        self.message, self.mend, self.key = message, mend, key
        super().__init__(message)


TITLES = {column.key: column.title for column in COLUMNS}


@dataclass
class Findings:
    """What was found in a sheet."""

    sheet: Sheet
    rows: int = 0
    records: list[Record] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    def tell(self, problem: Problem) -> RowError:
        """The problem with its place in the sheet; identity numbers are masked."""
        is_identity = problem.key == "identity"
        shown = mask(problem.value) if is_identity else mask_all(problem.value)
        told = self.sheet.error(problem.row, problem.key, shown, problem.message, problem.mend)
        if problem.key in self.sheet.titles:
            return told
        return replace(told, title=TITLES.get(problem.key, problem.key))


def read_records(
    sheet: Sheet, rows: Iterable[SheetRow], directory: Directory, scope: Scope
) -> Findings:
    """Every row as a record or as errors; two queries."""
    findings = Findings(sheet)
    reader = _Reader(findings, directory, scope)
    for row in rows:
        if fold(row.text("code")) == fold(EXAMPLE):
            continue
        findings.rows += 1
        record = reader.read(row)
        if record:
            findings.records.append(record)
    _refuse_doubles(findings)
    return findings


class _Reader:
    """Reads rows against the units and positions of one day."""

    def __init__(self, findings: Findings, directory: Directory, scope: Scope) -> None:
        self.findings = findings
        self.on = directory.day
        self.within = scope.within
        self.directory = directory
        self.positions = {fold(p.name): p for p in Position.objects.order_by("-id")}
        self.positions |= {fold(p.code): p for p in self.positions.values()}

    def read(self, row: SheetRow) -> Record | None:
        steps: dict[str, Callable[[SheetRow], dict[str, Any]]] = {
            "code": self._code,
            "full_name": self._full_name,
            "gender": lambda r: {"gender": _chosen(r.text("gender"), GENDERS)},
            "born_on": self._birth,
            "identity": self._identity,
            "kind": lambda r: {"kind": _chosen(r.text("kind"), KINDS)},
            "unit_code": self._place,
            "position": self._position,
            "since": self._since,
            "phone": self._phone,
            "email": self._email,
        }
        found: dict[str, Any] = {}
        is_whole = True
        for key, step in steps.items():
            try:
                found |= step(row)
            except Wrong as wrong:
                is_whole = False
                self._tell(self.findings.errors, row, wrong, key)
        return self._record(row, found) if is_whole else None

    def _tell(self, told: list[RowError], row: SheetRow, wrong: Wrong, key: str) -> None:
        key = wrong.key or key
        problem = Problem(row.number, key, wrong.message, wrong.mend, row.text(key))
        told.append(self.findings.tell(problem))

    def _record(self, row: SheetRow, found: dict[str, Any]) -> Record:
        record = Record(row=row.number, **found)
        for key, wrong in [
            ("identity", _disagreement(record)),
            ("since", self._before_its_unit(record)),
        ]:
            if wrong:
                self._tell(self.findings.warnings, row, wrong, key)
        if record.since and record.unit_id:
            begun_on = self.directory.by_id[record.unit_id].begun_on
            return replace(record, since=max(record.since, begun_on))
        return record

    def _before_its_unit(self, record: Record) -> Wrong | None:
        """Nobody holds a post in a unit that did not exist yet."""
        if not record.since or not record.unit_id:
            return None
        place = self.directory.by_id[record.unit_id]
        if record.since >= place.begun_on:
            return None
        return Wrong(
            _("%(unit)s exists since %(day)s; the post is recorded from that day.")
            % {"unit": place.name, "day": format_day(place.begun_on)}
        )

    # --- Cells --------------------------------------------------------------------------------

    def _code(self, row: SheetRow) -> dict[str, Any]:
        code = row.text("code").upper()
        if code and not _CODE.match(code):
            raise Wrong(
                _("This is not a cadre code."),
                _("Use 2 to 20 letters without accents and digits, or leave the cell empty."),
            )
        return {"code": code}

    def _full_name(self, row: SheetRow) -> dict[str, Any]:
        name = row.text("full_name")
        if not name:
            return {}
        if any(not (c.isalpha() or c in " '-.") for c in name):
            raise Wrong(_("A name has letters only."), _("Remove digits and signs from the name."))
        if len(name) > 100 or " " not in name:
            raise Wrong(
                _("This is not a full name."), _("Write family name, middle name, given name.")
            )
        return {"full_name": name}

    def _birth(self, row: SheetRow) -> dict[str, Any]:
        if not row.text("born_on"):
            return {}
        born_on, year_only = _day(row, "born_on")
        age = self.on.year - born_on.year
        if not _YOUNGEST <= age <= _OLDEST:
            raise Wrong(
                _("At this birth date the person would be %(age)d.") % {"age": age},
                _("Check the year of birth."),
            )
        return {"born_on": born_on, "born_year_only": year_only}

    def _identity(self, row: SheetRow) -> dict[str, Any]:
        value = row.values.get("identity")
        number = cell_text(value).replace(" ", "").replace(".", "")
        if not number:
            return {}
        if isinstance(value, int | float) and len(number) == 11:
            number = f"0{number}"  # Excel dropped the zero of a number
        if not is_well_formed(number):
            raise Wrong(
                _("An identity number has 12 digits; this has %(count)d characters.")
                % {"count": len(number)},
                _("Copy the 12 digits from the identity card, with the zero in front."),
            )
        return {"identity": number}

    def _place(self, row: SheetRow) -> dict[str, Any]:
        if not row.text("unit_code") and not row.text("unit_name"):
            return {}
        try:
            place = self.directory.locate(row.text("unit_code"), row.text("unit_name"))
        except NotLocated as missing:
            key = "unit_name" if missing.about == "name" else "unit_code"
            raise Wrong(missing.message, missing.mend, key) from None
        if self.within is not None and place.unit_id not in self.within:
            raise Wrong(
                _("%(unit)s is outside the units you manage.") % {"unit": place.name},
                _("Remove the row and send it to that unit or to the administrator."),
                "unit_code" if row.text("unit_code") else "unit_name",
            )
        return {"unit_id": place.unit_id}

    def _position(self, row: SheetRow) -> dict[str, Any]:
        text = row.text("position")
        if not text:
            return {}
        position = self.positions.get(fold(text))
        if position is None:
            names = tuple(sorted({p.name for p in self.positions.values()}))
            raise Wrong(_("This is not in the list."), _nearest(text[:_LONGEST_GUESS], names))
        return {"position_id": position.pk}

    def _since(self, row: SheetRow) -> dict[str, Any]:
        if not row.text("since"):
            return {}
        since, year_only = _day(row, "since")
        if year_only or not date(1950, 1, 1) <= since <= self.on + timedelta(days=366):
            raise Wrong(_("This is not a day somebody took up a post."), _date_mend())
        return {"since": since}

    def _phone(self, row: SheetRow) -> dict[str, Any]:
        value = row.values.get("phone")
        text = cell_text(value)
        phone = normal_phone(text)
        if isinstance(value, int | float) and len(phone) == 9:
            phone = f"0{phone}"  # Excel dropped the zero of a number
        if text and not _PHONE.match(phone):
            raise Wrong(
                _("This is not a phone number."),
                _("Write 10 digits that begin with 0, or leave the cell empty."),
            )
        return {"phone": phone}

    def _email(self, row: SheetRow) -> dict[str, Any]:
        email = row.text("email")
        try:
            if email:
                validate_email(email)
        except ValidationError:
            email = ""
        if row.text("email") and (not email or len(email) > 254):
            raise Wrong(
                _("This is not an e-mail address."),
                _("Write it as name@place.vn, or leave the cell empty."),
            )
        return {"email": email}


def _disagreement(record: Record) -> Wrong | None:
    if not record.identity or not record.born_on or not record.gender:
        return None
    wrong = disagreements(record.identity, record.gender, record.born_on)
    if not wrong:
        return None
    said = {
        "province": _("its first three digits are no province"),
        "gender": _("it says another gender"),
        "year": _("it says another year of birth"),
    }
    return Wrong(
        _("The identity number does not agree with the row: %(what)s.")
        % {"what": "; ".join(said[key] for key in sorted(wrong))},
        _("Compare it with the identity card."),
    )


def _day(row: SheetRow, key: str) -> tuple[date, bool]:
    try:
        return read_day(row.values.get(key))
    except ValueError:
        raise Wrong(_("This is not a day."), _date_mend()) from None


def _date_mend() -> str:
    return _("Write day/month/year, for example 05/9/1980.")


def _chosen(text: str, choices: dict[str, Any]) -> str:
    """The value of a choice by its Vietnamese word or its code, however it is typed."""
    if not text:
        return ""
    wanted = fold(text)
    for word, value in choices.items():
        if wanted in (fold(word), fold(value)):
            return str(value)
    raise Wrong(_("This is not in the list."), _nearest(text[:_LONGEST_GUESS], tuple(choices)))


def _nearest(text: str, words: tuple[str, ...]) -> str:
    if near := _likest(text, words):
        return _("Did you mean “%(word)s”?") % {"word": near}
    if len(words) <= 6:
        return _("Choose one of: %(words)s.") % {"words": "; ".join(words)}
    return _("Choose it from the list in the template.")


@lru_cache(maxsize=1000)
def _likest(text: str, words: tuple[str, ...]) -> str:
    folded = {fold(word): word for word in words}
    near = difflib.get_close_matches(fold(text), folded, n=1)
    return folded[near[0]] if near else ""


# --- Doubles inside the file ------------------------------------------------------------------

_SHOWN_ROWS = 5
_MANY = 50


def _refuse_doubles(findings: Findings) -> None:
    """Rows of one file that are the same person, or claim the same number: all are errors."""
    told = {
        "code": _("Same cadre code as row %(rows)s."),
        "identity": _("Same identity number as row %(rows)s."),
        "phone": _("Same phone number as row %(rows)s."),
        "full_name": _("Same name, birth date and unit as row %(rows)s."),
    }
    one_row = _("Keep one row for each person.")
    own_number = _("Each person signs in with an own number: leave the cell empty in one row.")
    doubled: set[int] = set()
    for key, message in told.items():
        mend = own_number if key == "phone" else one_row
        for group in _doubles(findings.records, key):
            doubled.update(record.row for record in group)
            for record in group:
                told_rows = message % {"rows": _others(record, group)}
                problem = Problem(record.row, key, told_rows, mend, getattr(record, key))
                findings.errors.append(findings.tell(problem))
    if doubled:
        findings.records = [r for r in findings.records if r.row not in doubled]


def _others(record: Record, group: list[Record]) -> str:
    rows = [other.row for other in group[: _SHOWN_ROWS + 1] if other.row != record.row]
    return ", ".join(str(row) for row in rows[:_SHOWN_ROWS])


def _doubles(records: Iterable[Record], key: str) -> Iterator[list[Record]]:
    groups: dict[Hashable, list[Record]] = defaultdict(list)
    for record in records:
        value = record.person if key == "full_name" else getattr(record, key)
        if value and (key != "full_name" or record.full_name):
            groups[value].append(record)
    several = (group for group in groups.values() if len(group) > 1)
    if key != "full_name":
        yield from several
        return
    for group in several:
        if len(alike := _alike(group)) > 1:
            yield alike


def _alike(group: list[Record]) -> list[Record]:
    """Those of one name, year and unit that another of them may be; of very many, all."""
    if len(group) > _MANY:
        return group
    return [a for a in group if any(a is not b and may_be_same(a, b) for b in group)]


def may_be_same(a: Record, b: Record) -> bool:
    """Two days of birth, or two identity numbers, are two people, whatever else is alike."""
    days_differ = a.born_on != b.born_on and not (a.born_year_only or b.born_year_only)
    numbers_differ = bool(a.identity and b.identity and a.identity != b.identity)
    return not days_differ and not numbers_differ
