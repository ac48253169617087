"""A list written as decided, kept, undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.forms.models import model_to_dict

from accounts.models import User
from cadres.correcting import correct
from cadres.models import Cadre, Post, Role, RosterDifference, RosterMemory, RosterRun
from cadres.roster import deciding, looking, undoing, writing
from cadres.scopes import access_of
from kit.dates import now
from kit.errors import Refusal
from kit.secrets import unseal
from operations.models import JournalEntry
from tests import cast
from tests.cadres.rosters import DAY, roster, row
from tests.cast import Units


def begin(*rows: dict[str, Any], by: User | None = None, **given: Any) -> RosterRun:
    run = looking.begin("ds.xlsx", roster(rows), by=by, **{"on": DAY, **given})
    looking.check(run)
    return run


def written(*rows: dict[str, Any], **given: Any) -> RosterRun:
    return writing.write(begin(*rows, **given), by=given.get("by"))


def settle(run: RosterRun, word: str, kind: str = "", same_as: Cadre | None = None) -> RosterRun:
    deciding.find_differences(run, kind=kind).update(decision=word, same_as=same_as)
    return run


def state() -> list[dict[str, Any]]:
    models: list[Any] = [User, Cadre, Post, RosterMemory]
    return [model_to_dict(r) | {"pk": r.pk} for m in models for r in m.objects.order_by("pk")]


@pytest.fixture
def lan(units: Units) -> Cadre:
    """Vũ Thị Lan as a list entered her."""
    written(row(phone="0900000001"))
    return Cadre.objects.get()


# --- Writing ------------------------------------------------------------------------------------


def test_the_record_and_the_account_take_the_lists_values(lan: Cadre) -> None:
    run = written(row(code=lan.code, full_name="Vũ Thị Lán", phone="0900000002"))
    lan.refresh_from_db()
    assert lan.user is not None
    assert (lan.full_name, lan.folded, lan.phone) == ("Vũ Thị Lán", "vu thi lan", "0900000002")
    assert (lan.user.full_name, lan.user.phone) == ("Vũ Thị Lán", "0900000002")
    assert run.written == {"new": 0, "corrected": 1, "moved": 0, "left": 0}


def test_a_transfer_ends_one_post_and_begins_another_on_the_day(units: Units, lan: Cadre) -> None:
    written(row(code=lan.code, unit_code="14620", unit_name="", since="15/9/2026"))
    spans = list(lan.posts.order_by("pk").values_list("unit", "valid_from", "valid_to", "is_main"))
    moved_on = date(2026, 9, 15)
    assert spans == [
        (units.home.pk, date(2025, 8, 1), moved_on, True),
        (units.away.pk, moved_on, None, True),
    ]


def test_without_a_day_of_its_own_a_transfer_holds_from_the_lists_day(lan: Cadre) -> None:
    written(row(code=lan.code, unit_code="14620", unit_name="", since=""))
    assert set(lan.posts.values_list("valid_from", flat=True)) == {date(2025, 8, 1), DAY}


def test_a_post_begun_no_earlier_than_that_was_a_mistake(units: Units, lan: Cadre) -> None:
    lan.posts.update(valid_from=DAY)
    written(row(code=lan.code, unit_code="14620", unit_name="", since=""))
    assert lan.posts.get().unit_id == units.away.pk


def test_two_people_exchange_their_numbers(units: Units, lan: Cadre) -> None:
    other = cast.make_cadre(units, phone="0900000002")
    written(
        row(code=lan.code, phone="0900000002"),
        row(code=other.code, full_name="Nguyễn Văn An", gender="Nam", phone="0900000001"),
    )
    assert set(User.objects.values_list("username", "phone")) == {
        (lan.code, "0900000002"),
        (other.code, "0900000001"),
    }


def test_what_is_kept_is_not_asked_about_again(lan: Cadre) -> None:
    said = row(code=lan.code, kind="Viên chức")
    writing.write(settle(begin(said), "keep"), by=None)
    assert (Cadre.objects.get().kind, begin(said).differences.count()) == ("civil_servant", 0)
    assert begin(row(code=lan.code, kind="Cán bộ")).differences.count() == 1


def test_what_is_skipped_comes_again(units: Units, lan: Cadre) -> None:
    rows = row(code=lan.code, kind="Viên chức"), row(full_name="Lê Văn Tư")
    writing.write(settle(begin(*rows), "skip", "changed"), by=None)
    assert (begin(*rows).differences.get().kind, Cadre.objects.count()) == ("changed", 2)


def test_a_hands_correction_stays_until_somebody_overrules_it(lan: Cadre) -> None:
    Cadre.objects.update(email="tay@ninhbinh.vn")
    RosterMemory.objects.update(said={"email": "cu@ninhbinh.vn"})
    said = row(code=lan.code, email="tep@ninhbinh.vn", kind="Viên chức")
    written(said)
    assert (Cadre.objects.get().email, Cadre.objects.get().kind) == (
        "tay@ninhbinh.vn",
        "public_employee",
    )
    writing.write(settle(begin(said), "take"), by=None)
    assert Cadre.objects.get().email == "tep@ninhbinh.vn"


def test_to_overrule_a_hand_is_journalled_as_the_reason(lan: Cadre) -> None:
    correct(lan, {"kind": "official"}, by=None, reason="Sai loại")
    said = row(code=lan.code, phone="0900000002")
    writing.write(settle(begin(said), "take"), by=None)
    entry = JournalEntry.objects.get(deed="cadre.change")
    assert entry.before == {"kind": "Cán bộ", "phone": "0900000001"}
    assert entry.reason == "Lấy theo nguồn gửi dù tại đây đã sửa tay: Loại cán bộ"


def test_a_transfer_and_an_end_by_a_list_are_journalled_like_a_hands(
    units: Units, lan: Cadre
) -> None:
    gone = cast.make_cadre(units, full_name="Lê Văn Hùng", unit=units.away)
    moved = row(code=lan.code, unit_code="14620", unit_name="", since="15/9/2026")
    writing.write(settle(begin(moved, coverage="listed"), "take"), by=None)
    told = {
        deed: JournalEntry.objects.get(subject_id=pk, deed=deed)
        for pk, deed in ((lan.pk, "post.move"), (gone.pk, "post.end"))
    }
    assert told["post.move"].before["unit"] == "Phường Hoa Lư"
    assert told["post.move"].after["from"] == "2026-09-15"
    assert {entry.after["source"] for entry in told.values()} == {"Danh sách “ds.xlsx”"}


def test_a_first_word_about_one_field_does_not_give_up_another(units: Units) -> None:
    """A hand's correction outlives lists that do not speak of it."""
    cadre = cast.make_cadre(units, full_name="Lê Văn Hùng")
    correct(cadre, {"email": "tay@ninhbinh.vn"}, by=None, reason="Bổ sung")
    written(row(code=cadre.code, full_name="", born_on="", gender="", phone="0900000003"))
    later = begin(row(code=cadre.code, full_name="", born_on="", gender="", email="b@c.vn"))
    assert later.differences.get().kind == "edited"


