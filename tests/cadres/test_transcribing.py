from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cadres.filing import template_sheet
from cadres.models import Reorganisation, Unit
from cadres.organising import establish
from cadres.reorganising import apply
from cadres.transcribing import BEGIN, END, INTO, OFF, PART, foresee_file, transcribe
from kit.errors import Refusal
from tests import cast
from tests.cadres.acts import DOCUMENT, act_sheet, renaming_sheet
from tests.cast import FOUNDED, Units

DAY = date(2026, 3, 1)


def told(content: bytes) -> list[str]:
    return [str(error) for error in transcribe(content).errors]


def twins(units: Units) -> list[Unit]:
    return [
        establish("Xã Yên Phong", "commune", parent=parent, valid_from=FOUNDED)
        for parent in (units.home, units.away)
    ]


def test_a_file_is_one_act(units: Units) -> None:
    cadre = cast.make_cadre(units)
    rows = [
        {"deed": BEGIN, "new_code": "99", "new_name": "Phường Mới", "kind": "Phường",
         "parent": "TU"},
        {"deed": INTO, "old_name": "P. Hoa Lư", "new_code": "99"},
        {"deed": END, "old_code": "14620"},
    ]  # fmt: skip
    _transcript, foreseen = foresee_file(act_sheet(DAY, *rows))
    assert foreseen
    act = apply(foreseen.act, by=None)
    assert (act.document, act.number, act.symbol) == (DOCUMENT, "1674", "NQ-UBTVQH15")
    assert str(cadre.posts.get(valid_to=None).unit) == "Phường Mới"
    assert units.away.version_on(DAY) is None


def test_one_of_two_names_is_told_by_what_it_belongs_to(units: Units) -> None:
    _first, second = twins(units)
    row = {"deed": END, "old_name": "Xã Yên Phong", "within": "Phát Diệm"}
    _transcript, foreseen = foresee_file(act_sheet(DAY, row))
    assert foreseen
    assert foreseen.ended == [second.pk]


def test_a_name_that_two_units_have_is_refused_with_the_candidates(units: Units) -> None:
    twins(units)
    (error,) = told(act_sheet(DAY, {"deed": END, "old_name": "Xã Yên Phong"}))
    assert error.startswith("Dòng 2, cột C (Tên đơn vị cũ) “Xã Yên Phong”")
    assert "Xã Yên Phong (Phường Hoa Lư, Tỉnh ủy Ninh Bình)" in error
    assert "Thuộc" in error


def test_every_bad_cell_is_named(units: Units) -> None:
    rows = [
        {"deed": "Xóa", "old_code": "14329"},
        {"deed": INTO, "old_code": "0", "new_code": "14620"},
        {"deed": OFF, "old_code": "14329", "new_code": "14620", "extent": PART, "share": "150%"},
        {"deed": BEGIN, "new_name": "Phường Mới", "kind": "Làng", "parent": "TU"},
        {"deed": INTO, "old_code": "14329", "new_code": "14620", "people": "KHONGCO"},
    ]
    assert [error.split(" “")[0] for error in told(act_sheet(DAY, *rows))] == [
        "Dòng 2, cột A (Việc)",
        "Dòng 3, cột B (Mã đơn vị cũ)",
        "Dòng 4, cột J (Tỷ lệ)",
        "Dòng 5, cột G (Loại)",
        "Dòng 6, cột K (Cán bộ sang đơn vị mới)",
    ]


def test_a_document_and_a_day_are_needed(units: Units) -> None:
    (error,) = told(act_sheet(DAY, {"deed": END, "old_code": "14329", "document": ""}))
    assert "Văn bản" in error


def test_one_file_is_one_document_and_one_day(units: Units) -> None:
    rows = [
        {"deed": END, "old_code": "14329"},
        {"deed": END, "old_code": "14620", "document": "Quyết định số 2/QĐ-UBND"},
    ]
    with pytest.raises(Refusal, match="2 lần"):
        transcribe(act_sheet(DAY, *rows))


def test_parts_without_a_share_are_equal(units: Units) -> None:
    third = establish("Phường Ba", "ward", parent=units.root, valid_from=FOUNDED, code="3")
    rows = [
        {"deed": INTO, "old_code": "14329", "new_code": code, "extent": PART}
        for code in ("14620", "3")
    ]
    _transcript, foreseen = foresee_file(act_sheet(DAY, *rows))
    assert foreseen
    shares = {step.successor: str(step.share) for step in foreseen.successions}
    assert shares == {units.away.pk: "0.5000", third.pk: "0.5000"}


def test_the_template_can_be_read_back(units: Units) -> None:
    with pytest.raises(Refusal, match="không có dòng nào"):
        transcribe(template_sheet(DAY))


# --- The command --------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, units: Units) -> Path:
    path = tmp_path / "sx.xlsx"
    path.write_bytes(renaming_sheet(DAY))
    return path


def test_a_dry_run_tells_and_writes_nothing(file: Path) -> None:
    out = StringIO()
    call_command("reorganise", file, "--dry-run", stdout=out)
    assert "1 thay đổi" in out.getvalue()
    assert not Reorganisation.objects.exists()


def test_the_command_carries_the_act_out(file: Path, units: Units) -> None:
    out = StringIO()
    call_command("reorganise", file, "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["written"], report["errors"]) == (True, [])
    assert units.home.name_on(DAY) == "Phường Hoa Lư Mới"


def test_the_command_fails_where_a_line_is_wrong(tmp_path: Path, units: Units) -> None:
    path = tmp_path / "sai.xlsx"
    path.write_bytes(act_sheet(DAY, {"deed": END, "old_name": "Xã Không Có"}))
    with pytest.raises(SystemExit) as stopped:
        call_command("reorganise", path, stdout=StringIO())
    assert stopped.value.code == 1


def test_a_file_that_is_not_there_is_wrong_use() -> None:
    with pytest.raises(CommandError) as failed:
        call_command("reorganise", "khong-co.xlsx")
    assert failed.value.returncode == 2
