"""A person's record and posts, target groups, confirming: the pages."""

from __future__ import annotations

import io
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from cadres.attesting import attest
from cadres.defining import define_group, define_position
from cadres.models import Attestation, Cadre, TargetGroup
from indicators.measuring import remeasure
from kit.dates import format_day, today
from lms.demo.plan import build_plan
from tests import cast
from tests.cast import Units

GROUPS = "/don-vi/nhom/"


def page_of(name: str, cadre: Cadre, *args: Any) -> str:
    return reverse(f"cadres:{name}", args=[cadre.public_id, *args])


def given(units: Units, **more: Any) -> dict[str, Any]:
    """What a form about a post is filled in with."""
    plain = {
        "unit": str(units.home.public_id),
        "position": define_position("lai-xe", "Lái xe").pk,
        "on": format_day(today()),
        "document": "QĐ 12",
    }
    return plain | more


def test_a_post_is_added_after_its_consequences_were_shown(
    enter: Any, units: Units, manager: User, learner: Cadre
) -> None:
    client, address = enter(manager), page_of("post_add", learner)
    shown = client.post(address, given(units)).content.decode()
    assert "Lái xe" in shown
    assert learner.posts.count() == 1
    assert client.post(address, given(units, confirm="1"))["Location"] == page_of("person", learner)
    assert learner.posts.count() == 2


def test_what_is_shown_can_be_changed_before_it_is_written(
    enter: Any, units: Units, manager: User, learner: Cadre
) -> None:
    again = enter(manager).post(page_of("post_add", learner), given(units, again="1"))
    assert "QĐ 12" in again.content.decode()
    assert learner.posts.count() == 1


def test_a_person_is_moved_only_within_the_units_one_oversees(
    enter: Any, units: Units, manager: User, admin: User, learner: Cadre
) -> None:
    post = learner.posts.get()
    address = page_of("post_move", learner, post.pk)
    wanted = given(units, unit=str(units.away.public_id), confirm="1")
    assert enter(manager).post(address, wanted).context["form"].errors.keys() == {"unit"}
    assert enter(admin).post(address, wanted).status_code == 302
    held = learner.posts.get(valid_to=None)
    assert (held.unit, held.position.code, held.is_main) == (units.away, "lai-xe", True)


def test_a_post_ends_and_another_is_the_main_one(
    enter: Any, units: Units, manager: User, learner: Cadre
) -> None:
    client, first = enter(manager), learner.posts.get()
    client.post(page_of("post_add", learner), given(units, confirm="1"))
    second = learner.posts.get(is_main=False)
    client.post(
        page_of("post_main", learner, second.pk), {"on": format_day(today()), "confirm": "1"}
    )
    last = {"last_day": format_day(today() + timedelta(days=9)), "confirm": "1"}
    assert client.post(page_of("post_end", learner, first.pk), last).status_code == 302
    assert [p.position.code for p in learner.posts.filter(valid_to=None)] == ["lai-xe"]


@pytest.mark.parametrize(
    ("field", "value"), [("on", "31/2/2026"), ("on", ""), ("unit", "x"), ("position", "0")]
)
def test_a_wrong_word_is_told_beside_its_field(
    enter: Any, units: Units, manager: User, learner: Cadre, field: str, value: str
) -> None:
    wrong = given(units, confirm="1") | {field: value}
    response = enter(manager).post(page_of("post_add", learner), wrong)
    assert response.context["form"].errors.keys() == {field}
    assert learner.posts.count() == 1


def test_a_refusal_is_told_on_the_page(
    enter: Any, units: Units, manager: User, learner: Cadre
) -> None:
    twice = given(units, position=units.position.pk)
    text = enter(manager).post(page_of("post_add", learner), twice).content.decode()
    assert "đang giữ nhiệm vụ này" in text


def test_a_record_is_corrected_on_its_page(enter: Any, manager: User, learner: Cadre) -> None:
    client, address = enter(manager), page_of("person_edit", learner)
    form = client.get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    wrong = client.post(address, data | {"phone": "12", "born": "xyz", "reason": ""})
    assert wrong.context["form"].errors.keys() == {"phone", "born", "reason"}
    right = data | {"phone": "0912345678", "born": "1975", "reason": "Bổ sung"}
    assert client.post(address, right).status_code == 302
    learner.refresh_from_db()
    assert (learner.phone, learner.born_on.year, learner.born_year_only) == (
        "0912345678",
        1975,
        True,
    )


