from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cadres.models import Cadre, ExternalId, GroupRule, Post
from operations.models import JournalEntry
from tests import cast
from tests.cast import Units
from tests.exchange.building import PEOPLE, make_client, person, post_batch, put

NUMBER = "037184001234"


def codes(answer: Any) -> set[tuple[str, str]]:
    return {(error["field"], error["code"]) for error in answer.json()["errors"]}


# --- The same twice -----------------------------------------------------------------------------


def test_a_new_id_enters_a_person_who_can_sign_in(hrm: Client, units: Units):
    answer = put(hrm, "NV-1", person(units, phone="+84 912 345 678"))
    assert (answer.status_code, answer.json()["result"]) == (201, "created")
    cadre = Cadre.objects.get(public_id=answer.json()["person"]["id"])
    assert (cadre.full_name, cadre.phone) == ("Đỗ Quỳnh Trâm", "0912345678")
    assert cadre.user is not None
    assert cadre.user.phone == "0912345678"


def test_the_same_twice_changes_nothing_and_says_so(hrm: Client, units: Units):
    first = put(hrm, "NV-1", person(units, identity_number=NUMBER))
    entries = JournalEntry.objects.count()
    second = put(hrm, "NV-1", person(units, identity_number=NUMBER))
    assert (second.status_code, second.json()["result"]) == (200, "unchanged")
    assert second.json()["person"] == first.json()["person"]
    assert JournalEntry.objects.count() == entries


def test_what_differs_is_written_and_journalled(hrm: Client, units: Units):
    put(hrm, "NV-1", person(units))
    answer = put(hrm, "NV-1", person(units, full_name="Đỗ Thị Quỳnh Trâm"))
    assert answer.json()["result"] == "changed"
    cadre = Cadre.objects.get(full_name="Đỗ Thị Quỳnh Trâm")
    assert cadre.user is not None
    assert cadre.user.full_name == "Đỗ Thị Quỳnh Trâm"
    entry = JournalEntry.objects.get(deed="cadre.change")
    assert entry.before == {"full_name": "Đỗ Quỳnh Trâm"}


def test_what_is_left_out_stays_and_an_empty_text_clears(hrm: Client, units: Units):
    put(hrm, "NV-1", person(units, phone="0912345678", email="a@b.vn"))
    put(hrm, "NV-1", person(units))
    cadre = Cadre.objects.get(full_name="Đỗ Quỳnh Trâm")
    assert (cadre.phone, cadre.email) == ("0912345678", "a@b.vn")
    put(hrm, "NV-1", person(units, phone=""))
    cadre.refresh_from_db()
    assert (cadre.phone, cadre.email) == ("", "a@b.vn")


def test_an_identity_number_goes_in_and_never_out(hrm: Client, units: Units):
    answer = put(hrm, "NV-1", person(units, identity_number=NUMBER))
    again = put(hrm, "NV-1", person(units, identity_number="037184009999"))
    assert Cadre.objects.get(full_name="Đỗ Quỳnh Trâm").identity_number == "037184009999"
    told = answer.content + again.content + hrm.get(f"{PEOPLE}by-external-id/NV-1/").content
    assert b"03718400" not in told
    assert "03718400" not in str(list(JournalEntry.objects.values_list("before", "after")))


def test_two_systems_each_have_their_own_ids(hrm: Client, units: Units):
    put(hrm, "1", person(units, identity_number=NUMBER))
    other = make_client(name="Phần mềm khác", source="khac")
    assert other.get(f"{PEOPLE}by-external-id/1/").status_code == 404
    answer = put(other, "1", person(units, identity_number=NUMBER))
    assert answer.json()["result"] == "linked"
    assert ExternalId.objects.count() == 2
    assert Cadre.objects.filter(full_name="Đỗ Quỳnh Trâm").count() == 1


# --- Posts --------------------------------------------------------------------------------------


def posts_of(name: str) -> list[tuple[str, str | None]]:
    posts = Post.objects.filter(cadre__full_name=name).order_by("valid_from")
    return [(str(p.valid_from), str(p.valid_to) if p.valid_to else None) for p in posts]


def test_a_move_ends_one_post_and_begins_another(hrm: Client, units: Units):
    put(hrm, "NV-1", person(units))
    old = {"unit": "14329", "position": "can-bo-dan-van", "valid_from": "2025-07-01"}
    new = {"unit": "14620", "position": "can-bo-dan-van", "valid_from": "2026-03-01"}
    answer = put(hrm, "NV-1", person(units, posts=[new, old | {"valid_to": "2026-03-01"}]))
    assert answer.json()["result"] == "changed"
    assert posts_of("Đỗ Quỳnh Trâm") == [("2025-07-01", "2026-03-01"), ("2026-03-01", None)]


