from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from cadres.acts import Act, Document, Kind, merging
from cadres.foreseeing import plan
from cadres.models import Cadre, Post, Reorganisation, Role, Succession, Unit, UnitVersion
from cadres.organising import dissolve, establish, merge, rename, split, transfer
from cadres.posting import assign
from cadres.previewing import preview
from cadres.reorganising import apply, undo
from cadres.respelling import correct_name
from kit.errors import Refusal
from operations.models import JournalEntry
from tests import cast
from tests.cast import FOUNDED, Units

DAY = date(2026, 3, 1)
LATER = date(2026, 9, 1)
LATEST = date(2027, 1, 1)
DOCUMENT = "Nghị quyết số 12/NQ-HĐND"


def spans(cadre: Cadre) -> list[tuple[int, date, date | None]]:
    return list(cadre.posts.order_by("valid_from").values_list("unit", "valid_from", "valid_to"))


def rows() -> list[dict[str, Any]]:
    tables = (Unit, UnitVersion, Succession, Reorganisation, Post)
    return [row for t in tables for row in t._default_manager.order_by("pk").values()]


def ward(units: Units, name: str, day: date = FOUNDED) -> Unit:
    return establish(name, "ward", parent=units.root, valid_from=day)


def test_the_document_is_kept_in_its_parts(units: Units) -> None:
    ground = Document.read("Nghị quyết số 12/NQ-HĐND", date(2026, 2, 1), "Đổi tên phường")
    act = rename(units.home, "Phường Trường Yên", effective_on=DAY, document=ground)
    act.refresh_from_db()
    assert (act.number, act.symbol, act.issued_on) == ("12", "NQ-HĐND", date(2026, 2, 1))
    assert (act.document, act.abstract) == (DOCUMENT, "Đổi tên phường")


def test_a_renamed_unit_keeps_its_former_name(units: Units) -> None:
    rename(units.home, "Phường Trường Yên", effective_on=DAY, document=DOCUMENT)
    assert units.home.name_on(DAY - timedelta(days=1)) == "Phường Hoa Lư"
    assert units.home.name_on(DAY) == "Phường Trường Yên"


def test_people_of_a_split_unit_go_where_they_are_named_for(units: Units) -> None:
    first, second = cast.make_cadre(units), cast.make_cadre(units)
    east, west = ward(units, "Phường Đông"), ward(units, "Phường Tây")
    split(units.home, {east: [second], west: [first]}, effective_on=DAY, document=DOCUMENT)
    assert spans(first)[-1] == (west.pk, DAY, None)
    assert spans(second)[-1] == (east.pk, DAY, None)


def test_without_names_the_shares_decide_and_the_preview_says_so(units: Units) -> None:
    people = [cast.make_cadre(units) for _number in range(10)]
    east, west = ward(units, "Phường Đông"), ward(units, "Phường Tây")
    shares = {east: Decimal("0.3"), west: Decimal("0.7")}
    act = split(units.home, shares, effective_on=DAY, document=DOCUMENT)
    ends = [spans(cadre)[-1][0] for cadre in people]
    assert (ends.count(east.pk), ends.count(west.pk)) == (3, 7)
    assert set(act.successions.values_list("share", flat=True)) == set(shares.values())


def test_a_unit_that_gives_a_part_away_lives_on(units: Units) -> None:
    stays, goes = cast.make_cadre(units), cast.make_cadre(units)
    new = ward(units, "Phường Mới")
    split(units.home, {new: [goes]}, effective_on=DAY, document=DOCUMENT, lives_on=True)
    assert spans(stays) == [(units.home.pk, FOUNDED, None)]
    assert spans(goes)[-1] == (new.pk, DAY, None)
    assert units.home.version_on(LATEST) is not None


def test_shares_that_are_no_whole_are_refused(units: Units) -> None:
    parts = {ward(units, "Phường Đông"): Decimal("0.3"), units.away: Decimal("0.3")}
    with pytest.raises(Refusal, match="100%"):
        split(units.home, parts, effective_on=DAY, document=DOCUMENT)


