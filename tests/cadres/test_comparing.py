"""How a list differs from what is recorded: who is meant, what changed, who is gone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cadres.models import Cadre
from cadres.roster.comparing import Difference
from cadres.roster.importing import import_roster
from operations.journalling import record
from tests import cast
from tests.cadres.rosters import DAY, kinds_of, look, roster, row
from tests.cast import Units

IDENTITY = "037180123456"


@pytest.fixture(autouse=True)
def known(units: Units) -> Cadre:
    """Vũ Thị Lan as a list entered her."""
    import_roster(
        roster([row(identity=IDENTITY, phone="0900000001")]), by=None, dry_run=False, on=DAY
    )
    return Cadre.objects.get()


def changes(difference: Difference) -> dict[str, tuple[str, str]]:
    return {change.field: (change.before, change.after) for change in difference.changes}


def only(*rows: dict[str, Any], **given: Any) -> Difference:
    (difference,) = look(*rows, **given).differences.found
    return difference


def test_every_field_that_differs_is_told_before_and_after(known: Cadre) -> None:
    found = only(
        row(
            identity=IDENTITY,
            full_name="Vũ Thị Lán",
            kind="Viên chức",
            phone="0900000002",
            email="lan@ninhbinh.vn",
            unit_code="14620",
            unit_name="",
        )
    )
    assert (found.kind, found.cadre_id) == ("changed", known.pk)
    assert changes(found) == {
        "full_name": ("Vũ Thị Lan", "Vũ Thị Lán"),
        "kind": ("civil_servant", "public_employee"),
        "post": ("Cán bộ dân vận · Phường Hoa Lư", "Cán bộ dân vận · Xã Phát Diệm"),
        "phone": ("0900000001", "0900000002"),
        "email": ("", "lan@ninhbinh.vn"),
    }


def test_what_a_list_leaves_out_stays(known: Cadre) -> None:
    found = look(row(code=known.code, full_name="", gender="", born_on="", kind="", position=""))
    assert (found.differences.unchanged, found.errors) == (1, [])


def test_capitals_and_the_place_of_a_tone_are_no_difference() -> None:
    assert look(row(identity=IDENTITY, full_name="VŨ THỊ  LAN")).differences.unchanged == 1


def test_a_year_alone_is_no_difference_to_a_day_of_that_year() -> None:
    assert look(row(born_on="1980")).differences.unchanged == 1


def test_an_identity_number_is_told_masked(known: Cadre) -> None:
    Cadre.objects.update(identity_number="", identity_hash="")
    assert changes(only(row(identity=IDENTITY))) == {"identity": ("", "037•••••3456")}


@pytest.mark.parametrize(
    "given",
    [
        {"identity": IDENTITY, "full_name": "Lê Văn Tư", "born_on": "01/01/1970", "gender": "Nam"},
        {"identity": IDENTITY, "code": "KHAC01"},
        {"code": "NB000001", "identity": "037180999999"},
        {"unit_code": "14620", "unit_name": ""},
        {"full_name": "Vũ Thị Lận"},
        {"code": "KHAC01"},
    ],
)
def test_where_it_could_be_somebody_else_a_person_decides(
    known: Cadre, given: dict[str, Any]
) -> None:
    found = only(row(phone="0900000001", **given))
    assert (found.kind, found.candidates) == ("duplicate", (known.pk,))


def test_two_identity_numbers_are_two_people_whatever_else_is_alike() -> None:
    assert kinds_of(look(row(identity="037180999999"))) == ["new"]


def test_two_records_of_one_name_and_birth_are_both_candidates(units: Units) -> None:
    for _n in range(2):
        cast.make_cadre(units, full_name="Lê Văn Hùng")
    found = only(row(full_name="Lê Văn Hùng", gender="Nam"))
    assert (found.kind, len(found.candidates)) == ("duplicate", 2)


def test_two_rows_of_one_person_are_an_error(known: Cadre) -> None:
    found = look(row(identity=IDENTITY), row(code=known.code, full_name="Vũ Thị Lán"))
    assert [(e.row, e.message) for e in found.errors] == [(3, "Cùng một người với dòng 2.")]


def test_a_new_person_without_what_a_record_needs_is_lacking() -> None:
    found = only(row(full_name="Lê Văn Tư", born_on="", kind=""))
    assert (found.kind, found.lacking) == ("lacking", ("born_on", "kind"))


# --- Corrected by hand --------------------------------------------------------------------------


def test_a_field_corrected_by_hand_since_is_told_apart(known: Cadre) -> None:
    Cadre.objects.update(phone="0900000009")
    found = look(row(identity=IDENTITY, phone="0900000001", kind="Viên chức")).differences.found
    assert [(d.kind, list(changes(d))) for d in found] == [
        ("changed", ["kind"]),
        ("edited", ["phone"]),
    ]


def test_the_day_of_the_correction_comes_from_the_journal(known: Cadre) -> None:
    record("cadre.correct", known, by=None, before={"phone": "x"}, after={"phone": "y"})
    Cadre.objects.update(phone="0900000009")
    (change,) = only(row(identity=IDENTITY, phone="0900000001")).changes
    assert len(change.edited_on) == len("26/11/2026")


def test_a_record_no_list_has_spoken_of_is_guarded_by_the_journal(units: Units) -> None:
    cadre = cast.make_cadre(units, email="tay@ninhbinh.vn")
    assert only(row(code=cadre.code, full_name="", email="tep@ninhbinh.vn")).kind == "changed"
    record("cadre.correct", cadre, by=None, before={"email": ""}, after={"email": "x"})
    found = look(row(code=cadre.code, full_name="", email="tep@ninhbinh.vn"))
    assert "edited" in kinds_of(found)


# --- Who is not in the list ---------------------------------------------------------------------


def test_nobody_has_left_unless_the_list_names_everyone(units: Units) -> None:
    cast.make_cadre(units, full_name="Lê Văn Hùng")
    assert look(row(identity=IDENTITY)).differences.found == []


def test_who_is_not_in_a_full_list_has_left_its_units_only(units: Units, known: Cadre) -> None:
    gone = cast.make_cadre(units, full_name="Lê Văn Hùng")
    cast.make_cadre(units, full_name="Lê Văn Xa", unit=units.away)
    found = look(row(identity=IDENTITY), coverage="listed").differences
    assert [(d.kind, d.cadre_id) for d in found.found] == [("left", gone.pk)]
    assert found.people_in_scope == 2
    below = look(row(identity=IDENTITY), coverage="below", covers=units.root.pk).differences
    assert len(below.found) == 2


def test_who_has_left_is_not_told_while_a_row_cannot_be_read(units: Units) -> None:
    cast.make_cadre(units, full_name="Lê Văn Hùng")
    found = look(row(full_name="Lê Văn Hung", born_on="31/02/1980"), coverage="listed")
    assert kinds_of(found) == []


def test_who_may_be_in_the_list_under_another_spelling_has_not_left(known: Cadre) -> None:
    assert kinds_of(look(row(full_name="Vũ Thị Lận"), coverage="listed")) == ["duplicate"]


# --- Scope --------------------------------------------------------------------------------------


def test_a_manager_does_not_take_people_from_other_units(units: Units) -> None:
    Cadre.objects.get().posts.update(unit=units.away)
    found = look(row(identity=IDENTITY), within=frozenset({units.home.pk}))
    assert [e.message for e in found.errors] == [
        "Người này đang có hồ sơ ở đơn vị ngoài phạm vi đồng chí quản lý."
    ]


def test_a_transfer_recorded_for_later_is_not_written_over(units: Units, known: Cadre) -> None:
    later = date(2026, 12, 1)
    known.posts.update(valid_to=later)
    known.posts.create(unit=units.away, position=units.position, valid_from=later)
    assert look(row(identity=IDENTITY)).differences.unchanged == 1
    (error,) = look(row(identity=IDENTITY, unit_code="TU", unit_name="")).errors
    assert "01/12/2026" in error.message


# --- Phone numbers ------------------------------------------------------------------------------


def test_a_number_somebody_signs_in_with_is_an_error(units: Units) -> None:
    (error,) = look(row(full_name="Lê Thị Tư", phone="0900000001")).errors
    assert (error.row, error.column, error.value) == (2, "K", "0900000001")


def test_two_people_may_exchange_their_numbers(units: Units, known: Cadre) -> None:
    other = cast.make_cadre(units, phone="0900000002")
    found = look(
        row(code=known.code, phone="0900000002"),
        row(code=other.code, full_name="Nguyễn Văn An", gender="Nam", phone="0900000001"),
    )
    assert (kinds_of(found), found.errors) == (["changed", "changed"], [])