def test_an_auditor_reads_the_record_and_is_offered_no_change(
    enter: Any, auditor: User, learner: Cadre
) -> None:
    text = enter(auditor).get(page_of("person", learner)).content.decode()
    assert "/sua/" not in text
    assert "/chuyen/" not in text


def test_a_group_gets_a_rule_after_seeing_who_comes_in(
    enter: Any, units: Units, admin: User, stranger: Cadre
) -> None:
    client = enter(admin)
    address = client.post(GROUPS, {"name": "Tổ dân vận"})["Location"]
    group = TargetGroup.objects.get(code="to-dan-van")
    rule = {"unit": str(units.away.public_id), "on": format_day(today())}
    shown = client.post(f"{address}quy-tac/", rule)
    assert [c.full_name for c in shown.context["foreseen"].entering] == [stranger.full_name]
    assert not group.rules.exists()
    client.post(f"{address}quy-tac/", rule | {"confirm": "1"})
    assert stranger.full_name in client.get(address).content.decode()
    ending = {"last_day": format_day(today()), "reason": "Hết việc", "confirm": "1"}
    client.post(f"{address}quy-tac/{group.rules.get().pk}/thoi/", ending)
    assert group.rules.get().valid_to == today() + timedelta(days=1)


def test_people_of_one_name_are_told_apart_when_one_is_chosen(
    enter: Any, units: Units, admin: User
) -> None:
    one = cast.make_cadre(units, born_on=date(1980, 1, 1))
    cast.make_cadre(units, born_on=date(1981, 1, 1), unit=units.away)
    client, address = enter(admin), f"{GROUPS}{units.group.code}/danh-sach/"
    asked = {"person": one.full_name, "is_excluded": "1", "on": "01/01/2026", "reason": "Nghỉ"}
    error = str(client.post(address, asked).context["form"].errors["person"])
    for word in ("1980", "1981", "Phường Hoa Lư", "Xã Phát Diệm"):
        assert word in error
    client.post(address, asked | {"person": one.code, "confirm": "1"})
    assert units.group.listings.get().cadre == one


def test_a_manager_confirms_the_people_that_were_looked_at(
    enter: Any, units: Units, manager: User, learner: Cadre
) -> None:
    client, address = enter(manager), reverse("cadres:attestation", args=[units.home.public_id])
    number = client.get(address).context["found"].people
    assert client.post(address, {"people": str(number + 1)}).context["refusal"]
    assert client.post(address, {"people": str(number)}).status_code == 302
    assert Attestation.objects.get().attested_by == manager
    assert "đã xác nhận" in client.get("/don-vi/xac-nhan/").content.decode()


def test_who_only_looks_cannot_confirm(enter: Any, units: Units, auditor: User) -> None:
    client, address = enter(auditor), reverse("cadres:attestation", args=[units.home.public_id])
    assert 'name="people"' not in client.get(address).content.decode()
    assert client.post(address, {"people": "1"}).status_code == 404


FIGURES = [
    "/don-vi/",
    "/don-vi/nguoi/",
    "/don-vi/nguoi/?unit={}",
    "/don-vi/cay/{}/",
    "/don-vi/nhom/",
    "/don-vi/nhom/dan-van/",
    "/chi-tieu/",
    "/chi-tieu/1.1/",
    "/chi-tieu/1.1/nguoi/",
]


@pytest.mark.parametrize("address", FIGURES)
def test_figures_say_when_their_people_were_confirmed(
    enter: Any, units: Units, admin: User, learner: Cadre, address: str
) -> None:
    define_group("dan-van", "Dân vận")
    remeasure(build_plan(units.root, admin), on=today())
    page = partial(enter(admin).get, address.format(units.root.public_id))
    assert "chưa xác nhận" in page().content.decode()
    attest(units.root, by=admin)
    assert f"xác nhận ngày {format_day(today())}" in page().content.decode()


@pytest.mark.parametrize(
    "address", ["/don-vi/tien-do.xlsx", "/don-vi/nguoi/tai-ve/", "/chi-tieu/1.1/nguoi.xlsx"]
)
def test_files_say_it_in_their_first_line(
    enter: Any, units: Units, admin: User, learner: Cadre, address: str
) -> None:
    remeasure(build_plan(units.root, admin), on=today())
    attest(units.root, by=admin)
    sheet = load_workbook(io.BytesIO(enter(admin).get(address).content)).worksheets[0]
    assert f"xác nhận ngày {format_day(today())}" in str(sheet["A1"].value)