def test_people_of_a_dissolved_unit_go_to_the_superior(units: Units) -> None:
    placed, other = cast.make_cadre(units), cast.make_cadre(units)
    below = establish("Chi bộ 1", "body", parent=units.home, valid_from=FOUNDED)
    dissolve(units.home, effective_on=DAY, document=DOCUMENT, placed={units.away: [placed]})
    assert spans(other)[-1] == (units.root.pk, DAY, None)
    assert spans(placed)[-1] == (units.away.pk, DAY, None)
    assert below.version_on(DAY).parent_id == units.root.pk  # type: ignore[union-attr]


def test_two_posts_that_become_one_keep_the_main_one_and_its_past(units: Units) -> None:
    cadre = cast.make_cadre(units)
    assign(cadre, units.away, units.position, since=FOUNDED)
    merge([units.home], units.away, effective_on=DAY, document=DOCUMENT)
    held = cadre.posts.order_by("valid_from", "pk").values_list("unit", "is_main", "valid_to")
    assert set(held) == {
        (units.home.pk, True, DAY),
        (units.away.pk, False, DAY),
        (units.away.pk, True, None),
    }


# --- Days to come -------------------------------------------------------------------------------


def test_whoever_comes_into_a_unit_that_will_end_goes_on_in_its_successor(units: Units) -> None:
    merge([units.home], units.away, effective_on=LATER, document=DOCUMENT)
    cadre = cast.make_cadre(units, since=DAY)
    assert spans(cadre) == [(units.home.pk, DAY, LATER), (units.away.pk, LATER, None)]


def test_a_post_after_the_end_begins_in_the_successor(units: Units) -> None:
    merge([units.home], units.away, effective_on=LATER, document=DOCUMENT)
    cadre = cast.make_cadre(units, since=LATEST)
    assert spans(cadre) == [(units.away.pk, LATEST, None)]


def test_people_go_on_through_two_acts_recorded_in_either_order(units: Units) -> None:
    third = ward(units, "Phường Ba")
    cadre = cast.make_cadre(units, unit=third)
    merge([units.home], units.away, effective_on=LATER, document=DOCUMENT)
    merge([third], units.home, effective_on=DAY, document=DOCUMENT)
    assert spans(cadre) == [
        (third.pk, FOUNDED, DAY),
        (units.home.pk, DAY, LATER),
        (units.away.pk, LATER, None),
    ]


def test_a_unit_begun_under_one_that_will_end_goes_on_under_its_successor(units: Units) -> None:
    merge([units.home], units.away, effective_on=LATER, document=DOCUMENT)
    below = establish("Chi bộ 1", "body", parent=units.home, valid_from=DAY)
    assert [v.parent_id for v in below.versions.order_by("valid_from")] == [
        units.home.pk,
        units.away.pk,
    ]


def test_history_is_written_forward(units: Units) -> None:
    merge([units.home], units.away, effective_on=LATER, document=DOCUMENT)
    with pytest.raises(Refusal, match="01/09/2026"):
        rename(units.home, "Phường Trường Yên", effective_on=DAY, document=DOCUMENT)


# --- Undoing ------------------------------------------------------------------------------------


def test_undoing_restores_every_row(units: Units, admin: User) -> None:
    cast.make_cadre(units)
    before = rows()
    act = merge([units.home], units.away, effective_on=DAY, document=DOCUMENT)
    undo(act, by=admin, reason="Nhầm ngày")
    assert rows() == before
    entry = JournalEntry.objects.filter(deed="unit.undo").get()
    assert (entry.reason, entry.actor) == ("Nhầm ngày", admin)


def test_the_later_act_is_undone_first(units: Units) -> None:
    first = merge([units.home], units.away, effective_on=DAY, document=DOCUMENT)
    second = rename(units.away, "Xã Kim Sơn", effective_on=LATER, document=DOCUMENT)
    with pytest.raises(Refusal) as refused:
        undo(first, by=None, reason="Nhầm")
    assert "Xã Kim Sơn" in str(refused.value.gaps[0])
    undo(second, by=None, reason="Nhầm")
    undo(first, by=None, reason="Nhầm")


