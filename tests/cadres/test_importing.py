from __future__ import annotations

import io
import json
import logging
from datetime import date, datetime, time
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook

from accounts.models import User
from cadres.models import Cadre, Post, RosterDifference, RosterRun
from cadres.roster.importing import Report, import_roster
from cadres.roster.looking import Look, open_list
from cadres.roster.preparing import template_sheet
from cadres.roster.reading import TITLES
from kit.errors import Refusal
from kit.sheets import write_sheet
from tests import cast
from tests.cadres.rosters import DAY, kinds_of, look, roster, row
from tests.cast import Units

IDENTITY = "037180123456"


def enter(*rows: dict[str, Any], skip_bad_rows: bool = False) -> Report:
    return import_roster(roster(rows), by=None, dry_run=False, skip_bad_rows=skip_bad_rows, on=DAY)


def told(report: Look | Report) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.message) for error in report.errors]


def test_a_good_row_becomes_a_cadre_with_an_account_and_a_post(units: Units) -> None:
    assert enter(row(identity=IDENTITY, phone="0900 111 222")).written["new"] == 1
    cadre = Cadre.objects.select_related("user").get()
    assert (cadre.code, cadre.full_name, cadre.identity_number) == (
        "NB000001",
        "Vũ Thị Lan",
        IDENTITY,
    )
    assert cadre.user is not None
    assert cadre.user.phone == "0900111222"
    assert Post.objects.get(cadre=cadre).valid_from == date(2025, 8, 1)


def test_a_dry_run_writes_nothing(units: Units) -> None:
    report = import_roster(roster([row()]), by=None, dry_run=True, on=DAY)
    assert (report.counts["new"], report.written, Cadre.objects.count()) == (1, {}, 0)


def test_one_bad_row_keeps_all_out(units: Units) -> None:
    report = enter(row(), row(full_name="Lê Văn Tư", born_on="31/02/1980"))
    assert (report.written, report.counts["bad_rows"], Cadre.objects.count()) == ({}, 1, 0)


def test_bad_rows_are_skipped_when_asked(units: Units) -> None:
    report = enter(row(), row(full_name="Lê Văn Tư", gender="x"), skip_bad_rows=True)
    assert (report.written["new"], Cadre.objects.count()) == (1, 1)


def test_an_error_names_row_column_value_and_mend_in_vietnamese(units: Units) -> None:
    (error,) = look(row(born_on="31/02/1980")).errors
    assert (error.row, error.column, error.title, error.value) == (
        2,
        "D",
        "Ngày sinh",
        "31/02/1980",
    )
    assert str(error) == (
        "Dòng 2, cột D (Ngày sinh) “31/02/1980”: Đây không phải ngày tháng."
        " Ghi ngày/tháng/năm, ví dụ 05/9/1980."
    )


def test_a_person_already_there_is_not_entered_again(units: Units) -> None:
    enter(row(identity=IDENTITY))
    report = enter(row(identity=IDENTITY))
    assert (report.counts["unchanged"], Cadre.objects.count()) == (1, 1)


def test_rows_doubled_inside_the_file_are_errors_that_name_each_other(units: Units) -> None:
    report = look(row(), row(full_name="Lê Văn Tư"), row())
    assert [(e.row, e.message[-2:]) for e in report.errors] == [(2, "4."), (4, "2.")]
    assert kinds_of(report) == ["new"]


@pytest.mark.parametrize(
    ("key", "value"), [("phone", "0900000001"), ("identity", IDENTITY), ("code", "AB1")]
)
def test_a_number_claimed_by_two_rows_is_an_error_in_both(
    units: Units, key: str, value: str
) -> None:
    report = look(row(**{key: value}), row(full_name="Lê Thị Tư", **{key: value}))
    assert (len(report.errors), kinds_of(report)) == (2, [])


def test_a_phone_number_somebody_signs_in_with_is_an_error(units: Units) -> None:
    cast.make_cadre(units, phone="0900000001")
    assert told(look(row(phone="0900000001")))[0][:2] == (2, "K")


def test_an_identity_number_that_disagrees_is_only_a_warning(units: Units) -> None:
    report = look(row(identity="037080123456"))
    assert (kinds_of(report), len(report.errors)) == (["new"], 0)
    assert "giới tính khác" in report.findings.warnings[0].message


def test_an_identity_number_is_never_shown_or_logged(
    units: Units, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "cadres")
    report = enter(row(identity="037080123456", full_name=IDENTITY), row(identity="0371801234567"))
    text = json.dumps(report.as_dict(), ensure_ascii=False) + caplog.text
    text += str(list(RosterRun.objects.values())) + str(list(RosterDifference.objects.values()))
    for number in ("037080123456", IDENTITY, "0371801234567"):
        assert number not in text


def test_numbers_that_excel_shortened_get_their_zero_back(units: Units) -> None:
    enter(row(identity=37180123456, phone=900111222))
    cadre = Cadre.objects.get()
    assert (cadre.identity_number, cadre.phone) == (IDENTITY, "0900111222")


