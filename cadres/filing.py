"""An act of reorganisation by file: looked at first, then carried out by a job as it was seen."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from accounts.models import User
from cadres.keeping import forget, keep, kept
from cadres.models import Role
from cadres.reorganising import apply
from cadres.scopes import access_of
from cadres.transcribing import (
    ALL,
    COLUMNS,
    DEEDS,
    KINDS,
    PART,
    foresee_file,
    standing_on,
    transcribe,
)
from kit.errors import Refusal
from kit.text import alphabet_key
from operations.models import Job
from operations.working import job_kind, report_progress, start_job

JOB = "reorganise"
ROWS = 1000


def take_in(name: str, content: bytes, *, by: User) -> str:
    """Reads an uploaded file and keeps it for its uploader; the token it is found by."""
    return keep(name, content, transcribe(content).as_dict(), by=by)


def start_reorganisation(token: str, title: str, digest: str, *, by: User) -> Job:
    """Sends a file that was looked at to be carried out, exactly as it was seen."""
    kept(token, by=by)
    return start_job(JOB, title, by=by, arguments={"token": token, "digest": digest}, total=1)


@job_kind(JOB)
def reorganise_kept(job: Job) -> dict[str, Any]:
    report_progress(job, 0)
    if not access_of(job.owner).has(Role.ADMIN):
        raise Refusal(_("You may no longer reorganise units."), status=403)
    token = job.arguments["token"]
    _transcript, foreseen = foresee_file(kept(token, by=job.owner).content)
    if foreseen is None:
        raise Refusal(_("Lines of the file have errors by now. Look at it once more."))
    done = apply(foreseen.act, by=job.owner, seen=job.arguments["digest"])
    forget(token)
    return {
        "message": _("Done: %(act)s.") % {"act": done},
        "address": f"/don-vi/co-cau/{done.pk}/",
        "address_title": _("See the act"),
    }


# --- The template -----------------------------------------------------------------------------

_WIDTHS = {
    "deed": 20, "old_code": 14, "old_name": 28, "within": 26, "new_code": 14, "new_name": 28,
    "kind": 12, "parent": 26, "extent": 18, "share": 10, "people": 26, "document": 34,
    "issued_on": 16, "abstract": 40, "effective_on": 16,
}  # fmt: skip
_CHOICES: dict[str, Iterable[str]] = {"deed": DEEDS, "kind": KINDS, "extent": (ALL, PART)}
_HEAD = PatternFill("solid", fgColor="F3E9E2")
# The sheet is filled in by offices that work in Vietnamese, whatever the language of the screen.
_GUIDE = (
    "Cách điền tệp sắp xếp đơn vị",
    "1. Mỗi dòng một việc. Cả tệp là một lần sắp xếp, theo một văn bản và một ngày hiệu lực.",
    "2. Văn bản, Ngày ban hành, Trích yếu, Ngày hiệu lực: chỉ cần điền ở dòng đầu, các dòng sau để"
    " trống. Ví dụ văn bản: Nghị quyết số 1674/NQ-UBTVQH15.",
    "3. Thành lập: điền Mã, Tên, Loại và Cấp trên của đơn vị mới. Đơn vị mới phải có dòng này.",
    "4. Nhập vào: đơn vị cũ kết thúc và tiếp nối ở đơn vị mới. Một đơn vị chia cho nhiều đơn vị thì"
    " mỗi phần một dòng, chọn “Một phần”; để trống Tỷ lệ thì các phần bằng nhau.",
    "5. Tách sang: đơn vị cũ vẫn còn, chỉ một phần chuyển sang đơn vị mới.",
    "6. Đổi tên hoặc cấp trên: đơn vị ghi ở cột “cũ”, điều thay đổi ở cột “mới”, “Cấp trên”.",
    "7. Giải thể: đơn vị kết thúc; cán bộ về cấp trên, trừ người ghi ở cột “Cán bộ”.",
    "8. Đơn vị cũ: ghi mã; không có mã thì ghi đủ tên. Hai đơn vị cùng tên thì ghi huyện hoặc"
    " tỉnh ở cột Thuộc.",
    "9. Cán bộ sang đơn vị mới: mã cán bộ, cách nhau bằng dấu phẩy; người còn lại theo tỷ lệ.",
    "10. Tải tệp lên, hệ thống cho xem trước mọi thay đổi; chưa ghi gì khi đồng chí chưa xác nhận.",
)


def template_sheet(on: date) -> bytes:
    """An .xlsx to fill in, with lists to choose from, the units of the day and a guide."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Sắp xếp"
    lists = book.create_sheet("Danh mục")
    for index, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(index)
        cell = sheet.cell(1, index, f"{column.title} *" if column.required else column.title)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[letter].width = _WIDTHS[column.key]
        for row in range(2, ROWS + 1):
            sheet.cell(row, index).number_format = "@"
        if column.key in _CHOICES:
            words = ",".join(_CHOICES[column.key])
            choice = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
            choice.add(f"{letter}2:{letter}{ROWS}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "B2"
    _write_units(lists, on)
    _write_guide(book.create_sheet("Hướng dẫn"))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_units(sheet: Any, on: date) -> None:
    sheet.append(["Mã", "Tên đơn vị", "Thuộc"])
    units = sorted(standing_on(on).values(), key=lambda unit: alphabet_key(unit.name))
    for unit in units:
        sheet.append([unit.code, unit.name, ", ".join(unit.above)])
    for letter, width in (("A", 12), ("B", 40), ("C", 50)):
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True)
    sheet.freeze_panes = "A2"


def _write_guide(sheet: Any) -> None:
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate(_GUIDE, 1):
        cell = sheet.cell(row, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row == 1:
            cell.font = Font(bold=True, size=14)
