from __future__ import annotations

from datetime import date

import pytest

from cadres.models import Ancestry, Cadre, Succession, Unit, UnitVersion
from cadres.organising import (
    compute_ancestry,
    establish,
    merge,
    path_of,
    rebuild_ancestry,
    transfer,
)
from cadres.posting import assign
from cadres.signals import posts_changed
from cadres.tracing import Lineage, find_units, tree_on
from kit.errors import Refusal
from lms.demo.province import build_province
from tests import cast
from tests.cast import FOUNDED, Units

MERGED_ON = date(2026, 1, 1)
WARD = UnitVersion.Kind.WARD


def rows(ancestry: list[Ancestry]) -> list[tuple[object, ...]]:
    return sorted(
        (a.ancestor_id, a.unit_id, a.depth, a.valid_from, a.valid_to or date.max) for a in ancestry
    )


def successor_of(units: Units, day: date = MERGED_ON) -> Unit:
    return establish("Phường Mới", WARD, parent=units.root, valid_from=day)


def test_merging_moves_people_and_keeps_where_they_were(units: Units) -> None:
    learner = cast.make_cadre(units)
    new = successor_of(units)
    merge([units.home, units.away], new, effective_on=MERGED_ON, document="NQ 1")
    assert [
        (p.unit_id, p.valid_from, p.valid_to) for p in learner.posts.order_by("valid_from")
    ] == [
        (units.home.pk, FOUNDED, MERGED_ON),
        (new.pk, MERGED_ON, None),
    ]
    assert list(Cadre.objects.posted_within([new.pk], MERGED_ON)) == [learner]
    assert list(Cadre.objects.posted_within([units.home.pk], date(2025, 12, 31))) == [learner]


def test_merging_keeps_the_lineage(units: Units) -> None:
    new = successor_of(units)
    merge([units.home, units.away], new, effective_on=MERGED_ON, document="NQ 1")
    newest = establish("Phường Mới Hơn", WARD, parent=units.root, valid_from=date(2026, 6, 1))
    merge([new], newest, effective_on=date(2026, 6, 1), document="NQ 2")
    (chain,) = Lineage().forward(units.home.pk)
    assert [link.name for link in chain] == ["Phường Hoa Lư", "Phường Mới", "Phường Mới Hơn"]
    assert [link.document for link in chain[1:]] == ["NQ 1", "NQ 2"]


def test_merging_tells_who_moved(units: Units) -> None:
    learner = cast.make_cadre(units)
    heard: list[list[int]] = []

    def listen(sender: object, cadre_ids: list[int], **rest: object) -> None:
        heard.append(cadre_ids)

    new = successor_of(units)
    posts_changed.connect(listen)
    try:
        merge([units.home], new, effective_on=MERGED_ON, document="NQ 1")
    finally:
        posts_changed.disconnect(listen)
    assert heard == [[learner.pk]]


def test_two_posts_that_become_one_are_one(units: Units) -> None:
    learner = cast.make_cadre(units)
    assign(learner, units.away, units.position, since=FOUNDED)
    new = successor_of(units)
    merge([units.home, units.away], new, effective_on=MERGED_ON, document="NQ 1")
    assert learner.posts.filter(valid_to=None).count() == 1
    assert learner.posts.get(valid_to=None).is_main


def test_units_below_go_with_the_one_that_merges(units: Units) -> None:
    below = establish("Chi bộ 1", UnitVersion.Kind.BODY, parent=units.home, valid_from=FOUNDED)
    new = successor_of(units)
    merge([units.home], new, effective_on=MERGED_ON, document="NQ 1")
    assert [u.pk for u in path_of(below, MERGED_ON)] == [units.root.pk, new.pk, below.pk]
    assert [u.pk for u in path_of(below, FOUNDED)] == [units.root.pk, units.home.pk, below.pk]


def test_a_unit_that_ended_does_not_merge_again(units: Units) -> None:
    new = successor_of(units)
    merge([units.home], new, effective_on=MERGED_ON, document="NQ 1")
    with pytest.raises(Refusal, match="chấm dứt"):
        merge([units.home], new, effective_on=date(2026, 2, 1), document="NQ 2")
    assert Succession.objects.count() == 1


def test_a_unit_does_not_merge_into_itself(units: Units) -> None:
    with pytest.raises(Refusal):
        merge([units.home], units.home, effective_on=MERGED_ON, document="NQ 1")


def test_the_ancestry_grown_is_the_ancestry_rebuilt(units: Units) -> None:
    establish("Chi bộ 1", UnitVersion.Kind.BODY, parent=units.home, valid_from=MERGED_ON)
    grown = rows(list(Ancestry.objects.all()))
    assert grown == rows(compute_ancestry())
    rebuild_ancestry()
    assert grown == rows(list(Ancestry.objects.all()))


def test_the_province_grows_the_ancestry_that_its_versions_imply(db: None) -> None:
    build_province()
    grown = rows(list(Ancestry.objects.all()))
    assert grown == rows(compute_ancestry())
    assert not [row for row in grown if row[0] == row[1] and row[2] != 0], "a unit above itself"


def test_a_transfer_changes_the_path_from_its_day_on(units: Units) -> None:
    transfer(units.away, units.home, effective_on=MERGED_ON, document="QĐ 1")
    assert path_of(units.away, date(2025, 12, 31))[0].pk == units.root.pk
    assert [u.pk for u in path_of(units.away, MERGED_ON)] == [
        units.root.pk,
        units.home.pk,
        units.away.pk,
    ]


def test_a_transfer_never_makes_a_circle(units: Units) -> None:
    with pytest.raises(Refusal):
        transfer(units.root, units.home, effective_on=MERGED_ON, document="QĐ 1")
    assert rows(compute_ancestry()) == rows(list(Ancestry.objects.all()))


def test_hoa_lu_is_found_by_what_it_was(db: None) -> None:
    province = build_province()
    (hit,) = find_units("phuc thanh")
    assert [link.name for link in hit.lineage] == [
        "Phường Phúc Thành",
        "Phường Vân Giang",
        "Phường Hoa Lư",
    ]
    assert hit.lineage[-1].public_id == province.hoa_lu.public_id
    assert {"Phường Hoa Lư", "Thành phố Hoa Lư", "Huyện Hoa Lư"} <= {
        hit.name for hit in find_units("hoa lư")
    }


def test_the_tree_of_a_day_holds_the_units_of_that_day(db: None) -> None:
    build_province()
    (now,) = tree_on(date(2026, 1, 1))
    assert now.size + 1 == 155
    before = tree_on(date(2024, 12, 31))
    assert [top.name for top in before] == [
        "Tỉnh ủy Hà Nam",
        "Tỉnh ủy Nam Định",
        "Tỉnh ủy Ninh Bình",
    ]
    assert tree_on(date(2020, 1, 1)) == []


def test_the_province_is_built_once(db: None) -> None:
    build_province()
    count = UnitVersion.objects.count()
    build_province()
    assert UnitVersion.objects.count() == count