def test_a_number_chosen_for_signing_in_is_left_alone_by_a_list(lan: Cadre) -> None:
    User.objects.filter(pk=lan.user_id).update(phone="0900000009")
    written(row(code=lan.code, phone="0900000002"))
    lan.refresh_from_db()
    assert lan.user is not None
    assert (lan.phone, lan.user.phone) == ("0900000002", "0900000009")


def test_the_doubtful_is_joined_to_the_record_somebody_chose(units: Units, lan: Cadre) -> None:
    said = row(full_name="Vũ Thị Lận", kind="Viên chức")
    run = begin(said)
    writing.write(settle(run, "same", "duplicate", same_as=lan), by=None)
    lan.refresh_from_db()
    assert (lan.full_name, lan.kind, Cadre.objects.count()) == ("Vũ Thị Lận", "public_employee", 1)


def test_who_left_holds_no_post_from_the_day(units: Units, lan: Cadre) -> None:
    gone = cast.make_cadre(units, full_name="Lê Văn Hùng")
    run = begin(row(code=lan.code), coverage="listed")
    writing.write(settle(run, "take", "left"), by=None)
    assert gone.posts.get().valid_to == DAY
    assert lan.posts.get().valid_to is None


def test_nothing_is_written_when_the_records_have_moved_since(lan: Cadre) -> None:
    run = begin(row(code=lan.code, kind="Viên chức"))
    Cadre.objects.update(kind="village")
    with pytest.raises(Refusal) as refused:
        writing.write(run, by=None)
    assert refused.value.gaps == ["Vũ Thị Lan"]
    looking.check(run)
    writing.write(settle(run, "take"), by=None)
    assert Cadre.objects.get().kind == "public_employee"