def test_a_manager_enters_people_in_the_own_subtree_only(units: Units) -> None:
    rows = row(), row(unit_code="14620", unit_name="")
    report = look(*rows, within=frozenset({units.home.pk}))
    assert [(e.row, e.column) for e in report.errors] == [(3, "G")]


def test_a_post_begins_no_earlier_than_its_unit(units: Units) -> None:
    report = look(row(since="15/3/2021"))
    assert report.findings.records[0].since == cast.FOUNDED
    assert report.findings.warnings[0].column == "J"


def test_a_list_without_any_unit_column_is_refused(units: Units) -> None:
    titles = [title for key, title in TITLES.items() if "unit" not in key]
    with pytest.raises(Refusal, match="Mã đơn vị"):
        open_list(write_sheet("Danh sách", titles, [["x"]]))


def test_looking_through_costs_the_same_queries_for_any_number_of_rows(units: Units) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            look(*(row(full_name=f"Lê Văn {'A' * (n + 1)}") for n in range(count)))
        return len(captured)

    assert queries(1) == queries(30) == 7


def test_the_template_can_be_filled_in_and_its_example_is_not_entered(units: Units) -> None:
    book = load_workbook(io.BytesIO(template_sheet(DAY)))
    assert book.sheetnames == ["Danh sách", "Danh mục", "Hướng dẫn"]
    assert len(book["Danh sách"].data_validations.dataValidation) == 5
    for column, key in enumerate(TITLES, 1):
        book["Danh sách"].cell(3, column, row().get(key))
    stream = io.BytesIO()
    book.save(stream)
    report = import_roster(stream.getvalue(), by=None, dry_run=True, on=DAY)
    assert (report.counts["rows"], report.counts["new"], report.errors) == (1, 1, [])


# --- The command ---------------------------------------------------------------------------------


def test_the_command_tells_in_vietnamese_and_exits_with_one_for_bad_rows(
    units: Units, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(roster([row(), row(full_name="Lê Văn Tư", kind="?")]))
    with pytest.raises(SystemExit) as stopped:
        call_command("import_roster", str(file))
    assert stopped.value.code == 1
    assert "2 dòng: 1 mới" in (out := capsys.readouterr().out)
    assert "1 có lỗi; đã ghi 0." in out


def test_the_command_enters_and_reports_to_machines(
    units: Units, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(roster([row()]))
    call_command("import_roster", str(file), "--json")
    assert json.loads(capsys.readouterr().out)["written"] == 1


def test_the_command_stops_at_the_share_it_was_told(
    units: Units, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.make_cadre(units, full_name="Lê Văn Hùng")
    file = tmp_path / "roster.xlsx"
    file.write_bytes(roster([row()]))
    with pytest.raises(SystemExit) as stopped:
        call_command("import_roster", str(file), "--complete", "--stop-share", "0", "--json")
    assert stopped.value.code == 1
    assert "1 trên 1 người thôi nhiệm vụ" in capsys.readouterr().out
    assert not Post.objects.exclude(valid_to=None).exists()
    call_command("import_roster", str(file), "--complete")
    assert Post.objects.exclude(valid_to=None).exists()


def test_the_command_says_wrong_use_with_two_and_refusal_with_one(tmp_path: Any, db: Any) -> None:
    with pytest.raises(CommandError) as missing:
        call_command("import_roster", str(tmp_path / "none.xlsx"))
    (tmp_path / "text.xlsx").write_text("không phải bảng tính")
    with pytest.raises(CommandError) as wrong:
        call_command("import_roster", str(tmp_path / "text.xlsx"))
    assert (missing.value.returncode, wrong.value.returncode) == (2, 1)


# --- Anything at all ------------------------------------------------------------------------------

_soup = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.dates(date(1900, 3, 1)).map(lambda day: datetime.combine(day, time(7, 30))),
    st.text(max_size=40),
    st.sampled_from(
        ["Nữ", "nam", "14329", "Hoa Lư", "P. Hoa Lư", "Cán bộ dân vận", "Công chức", "1980",
         "05/9/1980", IDENTITY, "0900000001", "=1+1", "a@b.vn", "NB000001", "Ví dụ"]
    ),
)  # fmt: skip


class AnyRows(TestCase):
    """A person can put anything into a cell."""

    def setUp(self) -> None:
        cast.build_units()

    @settings(max_examples=60)
    @given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(TITLES, _soup)), max_size=5))
    def test_any_rows_are_told_or_entered_whole(self, rows: list[dict[str, Any]]) -> None:
        before = Cadre.objects.count()
        try:
            report = enter(
                *[row(**given) for given in rows], row(), skip_bad_rows=len(rows) % 2 == 0
            )
        except Refusal:
            report = Report({})
        added = Cadre.objects.count() - before
        assert added == report.written.get("new", 0)
        assert User.objects.count() == Post.objects.count() == Cadre.objects.count()
        if report.errors and len(rows) % 2:
            assert added == 0
