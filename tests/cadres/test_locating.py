from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from cadres.locating import Directory, NotLocated
from cadres.models import Unit, UnitVersion
from cadres.organising import establish, rename
from lms.demo.province import HOA_LU, build_province
from tests.cast import Units

DAY = date(2026, 9, 30)


@pytest.fixture(scope="module")
def directory(django_db_setup: None, django_db_blocker: Any) -> Directory:
    """Of the demo's province, read once; its rows are taken back at once."""
    with django_db_blocker.unblock(), transaction.atomic():
        build_province()
        read = Directory(DAY)
        transaction.set_rollback(True)
    return read


@pytest.mark.parametrize("name", ["Phường Hoa Lư", "phuong hoa lu", "P. Hoa Lư", "P.Hoa Lư"])
def test_a_full_name_is_enough(directory: Directory, name: str) -> None:
    assert directory.locate("", name).code == HOA_LU


def test_hoa_lu_alone_is_told_with_all_that_can_be_meant(directory: Directory) -> None:
    with pytest.raises(NotLocated, match=r"Phường Hoa Lư \(14329\).*Phường Tây Hoa Lư \(14533\)"):
        directory.locate("", "Hoa Lư")


def test_a_name_that_only_one_unit_has_is_taken_without_its_level(directory: Directory) -> None:
    assert directory.locate("", "Phát Diệm").name == "Xã Phát Diệm"


def test_either_spelling_of_a_name_is_found(directory: Directory) -> None:
    assert directory.locate("", "Xã Định Hóa") == directory.locate("", "Xã Định Hoá")


def test_a_former_name_is_answered_with_the_unit_of_today(directory: Directory) -> None:
    with pytest.raises(NotLocated, match=r"nay là Phường Hoa Lư \(14329\)"):
        directory.locate("", "Phường Phúc Thành")


def test_code_and_name_must_agree(directory: Directory) -> None:
    assert directory.locate(HOA_LU, "Hoa Lư").code == HOA_LU
    with pytest.raises(NotLocated, match="Mã 14329 là Phường Hoa Lư"):
        directory.locate(HOA_LU, "Phường Tây Hoa Lư")


def test_an_unknown_code_is_told_with_the_day(directory: Directory) -> None:
    with pytest.raises(NotLocated, match="30/09/2026"):
        directory.locate("99999", "")


# --- Names that differ in their accents only ----------------------------------------------------


@pytest.fixture
def twins(units: Units) -> dict[str, Unit]:
    """Two communes of the same letters, as there are in Nam Định."""
    names = {"22222": "Xã Trực Hưng", "33333": "Xã Trực Hùng"}
    return {
        code: establish(
            name,
            UnitVersion.Kind.COMMUNE,
            parent=units.root,
            valid_from=date(2025, 7, 1),
            code=code,
        )
        for code, name in names.items()
    }


@pytest.mark.parametrize(
    "name",
    ["Xã Trực Hưng", "X. trực HƯNG", "Trực  Hưng", unicodedata.normalize("NFD", "Xã Trực Hưng")],
)
def test_the_name_as_it_is_written_is_taken_first(twins: dict[str, Unit], name: str) -> None:
    assert Directory(DAY).locate("", name).code == "22222"


@pytest.mark.parametrize("name", ["xa truc hung", "Trực Hứng"])
def test_without_its_accents_a_name_of_two_is_told_with_both_codes(
    twins: dict[str, Unit], name: str
) -> None:
    with pytest.raises(NotLocated, match=r"Có nhiều đơn vị có thể đúng: .*22222.*33333"):
        Directory(DAY).locate("", name)


def test_the_name_of_the_other_does_not_agree_with_a_code(twins: dict[str, Unit]) -> None:
    directory = Directory(DAY)
    assert directory.locate("33333", "truc hung").code == "33333"
    with pytest.raises(NotLocated, match="Mã 33333 là Xã Trực Hùng"):
        directory.locate("33333", "Xã Trực Hưng")


def test_a_former_unit_written_so_goes_before_one_of_today_that_is_not(
    units: Units, twins: dict[str, Unit]
) -> None:
    rename(twins["22222"], "Xã Ninh Cường", effective_on=date(2026, 1, 1), document="NQ 1")
    with pytest.raises(NotLocated, match=r"nay là Xã Ninh Cường \(22222\)"):
        Directory(DAY).locate("", "Xã Trực Hưng")
    assert Directory(DAY).locate("", "xa truc hung").code == "33333"
