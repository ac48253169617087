"""What a hand has corrected here stays when another system sends the record again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cadres.correcting import correct
from cadres.models import Cadre, Role, RosterMemory
from cadres.posting import end
from cadres.requesting import ask
from cadres.retaining import anonymise
from cadres.roster.importing import import_roster
from exchange.models import Event
from kit.dates import today
from operations.journalling import details_of
from operations.models import JournalEntry
from tests import cast
from tests.cadres.rosters import DAY, roster, row
from tests.cast import Units
from tests.exchange.building import make_client, person, post_batch, put

OURS, THEIRS, LATER = "0912345678", "0987654321", "0911111111"


@pytest.fixture
def manager(units: Units) -> User:
    return cast.make_role(units, Role.MANAGER, on=units.home)


@pytest.fixture
def tram(hrm: Client, units: Units, manager: User) -> Cadre:
    """Entered by the personnel system, then corrected by hand."""
    put(hrm, "NV-1", person(units, phone=THEIRS))
    cadre = Cadre.objects.get(full_name="Đỗ Quỳnh Trâm")
    correct(cadre, {"phone": OURS}, by=manager, reason="Đổi số")
    return cadre


def kept(answer: Any) -> list[str]:
    return [told["field"] for told in answer.json()["kept"]]


def phone_of(cadre: Cadre) -> str:
    return Cadre.objects.get(pk=cadre.pk).phone


@pytest.mark.parametrize("sent", [THEIRS, LATER, ""])
def test_a_field_corrected_by_hand_is_not_overwritten(
    hrm: Client, units: Units, tram: Cadre, sent: str
) -> None:
    answer = put(hrm, "NV-1", person(units, phone=sent))
    assert (answer.json()["result"], kept(answer)) == ("unchanged", ["phone"])
    assert phone_of(tram) == OURS


def test_the_answer_says_why_and_how_to_overrule(hrm: Client, units: Units, tram: Cadre) -> None:
    (told,) = put(hrm, "NV-1", person(units, phone=THEIRS)).json()["kept"]
    assert told["code"] == "kept_by_hand"
    assert f"{today():%d/%m/%Y}" in told["message"]
    assert "overrule" in told["message"]


def test_the_other_fields_are_taken(hrm: Client, units: Units, tram: Cadre) -> None:
    answer = put(hrm, "NV-1", person(units, phone=THEIRS, email="a@b.vn"))
    assert (answer.json()["result"], kept(answer)) == ("changed", ["phone"])
    assert Cadre.objects.get(pk=tram.pk).email == "a@b.vn"
    assert kept(put(hrm, "NV-1", person(units, phone=THEIRS))) == ["phone"]


def test_a_person_overrules_and_the_journal_says_so(hrm: Client, units: Units, tram: Cadre) -> None:
    sent = person(units, phone=THEIRS, overrule=["phone"])
    results = [put(hrm, "NV-1", sent).json()["result"] for _ in range(2)]
    assert (results, phone_of(tram)) == (["changed", "unchanged"], THEIRS)
    entry = JournalEntry.objects.get(deed="cadre.change")
    assert entry.reason == "Lấy theo nguồn gửi dù tại đây đã sửa tay: Điện thoại"


def test_what_was_overruled_is_the_systems_again(hrm: Client, units: Units, tram: Cadre) -> None:
    put(hrm, "NV-1", person(units, phone=THEIRS, overrule=["phone"]))
    assert kept(put(hrm, "NV-1", person(units, phone=LATER))) == []
    assert phone_of(tram) == LATER


def test_so_is_what_the_system_has_come_to_say_too(hrm: Client, units: Units, tram: Cadre) -> None:
    put(hrm, "NV-1", person(units, phone=OURS))
    put(hrm, "NV-1", person(units, phone=LATER))
    assert phone_of(tram) == LATER


def test_only_what_is_named_is_overruled(hrm: Client, units: Units, tram: Cadre) -> None:
    assert kept(put(hrm, "NV-1", person(units, phone=THEIRS, overrule=["email"]))) == ["phone"]
    assert put(hrm, "NV-1", person(units, overrule=["code"])).status_code == 400


def test_a_batch_says_what_was_kept_of_whom(hrm: Client, units: Units, tram: Cadre) -> None:
    batch = [person(units, phone=THEIRS) | {"external_id": "NV-1"}]
    (outcome,) = post_batch(hrm, batch).json()["outcomes"]
    assert [told["field"] for told in outcome["kept"]] == ["phone"]


def test_of_a_record_it_never_spoke_of_the_journal_knows(
    hrm: Client, units: Units, manager: User
) -> None:
    cadre = cast.make_cadre(units, full_name="Đỗ Quỳnh Trâm", born_on=cast.date(1984, 2, 29))
    correct(cadre, {"email": "tay@b.vn"}, by=manager, reason="Bổ sung")
    sent = person(units, email="may@b.vn", same_as=str(cadre.public_id))
    answer = put(hrm, "NV-1", sent)
    assert (answer.json()["result"], kept(answer)) == ("linked", ["email"])


def test_to_ask_for_a_correction_is_not_to_correct(hrm: Client, units: Units) -> None:
    put(hrm, "NV-1", person(units))
    ask(Cadre.objects.get(full_name="Đỗ Quỳnh Trâm"), "email", "xin@b.vn", reason="Đổi thư")
    assert kept(put(hrm, "NV-1", person(units, email="may@b.vn"))) == []


def test_a_list_that_agrees_with_the_hand_does_not_open_the_field_to_the_system(
    hrm: Client, units: Units, tram: Cadre
) -> None:
    said = row(code=tram.code, full_name="", born_on="", phone=OURS)
    import_roster(roster([said]), by=None, dry_run=False, on=DAY)
    assert kept(put(hrm, "NV-1", person(units, phone=THEIRS))) == ["phone"]


def test_what_was_decided_against_in_a_list_is_not_taken_from_a_system(
    hrm: Client, units: Units
) -> None:
    put(hrm, "NV-1", person(units))
    cadre = Cadre.objects.get(full_name="Đỗ Quỳnh Trâm")
    RosterMemory.objects.create(cadre=cadre, refused={"email": "cu@b.vn"})
    assert kept(put(hrm, "NV-1", person(units, email="cu@b.vn"))) == ["email"]
    assert kept(put(hrm, "NV-1", person(units, email="moi@b.vn"))) == []


def test_one_system_may_change_what_another_has_said(hrm: Client, units: Units) -> None:
    number = "037184001234"
    put(hrm, "NV-1", person(units, identity_number=number, phone=THEIRS))
    other = make_client(name="Phần mềm khác", source="khac")
    answer = put(other, "1", person(units, identity_number=number, phone=LATER))
    assert (answer.json()["result"], kept(answer)) == ("linked", [])


# --- Posts --------------------------------------------------------------------------------------


def test_a_post_ended_by_hand_is_not_opened_again(hrm: Client, units: Units, manager: User) -> None:
    put(hrm, "NV-1", person(units))
    post = Cadre.objects.get(full_name="Đỗ Quỳnh Trâm").posts.get()
    end(post, on=today(), by=manager)
    answer = put(hrm, "NV-1", person(units))
    assert (answer.json()["result"], kept(answer)) == ("unchanged", ["posts.0"])
    put(hrm, "NV-1", person(units, overrule=["posts"]))
    post.refresh_from_db()
    assert post.valid_to is None


def test_a_post_that_no_hand_touched_is_ended_by_the_system(hrm: Client, units: Units) -> None:
    put(hrm, "NV-1", person(units))
    old = {"unit": "14329", "position": "can-bo-dan-van", "valid_from": "2025-07-01"}
    answers = [
        put(hrm, "NV-1", person(units, posts=[old | {"valid_to": day}]))
        for day in ("2026-03-01", "2026-04-01")
    ]
    assert [(a.json()["result"], kept(a)) for a in answers] == [("changed", [])] * 2


# --- One form of change, whichever the door ------------------------------------------------------


def test_every_door_journals_in_the_same_form(
    hrm: Client, units: Units, tram: Cadre, manager: User
) -> None:
    correct(tram, {"email": "tay@b.vn"}, by=manager, reason="Bổ sung")
    put(hrm, "NV-1", person(units, email="may@b.vn", overrule=["email"]))
    said = row(code=tram.code, full_name="", born_on="", kind="Viên chức")
    import_roster(roster([said]), by=None, dry_run=False, on=DAY, name="ds.xlsx")
    entries = JournalEntry.objects.filter(subject_id=tram.pk, deed__startswith="cadre.c")
    assert [(e.deed, details_of(e)) for e in entries.order_by("pk")[1:]] == [
        ("cadre.correct", ["thư điện tử: — → tay@b.vn"]),
        ("cadre.change", ["thư điện tử: tay@b.vn → may@b.vn", "nguồn: hrm"]),
        ("cadre.change", ["loại: Công chức → Viên chức", "nguồn: Danh sách “ds.xlsx”"]),
    ]


def test_every_door_tells_other_systems(hrm: Client, units: Units, tram: Cadre) -> None:
    told = Event.objects.filter(kind=Event.Kind.PERSON_CHANGED)
    counts = [told.count()]
    put(hrm, "NV-1", person(units, email="a@b.vn"))
    counts.append(told.count())
    said = row(code=tram.code, full_name="", email="", kind="Viên chức", since="")
    import_roster(roster([said]), by=None, dry_run=False, on=DAY)
    assert [*counts, told.count()] == [1, 2, 3]


def test_capitals_of_another_system_do_not_spoil_a_name(hrm: Client, units: Units) -> None:
    put(hrm, "NV-1", person(units))
    answer = put(hrm, "NV-1", person(units, full_name="ĐỖ QUỲNH TRÂM"))
    assert answer.json()["result"] == "unchanged"
    assert answer.json()["person"]["full_name"] == "Đỗ Quỳnh Trâm"


def test_what_a_system_said_of_somebody_is_forgotten_with_the_person(tram: Cadre) -> None:
    anonymise([tram.pk])
    assert tram.external_ids.get().said == {}