def test_a_post_that_is_not_sent_stays(hrm: Client, units: Units):
    put(hrm, "NV-1", person(units))
    assert put(hrm, "NV-1", person(units, posts=[])).json()["result"] == "unchanged"
    assert posts_of("Đỗ Quỳnh Trâm") == [("2025-07-01", None)]


def test_two_main_posts_at_a_time_are_refused_and_nothing_is_written(hrm: Client, units: Units):
    put(hrm, "NV-1", person(units))
    second = {"unit": "14620", "position": "can-bo-dan-van", "valid_from": "2026-03-01"}
    answer = put(hrm, "NV-1", person(units, full_name="Đỗ Thị Trâm", posts=[second]))
    assert answer.status_code == 422
    assert codes(answer) == {("posts", "two_main_posts")}
    assert posts_of("Đỗ Quỳnh Trâm") == [("2025-07-01", None)]


# --- Mistakes -----------------------------------------------------------------------------------


def test_every_wrong_field_is_named_with_a_code_and_in_vietnamese(hrm: Client, units: Units):
    bad_post = {"unit": "0", "position": "khong-co", "valid_from": "2025-07-01"}
    early = {"unit": "14329", "position": "can-bo-dan-van", "valid_from": "2020-01-01"}
    answer = put(
        hrm,
        "NV-1",
        person(units, full_name="Trâm", identity_number="12", phone="12", posts=[bad_post, early]),
    )
    assert answer.status_code == 422
    assert codes(answer) == {
        ("full_name", "name_too_short"),
        ("identity_number", "malformed"),
        ("phone", "malformed"),
        ("posts.0.position", "unknown_position"),
        ("posts.1.unit", "unit_not_on_day"),
    }
    assert "01/01/2020" in answer.json()["detail"]
    assert not ExternalId.objects.exists()


def test_a_malformed_body_is_told_field_by_field(hrm: Client, units: Units):
    answer = put(hrm, "NV-1", person(units, gender="x", posts=[{"unit": "1"}]))
    assert answer.status_code == 400
    assert {("gender", "invalid_choice"), ("posts.0.valid_from", "required")} <= codes(answer)
    assert "không được để trống" in str(answer.json()["errors"])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"posts": 1}', b"\xff"])