def test_an_act_about_other_units_stands_in_nobodys_way(units: Units) -> None:
    first = rename(units.home, "Phường Trường Yên", effective_on=DAY, document=DOCUMENT)
    rename(units.away, "Xã Kim Sơn", effective_on=LATER, document=DOCUMENT)
    undo(first, by=None, reason="Nhầm")


def test_people_entered_since_stand_in_the_way(units: Units) -> None:
    act = merge([units.home], units.away, effective_on=LATER, document=DOCUMENT)
    cast.make_cadre(units, since=DAY)
    with pytest.raises(Refusal) as refused:
        undo(act, by=None, reason="Nhầm")
    assert "1 chức vụ" in str(refused.value.gaps[0])


def test_undoing_asks_for_a_reason(units: Units) -> None:
    act = rename(units.home, "Phường Trường Yên", effective_on=DAY, document=DOCUMENT)
    with pytest.raises(Refusal, match="lý do"):
        undo(act, by=None, reason=" ")


# --- Before it is done --------------------------------------------------------------------------


def merging_home(units: Units) -> Act:
    steps = tuple(merging([units.home.pk], units.away.pk))
    return Act(Kind.ABSORB, DAY, Document.read(DOCUMENT), steps)


def test_what_is_previewed_is_what_is_done(units: Units) -> None:
    cast.make_cadre(units)
    seen = preview(plan(merging_home(units)))
    assert [(f.origin, f.to, f.count) for f in seen.flows] == [("Phường Hoa Lư", "Xã Phát Diệm", 1)]
    assert seen.title == "Sáp nhập Phường Hoa Lư vào Xã Phát Diệm"
    apply(merging_home(units), by=None, seen=seen.digest)


def test_looking_writes_nothing(units: Units) -> None:
    cast.make_cadre(units)
    before = rows()
    preview(plan(merging_home(units)))
    assert rows() == before


def test_what_has_changed_since_it_was_looked_at_is_not_done(units: Units) -> None:
    seen = preview(plan(merging_home(units)))
    cast.make_cadre(units)
    with pytest.raises(Refusal, match="xem lại"):
        apply(merging_home(units), by=None, seen=seen.digest)
    assert not Reorganisation.objects.exists()


def test_the_preview_tells_who_gains_and_who_loses_sight(units: Units, manager: User) -> None:
    far = cast.make_role(
        units, Role.MANAGER, on=units.away, unit=units.away, full_name="Lê Văn Đức"
    )
    seen = {sight.who: sight for sight in preview(plan(merging_home(units))).sights}
    lost, gained = seen[str(manager)], seen[str(far)]
    assert (lost.units_lost, lost.people_lost, lost.ends) == (1, 1, True)
    assert (gained.people_gained, gained.people_lost, gained.ends) == (1, 0, False)


def test_the_preview_warns_of_people_without_a_successor(units: Units) -> None:
    cast.make_cadre(units)
    with transaction.atomic():
        act = Act(Kind.DISSOLVE, DAY, Document.read(DOCUMENT), (merging([units.home.pk], 0)[1],))
        warnings = preview(plan(act)).warnings
    assert any("Tỉnh ủy Ninh Bình" in warning for warning in warnings)


# --- Spelling -----------------------------------------------------------------------------------


def test_a_misspelt_name_is_put_right_in_place_and_journalled(units: Units) -> None:
    transfer(units.away, units.home, effective_on=DAY, document=DOCUMENT)
    assert correct_name(units.away, "Xã Phát Diễm", by=None, reason="Sai dấu") == 2
    assert units.away.name_on(FOUNDED) == "Xã Phát Diễm"
    entry = JournalEntry.objects.get(deed="unit.correct")
    assert (entry.before, entry.after) == ({"name": "Xã Phát Diệm"}, {"name": "Xã Phát Diễm"})


def test_two_versions_of_a_unit_never_share_a_day(units: Units) -> None:
    """The database itself refuses."""
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitVersion.objects.create(
            unit=units.home, parent=units.root, name="Hai", kind="ward", valid_from=DAY,
            valid_to=LATER,
        )  # fmt: skip
