"""Spreadsheets as offices use them: read with every mistake named, written without formulas.

An .xlsx is streamed through openpyxl. Calamine is fifteen times faster, but it allocates a sheet's
whole rectangle: one cell at XFD1048576 in a 5 kB file ends the process. A .csv is read in the
alphabet it seems to be written in, and whoever uploads it is told when that was a guess. Writing
goes through XlsxWriter, two and a half times as fast as openpyxl.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from kit.dates import format_day, parse_day
from kit.errors import Refusal
from kit.text import clean, fold

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 160 * 1024 * 1024
MAX_ROWS = 60_000
MAX_COLUMNS = 60
MAX_TEXT = 32_767
MEASURED = 200  # rows by which columns get their widths
_HEADER_WITHIN = 20
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_YEAR = re.compile(r"^\d{4}$")


@dataclass(frozen=True)
class Column:
    """A column that is looked for: `key` in code, `title` on the sheet, other spellings of it."""

    key: str
    title: str
    required: bool = False
    aliases: tuple[str, ...] = ()

    def is_titled(self, text: str) -> bool:
        return fold(text) in {fold(self.title), *(fold(alias) for alias in self.aliases)}


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell, and how to mend it. `row` is the sheet's own number."""

    row: int
    column: str
    title: str
    value: str
    message: str
    mend: str = ""

    def __str__(self) -> str:
        place = _("Row %(row)d, column %(column)s (%(title)s)") % {
            "row": self.row,
            "column": self.column or "–",
            "title": self.title,
        }
        shown = f" “{self.value}”" if self.value else ""
        return f"{place}{shown}: {self.message} {self.mend}".rstrip()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One filled row; `values` by the key of the column."""

    number: int
    values: Mapping[str, Any]

    def text(self, key: str) -> str:
        return cell_text(self.values.get(key))


@dataclass(frozen=True)
class Sheet:
    """The rows under a header that was recognised. `letters` says where each column stands.

    `guessed` is the alphabet a .csv was taken to be written in, where nothing in it says so.
    """

    name: str
    letters: Mapping[str, str]
    titles: Mapping[str, str]
    rows: list[SheetRow] = field(default_factory=list)
    guessed: str = ""

    def error(self, row: int, key: str, value: object, message: str, mend: str = "") -> RowError:
        """An error in the cell of `row` under the column `key`."""
        shown = cell_text(value)[:80]
        return RowError(
            row, self.letters.get(key, ""), self.titles.get(key, key), shown, message, mend
        )


def cell_text(value: object) -> str:
    """A cell as its reader would write it: whole numbers without ".0", days as dd/mm/yyyy."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return format_day(value)
    return clean(str(value))


def read_day(value: object) -> tuple[date, bool]:
    """A day from a cell, and whether only its year was given; ValueError when it is none.

    Takes real dates, "05/9/1980", "1980-09-05" and a bare year.
    """
    if isinstance(value, datetime):
        return value.date(), False
    if isinstance(value, date):
        return value, False
    text = cell_text(value)
    if _YEAR.match(text):
        return date(int(text), 1, 1), True
    try:
        return parse_day(text), False
    except ValueError:
        return date.fromisoformat(text), False


# --- Reading -----------------------------------------------------------------------------------


def read_sheet(
    source: bytes | BinaryIO, columns: Sequence[Column], *, max_rows: int = MAX_ROWS
) -> Sheet:
    """The first sheet of an .xlsx or a .csv whose header has the required columns.

    Refuses, in words for whoever made the file: another kind of file, a password, damage, missing
    or doubled columns, no rows, more rows than `max_rows`.
    """
    sheet, rows = stream_sheet(source, columns, max_rows=max_rows)
    return replace(sheet, rows=list(rows))


def stream_sheet(
    source: bytes | BinaryIO, columns: Sequence[Column], *, max_rows: int = MAX_ROWS
) -> tuple[Sheet, Iterator[SheetRow]]:
    """As `read_sheet`, but a long sheet's rows pass one by one; refusals come with them too."""
    content = source if isinstance(source, bytes) else source.read(MAX_BYTES + 1)
    _refuse_unreadable(content)
    with _telling_damage():
        if content.startswith(_ZIP):
            sheet, rows = _recognised(_open_rows(content), columns, max_rows)
        else:
            sheet, rows = _read_text(content, columns, max_rows)
    return sheet, _whole(rows)