def test_what_is_no_record_is_refused(body: bytes, hrm: Client):
    answer = hrm.put(f"{PEOPLE}by-external-id/1/", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_phone_number_of_somebody_else_is_refused(hrm: Client, units: Units):
    put(hrm, "NV-1", person(units, phone="0912345678"))
    answer = put(hrm, "NV-2", person(units, full_name="Lê Thị Hoa", phone="0912345678"))
    assert codes(answer) == {("phone", "phone_taken")}


def test_a_unit_outside_the_keys_is_refused(units: Units):
    near = make_client(units.home)
    away = {"unit": "14620", "position": "can-bo-dan-van", "valid_from": "2025-07-01"}
    answer = put(near, "1", person(units, posts=[away]))
    assert codes(answer) == {("posts.0.unit", "unit_out_of_scope")}


def test_a_key_tells_of_who_left_its_units_and_not_of_who_moved_on(units: Units):
    near = make_client(units.home)
    put(near, "1", person(units))
    old = {"unit": "14329", "position": "can-bo-dan-van", "valid_from": "2025-07-01"}
    left = person(units, posts=[old | {"valid_to": "2026-03-01"}])
    results = [put(near, "1", left).json()["result"] for _ in range(2)]
    assert results == ["changed", "unchanged"]
    new = {"unit": "14620", "position": "can-bo-dan-van", "valid_from": "2026-03-01"}
    wide = make_client(name="Cả tỉnh")
    put(wide, "1", person(units, posts=[new]))
    assert codes(put(near, "1", left)) == {("external_id", "person_out_of_scope")}


# --- Whose record it is -------------------------------------------------------------------------


def test_somebody_alike_is_told_and_not_merged(hrm: Client, units: Units):
    known = cast.make_cadre(units, full_name="Đỗ Quỳnh Trâm", born_on=cast.date(1984, 2, 29))
    answer = put(hrm, "NV-1", person(units))
    assert answer.status_code == 409
    assert codes(answer) == {("full_name", "possible_duplicate")}
    assert answer.json()["candidates"] == [str(known.public_id)]
    assert not ExternalId.objects.exists()


def test_a_person_decides_that_it_is_the_same(hrm: Client, units: Units):
    known = cast.make_cadre(units, full_name="Đỗ Quỳnh Trâm", born_on=cast.date(1984, 2, 29))
    answer = put(hrm, "NV-1", person(units, same_as=str(known.public_id)))
    assert answer.json()["result"] == "linked"
    assert ExternalId.objects.get().cadre == known
    assert put(hrm, "NV-1", person(units)).json()["result"] in {"unchanged", "changed"}


def test_or_that_it_is_somebody_else(hrm: Client, units: Units):
    known = cast.make_cadre(units, full_name="Đỗ Quỳnh Trâm", born_on=cast.date(1984, 2, 29))
    answer = put(hrm, "NV-1", person(units, not_same_as=[str(known.public_id)]))
    assert answer.status_code == 201
    assert Cadre.objects.filter(full_name="Đỗ Quỳnh Trâm").count() == 2


def test_number_name_and_birth_together_join_and_say_so(hrm: Client, units: Units):
    known = cast.make_cadre(
        units,
        full_name="Đỗ Quỳnh Trâm",
        born_on=cast.date(1984, 2, 29),
        identity_number=NUMBER,
    )
    answer = put(hrm, "NV-1", person(units, identity_number=NUMBER))
    assert answer.json()["result"] == "linked"
    assert answer.json()["person"]["id"] == str(known.public_id)
    assert JournalEntry.objects.filter(deed="cadre.link").exists()


def test_a_number_of_another_name_is_a_question_for_a_person(hrm: Client, units: Units):
    known = cast.make_cadre(units, full_name="Lê Văn Bình", identity_number=NUMBER)
    answer = put(hrm, "NV-1", person(units, identity_number=NUMBER))
    assert answer.status_code == 409
    assert answer.json()["candidates"] == [str(known.public_id)]


def test_a_candidate_out_of_scope_is_not_named(units: Units):
    cast.make_cadre(units, full_name="Lê Văn Bình", identity_number=NUMBER, unit=units.away)
    answer = put(make_client(units.home), "NV-1", person(units, identity_number=NUMBER))
    assert answer.status_code == 409
    assert "candidates" not in answer.json()


# --- Lost updates -------------------------------------------------------------------------------


def test_who_read_an_older_record_overwrites_nothing(hrm: Client, units: Units):
    put(hrm, "NV-1", person(units))
    tag = hrm.get(f"{PEOPLE}by-external-id/NV-1/").headers["ETag"]
    fresh = put(hrm, "NV-1", person(units, email="a@b.vn"), **{"If-Match": tag})
    stale = put(hrm, "NV-1", person(units, email="c@d.vn"), **{"If-Match": tag})
    assert (fresh.status_code, stale.status_code) == (200, 412)
    assert Cadre.objects.get(full_name="Đỗ Quỳnh Trâm").email == "a@b.vn"
    assert put(hrm, "NV-9", person(units), **{"If-Match": tag}).status_code == 412


# --- Many at once -------------------------------------------------------------------------------


def people(units: Units, *names: str) -> list[dict[str, Any]]:
    return [
        person(units, full_name=name) | {"external_id": f"NV-{number}"}
        for number, name in enumerate(names)
    ]


def test_a_batch_is_written_once_however_often_it_is_sent(hrm: Client, units: Units):
    batch = people(units, "Lê Thị Hoa", "Lê Văn Bình")
    first, second = post_batch(hrm, batch), post_batch(hrm, batch)
    assert first.json() == second.json()
    assert [o["result"] for o in first.json()["outcomes"]] == ["created", "created"]
    assert second.headers["Idempotent-Replayed"] == "true"
    third = post_batch(hrm, batch, "2")
    assert {o["result"] for o in third.json()["outcomes"]} == {"unchanged"}


def test_a_name_used_for_another_request_is_refused(hrm: Client, units: Units):
    post_batch(hrm, people(units, "Lê Thị Hoa"))
    answer = post_batch(hrm, people(units, "Lê Văn Bình"))
    assert answer.status_code == 422
    assert not Cadre.objects.filter(full_name="Lê Văn Bình").exists()
    assert post_batch(hrm, people(units, "Lê Văn Bình"), "").status_code == 400


def test_one_bad_record_keeps_all_from_being_written(hrm: Client, units: Units):
    answer = post_batch(hrm, people(units, "Lê Thị Hoa", "Bình"))
    assert (answer.status_code, answer.json()["written"]) == (422, False)
    assert [o["result"] for o in answer.json()["outcomes"]] == ["created", "refused"]
    assert not ExternalId.objects.exists()


def test_unless_asked_to_leave_it_out(hrm: Client, units: Units):
    batch = people(units, "Lê Thị Hoa", "Bình", "Lê Văn Ba")
    answer = post_batch(hrm, [*batch, batch[0]], skip_refused=True)
    assert answer.status_code == 200
    results = [o["result"] for o in answer.json()["outcomes"]]
    assert results == ["created", "refused", "created", "refused"]
    assert answer.json()["outcomes"][3]["errors"][0]["code"] == "repeated"
    assert ExternalId.objects.count() == 2


def test_more_than_the_limit_is_refused(hrm: Client, units: Units):
    answer = post_batch(hrm, people(units, *["Lê Thị Hoa"] * 501))
    assert answer.status_code == 400


def test_an_unchanged_batch_costs_the_same_however_long(
    hrm: Client, units: Units, django_assert_max_num_queries: Any
):
    batch = people(units, *[f"Lê Thị Hoa {letter}" for letter in "ABCDEFGHIKLM"])
    post_batch(hrm, batch)
    savepoints = 2 * len(batch)
    with django_assert_max_num_queries(32 + savepoints):
        post_batch(hrm, batch, "2")


# --- Lists --------------------------------------------------------------------------------------


def test_posts_are_told_as_they_were_on_a_day(hrm: Client, units: Units):
    put(hrm, "NV-1", person(units))
    path = "/api/v1/posts/"
    unit = {"unit": str(units.home.public_id)}
    assert len(hrm.get(path, {"on": "2025-08-01"} | unit).json()["results"]) == 1
    assert hrm.get(path, {"on": "2024-08-01"}).json()["results"] == []
    assert hrm.get(path, {"on": "x"}).status_code == 400


def test_people_of_a_day_are_those_who_held_a_post_then(hrm: Client, units: Units):
    put(hrm, "NV-1", person(units))
    held = hrm.get(PEOPLE, {"on": "2025-08-01"}).json()["results"]
    assert [row["full_name"] for row in held] == ["Đỗ Quỳnh Trâm"]
    assert hrm.get(PEOPLE, {"on": "2024-08-01"}).json()["results"] == []


def test_a_key_finds_its_own_units_people_only(units: Units):
    cast.make_cadre(units, full_name="Lê Thị Ngọc Ánh", unit=units.away)
    near = make_client(units.home)
    put(near, "1", person(units))
    assert [row["full_name"] for row in near.get(PEOPLE).json()["results"]] == ["Đỗ Quỳnh Trâm"]
    assert [row["name"] for row in near.get("/api/v1/units/").json()["results"]] == [
        "Phường Hoa Lư"
    ]


# --- Units and positions ------------------------------------------------------------------------


def put_unit(client: Client, code: str, **given: str) -> Any:
    body = {"name": "Phường Vân Giang", "kind": "ward", "parent": "TU", "valid_from": "2026-01-01"}
    path = f"/api/v1/units/by-code/{code}/"
    return client.put(path, body | given, content_type="application/json")


def test_a_unit_is_established_once(hrm: Client, units: Units):
    answers = [put_unit(hrm, "14330") for _ in range(2)]
    assert [a.json()["result"] for a in answers] == ["created", "unchanged"]
    assert answers[0].json()["id"] == answers[1].json()["id"]


def test_a_unit_is_put_under_another_by_a_document(hrm: Client, units: Units):
    put_unit(hrm, "14330")
    bare = put_unit(hrm, "14330", parent="14329", valid_from="2026-02-01")
    assert codes(bare) == {("document", "document_missing")}
    moved = put_unit(hrm, "14330", parent="14329", valid_from="2026-02-01", document="NQ 1")
    assert moved.json()["result"] == "changed"


def test_a_new_name_is_a_reorganisation_done_by_a_person(hrm: Client, units: Units):
    put_unit(hrm, "14330")
    answer = put_unit(hrm, "14330", name="Phường Thanh Bình")
    assert answer.status_code == 409
    assert codes(answer) == {("name", "unit_named_otherwise")}


def test_a_unit_stays_within_the_keys_scope(units: Units):
    near = make_client(units.home)
    assert codes(put_unit(near, "14330")) == {("parent", "unit_out_of_scope")}
    assert codes(put_unit(near, "14330", parent="")) == {("parent", "required")}
    assert codes(put_unit(near, "14330", parent="x")) == {("parent", "unknown_unit")}


def test_a_position_is_named_and_keeps_its_groups(hrm: Client, units: Units):
    path = "/api/v1/positions/by-code/can-bo-dan-van/"
    results = [
        hrm.put(path, {"name": name}, content_type="application/json").json()["result"]
        for name in ("Cán bộ dân vận", "Chuyên viên dân vận", "Chuyên viên dân vận")
    ]
    assert results == ["unchanged", "changed", "unchanged"]
    units.position.refresh_from_db()
    assert [rule.group for rule in GroupRule.objects.filter(position=units.position)] == [
        units.group
    ]
