from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from cadres.drawing import SHOWN, History, Lineage, Picture
from cadres.models import Reorganisation, Succession, Unit, UnitVersion
from cadres.organising import establish, merge
from cadres.telling import life_of, sentences_of
from lms.demo.province import build_province
from tests.cadres.histories import build_history, histories
from tests.cast import FOUNDED, Units

WARD = UnitVersion.Kind.WARD
DAY = date(2026, 3, 1)


def divide(old: Unit, shares: dict[Unit, str]) -> None:
    act = Reorganisation.objects.create(kind="merge", effective_on=DAY, document="NQ 9")
    for new, share in shares.items():
        Succession.objects.create(
            reorganisation=act, predecessor=old, successor=new, share=Decimal(share)
        )


def names(lineage: Lineage) -> list[list[str]]:
    return [[stage.title for stage in layer] for layer in lineage.layers]


def is_sound(picture: Picture) -> bool:
    """No two boxes overlap, and all lie inside."""
    boxes = picture.boxes
    apart = all(
        a is b
        or a.x + a.width <= b.x
        or b.x + b.width <= a.x
        or a.y + a.height <= b.y
        or b.y + b.height <= a.y
        for a in boxes
        for b in boxes
    )
    return apart and all(
        b.x >= 0 and b.x + b.width <= picture.width and b.y + b.height <= picture.height
        for b in boxes
    )


def test_hoa_lu_is_drawn_from_phuc_thanh_on_in_three_layers(db: None) -> None:
    hoa_lu = build_province().hoa_lu.pk
    lineage = Lineage(History(), hoa_lu)
    first, second, third = names(lineage)
    assert first == ["Phường Phúc Thành", "Phường Thanh Bình"]
    assert "Phường Vân Giang" in second
    assert second[-1] == "và 4 đơn vị nữa"
    assert len(second) == SHOWN
    assert third == ["Phường Hoa Lư"]
    assert lineage.is_cut
    assert len(names(Lineage(History(), hoa_lu, is_whole=True))[1]) == 11


def test_a_former_unit_is_drawn_up_to_what_it_is_today(db: None) -> None:
    phuc_thanh = build_province().former["Phường Phúc Thành"]
    lineage = Lineage(History(), phuc_thanh.pk)
    assert [layer[0] for layer in names(lineage)] == [
        "Phường Phúc Thành", "Phường Vân Giang", "Phường Hoa Lư"
    ]  # fmt: skip


def test_a_part_is_dashed_with_its_share_and_the_rest_is_shown(units: Units) -> None:
    new = establish("Phường Mới", WARD, parent=units.root, valid_from=DAY)
    rest = establish("Phường Khác", WARD, parent=units.root, valid_from=DAY)
    divide(units.home, {new: "0.3", rest: "0.7"})
    units.home.versions.update(valid_to=DAY)
    lineage = Lineage(History(), new.pk)
    assert {tie.new.name: (tie.kind, tie.words) for tie in lineage.ties} == {
        "Phường Mới": ("part", "30%"),
        "Phường Khác": ("part", "70%"),
    }
    assert sentences_of(lineage)[0].startswith("01/03/2026: một phần (")


def test_a_unit_that_gave_and_took_back_is_drawn_by_stages(units: Units) -> None:
    part = establish("Phường Lẻ", WARD, parent=units.root, valid_from=DAY)
    divide(units.home, {part: "0.25"})
    merge([part], units.home, effective_on=date(2026, 6, 1), document="NQ 10")
    lineage = Lineage(History(), units.home.pk)
    assert [len(layer) for layer in lineage.layers] == [1, 2, 1]
    assert is_sound(lineage.wide())
    assert is_sound(lineage.tall())


def test_a_unit_alone_has_no_lineage(units: Units) -> None:
    lineage = Lineage(History(), units.home.pk)
    assert not lineage
    assert sentences_of(lineage) == []


def test_a_life_tells_the_act_and_its_document(units: Units) -> None:
    new = establish("Phường Mới", WARD, parent=units.root, valid_from=DAY)
    merge([units.home, units.away], new, effective_on=DAY, document="NQ 1")
    (span,) = life_of(History(), new.pk)
    assert span.parent == "Tỉnh ủy Ninh Bình"
    assert span.changes == ["Phường Hoa Lư, Xã Phát Diệm nhập vào Phường Mới"]
    assert span.documents == ["NQ 1"]


@pytest.mark.django_db
@settings(max_examples=40)
@given(histories(), st.booleans())
def test_any_history_can_be_drawn(steps: list[Any], is_whole: bool) -> None:
    with transaction.atomic():
        build_history(steps)
        history = History()
        for unit_id in history.versions:
            lineage = Lineage(history, unit_id, is_whole=is_whole)
            assert all(tie.old.start < tie.new.start or tie.old.others for tie in lineage.ties)
            assert is_sound(lineage.wide())
            assert is_sound(lineage.tall())
            sentences_of(lineage)
            life_of(history, unit_id)
        transaction.set_rollback(True)


def test_the_three_units_called_hoa_lu_are_told_apart(enter: Any, db: None) -> None:
    build_province()
    anyone = User.objects.create_user("nguoi-xem", full_name="Người xem")
    page = enter(anyone).get("/don-vi/cay/?q=hoa+lu").content.decode()
    for words in ("Phường Hoa Lư", "Thành phố Hoa Lư", "Huyện Hoa Lư", "Cấp huyện"):
        assert words in page
    found = enter(anyone).get("/don-vi/cay/?q=phuc+thanh").context["hits"]
    assert [link.name for link in found[0].now] == ["Phường Hoa Lư"]


def test_a_units_page_costs_the_same_with_more_units(
    enter: Any, units: Units, auditor: User
) -> None:
    client = enter(auditor)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    unit = f"/don-vi/cay/{units.home.public_id}/"
    pages = [unit, "/don-vi/cay/", "/don-vi/cay/?q=phuong"]
    few = [cost(page) for page in pages]
    few = [cost(page) for page in pages]
    olds = [establish(f"Xã {n}", WARD, parent=units.root, valid_from=FOUNDED) for n in range(12)]
    merge(olds, units.home, effective_on=DAY, document="NQ 1")
    assert [cost(page) for page in pages] == few
    assert max(few) <= 16