def _whole(rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    with _telling_damage():
        yield from rows


@contextmanager
def _telling_damage() -> Iterator[None]:
    """openpyxl meets damage with whatever its parsing happens to raise."""
    try:
        yield
    except (Refusal, GeneratorExit):
        raise
    except Exception as fault:
        raise Refusal(_damaged(), status=400) from fault


def _damaged() -> str:
    return _(
        "The file is damaged and cannot be read. Open it in Excel, save it again as .xlsx and"
        " upload it once more."
    )


def _strange() -> Refusal:
    return Refusal(
        _(
            "This is neither an Excel .xlsx file nor a .csv list. Save the list as .xlsx and upload"
            " it again."
        ),
        status=400,
    )


def _refuse_unreadable(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise Refusal(
            _("The file is larger than %(size)d MB. Split it into several files.")
            % {"size": MAX_BYTES // 1024 // 1024},
            status=413,
        )
    if not content:
        raise Refusal(_("The file is empty. Fill in the template and upload it again."), status=400)
    if content.startswith(_OLE):
        _refuse_old_container(content)
    if content.startswith(_ZIP):
        _refuse_swollen(content)


def _refuse_swollen(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise _strange() from None
    if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > 2000:
        raise Refusal(_("The file unpacks to too much data. Keep only the list."), status=413)


def _refuse_old_container(content: bytes) -> None:
    if _ENCRYPTED in content:
        raise Refusal(
            _("The file is protected by a password. Remove the password and upload it again."),
            status=400,
        )
    raise Refusal(
        _("This is an old Excel file (.xls). Open it, choose Save as .xlsx and upload it again."),
        status=400,
    )


def _open_rows(content: bytes) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
    """(name, rows) of each visible sheet; rows are streamed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            yield sheet.title, sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)


def _recognised(
    sheets: Iterator[tuple[str, Iterator[tuple[Any, ...]]]],
    columns: Sequence[Column],
    max_rows: int,
) -> tuple[Sheet, Iterator[SheetRow]]:
    nearest: dict[str, int] = {}
    is_empty = True
    for name, rows in sheets:
        numbered = enumerate(rows, 1)
        for number, row in numbered:
            is_empty = is_empty and not any(cell_text(cell) for cell in row)
            places = _places(row, columns)
            nearest = max(nearest, places, key=len)
            if _is_complete(places, columns):
                return _filled(name, row, places, numbered, max_rows)
            if number >= _HEADER_WITHIN:
                break
    if is_empty:
        raise Refusal(_("The file is empty. Fill in the template and upload it again."), status=400)
    missing = [c.title for c in columns if c.required and c.key not in nearest]
    raise Refusal(
        _("The list lacks these columns: %(columns)s. Compare its first row with the template.")
        % {"columns": ", ".join(missing)},
        gaps=missing,
        status=400,
    )


def _places(row: tuple[Any, ...], columns: Sequence[Column]) -> dict[str, int]:
    """Key → index of the columns whose title stands in `row`."""
    places: dict[str, int] = {}
    for index, cell in enumerate(row):
        if not isinstance(cell, str) or not fold(cell):
            continue
        for column in columns:
            if column.is_titled(cell):
                if column.key in places:
                    raise Refusal(
                        _("The column “%(column)s” appears twice. Delete one of them.")
                        % {"column": column.title},
                        status=400,
                    )
                places[column.key] = index
    return places


def _is_complete(places: dict[str, int], columns: Sequence[Column]) -> bool:
    return bool(places) and all(c.key in places for c in columns if c.required)


def _filled(
    name: str,
    header: tuple[Any, ...],
    places: dict[str, int],
    numbered: Iterator[tuple[int, tuple[Any, ...]]],
    max_rows: int,
) -> tuple[Sheet, Iterator[SheetRow]]:
    letters = {key: get_column_letter(index + 1) for key, index in places.items()}
    titles = {key: clean(str(header[index])).rstrip(" *") for key, index in places.items()}
    return Sheet(name, letters, titles), _filled_rows(places, numbered, max_rows)


def _filled_rows(
    places: dict[str, int], numbered: Iterator[tuple[int, tuple[Any, ...]]], max_rows: int
) -> Iterator[SheetRow]:
    count = 0
    for number, row in numbered:
        values = {key: row[index] for key, index in places.items() if index < len(row)}
        if not any(cell_text(value) for value in values.values()):
            continue
        count += 1
        if count > max_rows:
            raise Refusal(
                _("The list has more than %(count)d rows. Split it into several files.")
                % {"count": max_rows},
                status=413,
            )
        yield SheetRow(number, values)
    if not count:
        raise Refusal(_("The list has a header but no rows under it."), status=400)


# --- Text with separators ----------------------------------------------------------------------

_SEPARATORS = (",", ";", "\t")
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


def _read_text(
    content: bytes, columns: Sequence[Column], max_rows: int
) -> tuple[Sheet, Iterator[SheetRow]]:
    alphabet, is_guess = _alphabet_of(content)
    try:
        text = content.decode(alphabet)
    except UnicodeDecodeError:
        raise _strange() from None
    if _NOT_TEXT.search(text):
        raise _strange()
    separator = max(_SEPARATORS, key=lambda mark: _recognition(text, mark, columns))
    if not _recognition(text, separator, columns) and text.strip():
        raise _strange()
    rows = (tuple(row[:MAX_COLUMNS]) for row in _parted(text, separator))
    sheet, filled = _recognised(iter([("", rows)]), columns, max_rows)
    return replace(sheet, guessed="Windows-1258" if is_guess else ""), filled


def _alphabet_of(content: bytes) -> tuple[str, bool]:
    """The encoding, and whether it is a guess: Excel without "UTF-8" writes Windows-1258 here."""
    for mark, alphabet in _MARKS.items():
        if content.startswith(mark):
            return alphabet, False
    sample = content[:2000]
    if sample.count(0) > len(sample) // 4:
        return ("utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"), False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1258", True
    return "utf-8", False


def _parted(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _recognition(text: str, separator: str, columns: Sequence[Column]) -> int:
    """How many columns are met in one row near the top when cells are parted by `separator`."""
    top = islice(_parted(text, separator), _HEADER_WITHIN)
    return max((sum(c.is_titled(cell) for cell in row for c in columns) for row in top), default=0)


# --- Writing -----------------------------------------------------------------------------------


def write_sheet(
    title: str, header: Sequence[str], rows: Iterable[Sequence[object]], *, note: str = ""
) -> bytes:
    """An .xlsx of one sheet; `note` stands on a line of its own above the header.

    Text stays text: a cell such as "=1+1" is never a formula.
    """
    return _written([(title, header, rows)], note)


def write_book(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]]) -> bytes:
    """An .xlsx of several sheets: title, header and rows of each."""
    return _written(sheets)


def _written(
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]], note: str = ""
) -> bytes:
    stream = io.BytesIO()
    # Rows go from where they are read to where they are packed; never are all of them held.
    with Workbook(stream, {"constant_memory": True}) as book:
        for title, header, rows in sheets:
            _write(book, book.add_worksheet(sheet_title(title)), header, rows, note)
    return stream.getvalue()


def _write(
    book: Workbook,
    sheet: Worksheet,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    note: str,
) -> None:
    top = 1 if note else 0
    body = ([_storable(value) for value in row] for row in rows)
    first = list(islice(body, MEASURED))
    for column, width in enumerate(_widths(header, first)):
        sheet.set_column(column, column, width)
    write = _writers(book, sheet)
    if note:
        write[str](0, 0, _printable(note))
    bold = book.add_format({"bold": True})
    for column, text in enumerate(header):
        sheet.write_string(top, column, _printable(text), bold)
    last = top
    for last, row in enumerate(chain(first, body), top + 1):
        for column, value in enumerate(row):
            if value is not None:
                write[type(value)](last, column, value)
    sheet.freeze_panes(top + 1, 0)
    if header:
        sheet.autofilter(top, 0, last, len(header) - 1)


def sheet_title(text: str) -> str:
    """A name Excel accepts for a sheet."""
    return clean(re.sub(r"[\[\]:*?/\\']", " ", text))[:31].strip() or "Sheet1"


def _storable(value: object) -> object:
    """`value` as a kind a cell can hold: instants in the platform's zone, the rest as text."""
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if value is None or isinstance(value, bool | int | float | Decimal | date | time):
        return value
    return _printable(value) or None


def is_formula_like(text: str) -> bool:
    """Text that a spreadsheet might run instead of show."""
    return text.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def _printable(text: object) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", str(text))[:MAX_TEXT]


def _writers(book: Workbook, sheet: Worksheet) -> dict[type, Callable[[int, int, Any], object]]:
    """How a cell of each kind is written."""
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    instant = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    hour = book.add_format({"num_format": "hh:mm"})
    quoted = book.add_format({"quote_prefix": True})  # what typing an apostrophe first does

    def write_text(row: int, column: int, text: str) -> None:
        sheet.write_string(row, column, text, quoted if is_formula_like(text) else None)

    return {
        str: write_text,
        bool: sheet.write_boolean,
        int: sheet.write_number,
        float: sheet.write_number,
        Decimal: sheet.write_number,
        date: lambda row, column, value: sheet.write_datetime(row, column, value, day),
        datetime: lambda row, column, value: sheet.write_datetime(row, column, value, instant),
        time: lambda row, column, value: sheet.write_datetime(row, column, value, hour),
    }


def _widths(header: Sequence[str], body: list[list[object]]) -> list[int]:
    sample: list[Sequence[object]] = [header, *body]
    lengths = [
        max(len(cell_text(row[index])) for row in sample if index < len(row))
        for index in range(len(header))
    ]
    return [min(max(length + 2, 8), 60) for length in lengths]