def test_decisions_outlive_a_second_look(lan: Cadre) -> None:
    run = begin(row(code=lan.code, kind="Viên chức"), row(full_name="Lê Văn Tư"))
    user = cast.make_admin()
    deciding.decide_all(run, deciding.find_differences(run, kind="new"), "skip", by=user)
    looking.check(run)
    assert list(run.differences.values_list("kind", "decision")) == [
        ("new", "skip"),
        ("changed", "take"),
    ]


def test_a_list_is_written_once(units: Units) -> None:
    run = begin(row())
    writing.write(run, by=None)
    with pytest.raises(Refusal):
        writing.write(run, by=None)
    assert Cadre.objects.count() == 1


def test_its_file_is_kept_sealed(units: Units) -> None:
    run = written(row())
    with default_storage.open(run.file) as file:
        content = file.read()
    assert b"PK" not in content[:4]
    assert unseal(content)[:2] == b"PK"


def test_files_are_forgotten_in_time_and_what_was_written_stays(units: Units) -> None:
    run, waiting = written(row()), begin(row(full_name="Lê Văn Tư"))
    assert undoing.forget_files(now() + timedelta(days=29)) == 0
    assert undoing.forget_files(now() + timedelta(days=31)) == 2
    run.refresh_from_db()
    waiting.refresh_from_db()
    assert (run.file, run.state, waiting.state) == ("", "written", "dropped")
    assert not waiting.differences.exists()
    assert run.differences.exists()


# --- The brake ----------------------------------------------------------------------------------


@pytest.fixture
def emptying(units: Units, lan: Cadre) -> RosterRun:
    """A list that would end six of seven people's posts."""
    for number in range(6):
        cast.make_cadre(units, full_name=f"Lê Văn {'ABCDEG'[number]}a")
    run = begin(row(code=lan.code), by=cast.make_admin(), coverage="listed")
    return settle(run, "take", "left")


def start(run: RosterRun, by: User, reason: str = "") -> None:
    writing.start_write(run, by=by, access=access_of(by), reason=reason)


def test_a_list_that_ends_too_many_posts_is_stopped(units: Units, emptying: RosterRun) -> None:
    manager = cast.make_role(units, Role.MANAGER, on=units.root, unit=units.away)
    with pytest.raises(Refusal, match=r"6 trên 7 người thôi nhiệm vụ \(85,7%\)"):
        start(emptying, manager, "Tôi chắc chắn")
    with pytest.raises(Refusal):
        writing.write(emptying, by=manager)
    assert not Post.objects.exclude(valid_to=None).exists()


def test_an_administrator_goes_on_with_a_reason_that_is_kept(
    units: Units, emptying: RosterRun
) -> None:
    admin = emptying.started_by
    assert admin is not None
    with pytest.raises(Refusal, match="lý do"):
        start(emptying, admin)
    start(emptying, admin, "Tổ giải thể")
    emptying.refresh_from_db()
    writing.write(emptying, by=admin)
    assert Post.objects.exclude(valid_to=None).count() == 6
    entry = JournalEntry.objects.get(deed="roster.overrule")
    assert entry.reason == "Tổ giải thể"
    assert [told.unit_id for told in entry.units.all()] == [units.home.pk]


