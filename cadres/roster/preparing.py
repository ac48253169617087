"""The roster template: an .xlsx to fill in, with lists to choose from and a guide."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from cadres.locating import LIST_SHEET, Directory, Place
from cadres.models import Position
from cadres.roster.reading import COLUMNS, EXAMPLE, GENDERS, KINDS
from kit.text import alphabet_key

ROWS = 2000
_WIDTHS = {
    "code": 14, "full_name": 28, "gender": 10, "born_on": 14, "identity": 20, "kind": 26,
    "unit_code": 12, "unit_name": 30, "position": 40, "since": 18, "phone": 16, "email": 30,
}  # fmt: skip
_AS_TEXT = ("code", "identity", "unit_code", "phone", "since", "born_on")
_HEAD = PatternFill("solid", fgColor="F3E9E2")
_GREY = Font(italic=True, color="7A7A7A")

# The sheet is filled in by offices that work in Vietnamese, whatever the language of the screen.
_GUIDE = (
    "Cách điền danh sách cán bộ",
    "1. Điền vào trang “Danh sách”, mỗi người một dòng, từ dòng 3. Dòng “Ví dụ” không được nhập.",
    "2. Cột có dấu * là bắt buộc. Giới tính, Loại, Chức vụ: chọn trong danh sách thả xuống.",
    "3. Mã cán bộ: để trống thì hệ thống cấp mã mới.",
    "4. Ngày sinh: ghi ngày/tháng/năm, ví dụ 05/9/1980; chỉ biết năm thì ghi năm.",
    "5. Số định danh cá nhân: 12 chữ số. Số được mã hóa khi lưu và chỉ dùng để tránh nhập trùng.",
    "6. Mã đơn vị: lấy ở trang “Danh mục”. Tên đơn vị chỉ để đối chiếu, vì nhiều đơn vị tên gần"
    " giống nhau.",
    "7. Điện thoại: 10 chữ số, mỗi người một số riêng vì số này dùng để đăng nhập.",
    "8. Tải tệp lên, hệ thống kiểm tra trước và chỉ ra từng ô cần sửa; chưa ghi gì cho đến khi"
    " đồng chí bấm “Ghi”.",
    "9. Người đã có hồ sơ không bị nhập lần thứ hai: chỗ khác với hồ sơ được nêu ra để đồng chí"
    " quyết định. Ô để trống thì giữ nguyên như hồ sơ.",
)


def template_sheet(on: date, within: frozenset[int] | None = None) -> bytes:
    """The template with the units of the day; `within`: only the units one may enter people into.

    Three queries.
    """
    places = sorted(
        (p for p in Directory(on).by_id.values() if within is None or p.unit_id in within),
        key=lambda p: alphabet_key(p.name),
    )
    positions = [position.name for position in Position.objects.all()]
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 (a new workbook has a sheet)
    sheet.title = "Danh sách"
    _write_head(sheet)
    _write_example(sheet, places, positions)
    lists = book.create_sheet(LIST_SHEET)
    ranges = _write_lists(lists, places, positions)
    _offer_choices(sheet, ranges)
    _write_guide(book.create_sheet("Hướng dẫn"))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_head(sheet: Any) -> None:
    for index, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(index)
        cell = sheet.cell(1, index, f"{column.title} *" if column.required else column.title)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[letter].width = _WIDTHS[column.key]
        if column.key in _AS_TEXT:
            for row in range(2, ROWS + 1):
                sheet.cell(row, index).number_format = "@"
    sheet.freeze_panes = "C2"


def _write_example(sheet: Any, places: list[Place], positions: list[str]) -> None:
    place = places[0] if places else None
    example = (
        EXAMPLE, "Nguyễn Thị Hoa", "Nữ", "05/9/1980", "037180000000", "Công chức",
        place.code if place else "", place.name if place else "",
        positions[0] if positions else "", "01/7/2025", "0900000000", "",
    )  # fmt: skip
    for index, value in enumerate(example, 1):
        sheet.cell(2, index, value).font = _GREY


def _write_lists(sheet: Any, places: list[Place], positions: list[str]) -> dict[str, str]:
    """Fills the list sheet; the range of each list, by column key."""
    columns: dict[str, Iterable[str]] = {
        "unit_code": [p.code for p in places],
        "unit_name": [p.name for p in places],
        "position": positions,
        "kind": KINDS,
        "gender": GENDERS,
    }
    titles = {column.key: column.title for column in COLUMNS}
    ranges = {}
    for index, (key, words) in enumerate(columns.items(), 1):
        letter = get_column_letter(index)
        sheet.cell(1, index, titles[key]).font = Font(bold=True)
        sheet.column_dimensions[letter].width = _WIDTHS[key]
        last = 1
        for last, word in enumerate(words, 2):
            sheet.cell(last, index, word).number_format = "@"
        ranges[key] = f"'{LIST_SHEET}'!${letter}$2:${letter}${max(last, 2)}"
    sheet.freeze_panes = "A2"
    return ranges


def _offer_choices(sheet: Any, ranges: dict[str, str]) -> None:
    for index, column in enumerate(COLUMNS, 1):
        if column.key not in ranges:
            continue
        choice = DataValidation(type="list", formula1=ranges[column.key], allow_blank=True)
        is_name = column.key == "unit_name"
        choice.errorStyle = "warning" if is_name else "stop"
        choice.errorTitle = column.title
        choice.error = "Hãy chọn trong danh sách thả xuống."
        letter = get_column_letter(index)
        choice.add(f"{letter}3:{letter}{ROWS}")
        sheet.add_data_validation(choice)


def _write_guide(sheet: Any) -> None:
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate(_GUIDE, 1):
        cell = sheet.cell(row, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row == 1:
            cell.font = Font(bold=True, size=14)
