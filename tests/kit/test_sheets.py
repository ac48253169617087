from __future__ import annotations

import io
import tracemalloc
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kit.errors import Refusal
from kit.sheets import Column, cell_text, read_day, read_sheet, sheet_title, write_sheet

NAME = Column("name", "Họ và tên", required=True)
BORN = Column("born", "Ngày sinh", aliases=("Năm sinh",))


def book_of(*rows: list[Any], title: str = "Sheet") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_headers_are_met_without_case_accents_or_stars() -> None:
    sheet = read_sheet(book_of(["HO VA TEN *", "", "năm  sinh"], ["An", "x", 1980]), [NAME, BORN])
    assert (sheet.letters, sheet.titles["name"]) == ({"name": "A", "born": "C"}, "HO VA TEN")
    assert (sheet.rows[0].number, sheet.rows[0].text("born")) == (2, "1980")


def test_a_header_may_stand_below_a_title_and_blank_rows_are_passed_over() -> None:
    content = book_of(["DANH SÁCH"], [], ["STT", "Họ và tên"], [1, "An"], [2, None], [3, "Bình"])
    assert [(r.number, r.text("name")) for r in read_sheet(content, [NAME]).rows] == [
        (4, "An"),
        (6, "Bình"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "trống"),
        (b"hello", "không phải tệp Excel"),
        (b"%PDF-1.4\n\x00\x01", "không phải tệp Excel"),
        ("Họ và tên\n".encode("utf-16"), "không có dòng nào"),
        (b"Ho va ten\n" + b'"' + b"x" * 140_000 + b'"', "hỏng"),
        (b"PK\x03\x04 broken", "không phải tệp Excel"),
        (b"\xd0\xcf\x11\xe0 old", r"\.xls"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (b"x" * (20 * 1024 * 1024 + 1), "20 MB"),
        (book_of(), "trống"),
        (book_of(["Ngày sinh"], ["1980"]), "thiếu cột: Họ và tên"),
        (book_of(["Họ và tên", "Ho va ten"], ["An", "Bình"]), "hai lần"),
        (book_of(["Họ và tên"]), "không có dòng nào"),
        (book_of(["Họ và tên"], ["a"], ["b"], ["c"], ["d"]), "hơn 3 dòng"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        read_sheet(content, [NAME], max_rows=3)


TEXT = "DANH SÁCH\n\nSTT{0}Họ và tên{0}Năm sinh\n1{0}Nguyễn Thị Diễm Hương{0}05/9/1980\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("alphabet", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_is_read_however_it_is_parted_and_written(separator: str, alphabet: str) -> None:
    sheet = read_sheet(TEXT.format(separator).encode(alphabet), [NAME, BORN])
    assert [(r.number, r.text("name"), r.text("born")) for r in sheet.rows] == [
        (4, "Nguyễn Thị Diễm Hương", "05/9/1980")
    ]
    assert sheet.guessed == ""


def test_a_csv_that_does_not_say_its_alphabet_is_guessed_and_said() -> None:
    text = "Ho va ten;Nam sinh\nLê Th\u0069\u0323 Hoa;1980\nNguyê\u0303n Văn Đ\u0069\u0323nh;1981\n"
    sheet = read_sheet(text.encode("cp1258"), [NAME, BORN])
    assert [row.text("name") for row in sheet.rows] == ["Lê Thị Hoa", "Nguyễn Văn Định"]
    assert sheet.guessed == "Windows-1258"


def test_cells_of_a_csv_may_hold_separators_and_lines() -> None:
    sheet = read_sheet('Họ và tên,Năm sinh\n"Lê, Văn\nTư",1980\n'.encode(), [NAME, BORN])
    assert sheet.rows[0].text("name") == "Lê, Văn Tư"


def test_a_damaged_file_is_refused() -> None:
    content = bytearray(book_of(["Họ và tên"], ["An"]))
    content[400:460] = bytes(60)
    with pytest.raises(Refusal):
        read_sheet(bytes(content), [NAME])


def test_one_cell_in_the_far_corner_costs_no_memory() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A1048576"], sheet["XFD1048576"] = "Họ và tên", "An", "far"
    stream = io.BytesIO()
    book.save(stream)
    assert [row.number for row in read_sheet(stream.getvalue(), [NAME]).rows] == [1_048_576]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (date(1980, 9, 5), (date(1980, 9, 5), False)),
        (datetime.combine(date(1980, 9, 5), time()), (date(1980, 9, 5), False)),
        ("05/9/1980", (date(1980, 9, 5), False)),
        ("1980-09-05", (date(1980, 9, 5), False)),
        (" 1980 ", (date(1980, 1, 1), True)),
        (1980.0, (date(1980, 1, 1), True)),
    ],
)
def test_a_day_is_read_as_offices_write_it(value: object, day: tuple[date, bool]) -> None:
    assert read_day(value) == day


@pytest.mark.parametrize("value", ["31/02/1980", "", None, "hôm qua", "0000", 29468.0])
def test_what_is_no_day_is_said_so(value: object) -> None:
    with pytest.raises(ValueError):
        read_day(value)


@given(st.text(max_size=50))
def test_text_written_is_text_read_and_never_a_formula(text: str) -> None:
    content = write_sheet("x", ["a", "b"], [[text, "end"]])
    cell = load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
    assert cell.data_type in ("s", "n")
    assert cell.data_type == "s" or cell.value is None


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@x", "\tx", "=HYPERLINK(1)"])
def test_text_like_a_formula_keeps_its_quote(text: str) -> None:
    content = write_sheet("x", ["a"], [[text]])
    cell = load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_numbers_and_days_stay_what_they_are() -> None:
    content = write_sheet("x", ["a", "b", "c"], [[Decimal("1.5"), date(2026, 9, 5), None]])
    row = next(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=2))
    assert [cell.value for cell in row] == [1.5, datetime.combine(date(2026, 9, 5), time()), None]
    assert row[1].number_format == "dd/mm/yyyy"


@given(st.text(max_size=60))
def test_any_words_can_name_a_sheet(text: str) -> None:
    assert 1 <= len(sheet_title(text)) <= 31


def test_rows_are_let_go_as_they_are_written() -> None:
    """Twenty million characters pass; what is packed of them is small."""
    rows = ([f"{number:06d}" * 170] for number in range(20_000))
    tracemalloc.start()
    write_sheet("Danh sách", ["Họ và tên"], rows)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def test_whole_numbers_have_no_decimals() -> None:
    assert (cell_text(12.0), cell_text(1.5), cell_text(None)) == ("12", "1.5", "")