def test_a_few_people_may_leave_a_small_unit(units: Units, lan: Cadre) -> None:
    cast.make_cadre(units, full_name="Lê Văn Hùng")
    run = settle(begin(row(code=lan.code), coverage="listed"), "take", "left")
    assert not writing.brake_of(run).is_on


def test_a_list_may_state_that_fewer_leave_never_more(units: Units, lan: Cadre) -> None:
    cast.make_cadre(units, full_name="Lê Văn Hùng")
    strict = settle(begin(row(code=lan.code), coverage="listed", stop_share=0), "take", "left")
    assert writing.brake_of(strict).is_on
    assert begin(row(code=lan.code), coverage="listed", stop_share=90).stop_share == 10


# --- Deciding -----------------------------------------------------------------------------------


def test_only_what_fits_can_be_decided(units: Units, lan: Cadre) -> None:
    run, admin = begin(row(full_name="Lê Văn Tư")), cast.make_admin()
    (new,) = run.differences.all()
    for word in ("keep", "same:1", "x"):
        with pytest.raises(Refusal):
            deciding.decide(run, {new.pk: word}, by=admin, access=access_of(admin))


def test_nobody_is_joined_to_a_record_that_was_not_shown(units: Units, lan: Cadre) -> None:
    run, admin = begin(row(full_name="Vũ Thị Lận")), cast.make_admin()
    (doubt,) = run.differences.all()
    other = cast.make_cadre(units)
    with pytest.raises(Refusal):
        told = {doubt.pk: f"same:{other.pk}"}
        deciding.decide(run, told, by=admin, access=access_of(admin))
    deciding.decide(run, {doubt.pk: f"same:{lan.pk}"}, by=admin, access=access_of(admin))
    doubt.refresh_from_db()
    assert (doubt.same_as, doubt.decided_by) == (lan, admin)


def test_taking_all_leaves_the_doubtful_to_somebody_who_looks(units: Units, lan: Cadre) -> None:
    run = begin(row(full_name="Vũ Thị Lận"), row(full_name="Lê Văn Tư"))
    deciding.decide_all(run, run.differences.all(), "take", by=cast.make_admin())
    assert list(run.differences.values_list("kind", "decision").order_by("row")) == [
        ("duplicate", ""),
        ("new", "take"),
    ]


# --- Undoing ------------------------------------------------------------------------------------


def test_undoing_restores_every_row(units: Units, lan: Cadre) -> None:
    gone, admin = cast.make_cadre(units, full_name="Lê Văn Hùng"), cast.make_admin()
    before = state()
    run = begin(
        row(full_name="Lê Thị Mới", identity="037180123456"),
        row(code=lan.code, full_name="Vũ Thị Lán", kind="Viên chức", position="can-bo-dan-van"),
        coverage="listed",
    )
    writing.write(settle(run, "take"), by=None)
    assert gone.posts.get().valid_to == DAY
    assert state() != before
    undoing.undo(run, by=admin, reason="Nhầm tệp")
    assert state() == before


def test_undoing_refuses_when_a_record_was_changed_since(lan: Cadre) -> None:
    run = written(row(full_name="Lê Văn Tư"))
    Cadre.objects.filter(full_name="Lê Văn Tư").update(phone="0900000077")
    with pytest.raises(Refusal) as refused:
        undoing.undo(run, by=cast.make_admin(), reason="Nhầm")
    assert any("Lê Văn Tư" in str(gap) for gap in refused.value.gaps)
    run.refresh_from_db()
    assert (run.state, Cadre.objects.count()) == ("written", 2)


def test_undoing_needs_a_reason(units: Units) -> None:
    with pytest.raises(Refusal):
        undoing.undo(written(row()), by=cast.make_admin(), reason=" ")


def test_a_list_put_aside_leaves_no_file(
    units: Units, django_capture_on_commit_callbacks: Any
) -> None:
    run = begin(row())
    with django_capture_on_commit_callbacks(execute=True):
        undoing.drop(run)
    assert not default_storage.exists(run.file)
    assert not RosterDifference.objects.exists()
