from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from cadres.models import Cadre, Post
from cadres.organising import establish, merge
from exchange.models import Event
from exchange.watching import watch_everyone, watch_people
from kit.dates import start_of
from tests import cast
from tests.cast import Units
from tests.exchange.building import PEOPLE, make_client, person, put

pytestmark = pytest.mark.django_db(transaction=True)
AT = start_of(date(2026, 6, 1))


@pytest.fixture
def units(transactional_db: None) -> Units:
    return cast.build_units()


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def changes(client: Client, cursor: int = 0, **given: Any) -> Any:
    return client.get(f"{PEOPLE}changes/", {"cursor": cursor} | given).json()


def test_what_became_of_a_person_is_told_once(units: Units):
    hrm = make_client()
    put(hrm, "1", person(units))
    put(hrm, "1", person(units))
    put(hrm, "1", person(units, email="a@b.vn"))
    old = {"unit": "14329", "position": "can-bo-dan-van", "valid_from": "2025-07-01"}
    new = {"unit": "14620", "position": "can-bo-dan-van", "valid_from": "2026-03-01"}
    put(hrm, "1", person(units, email="a@b.vn", posts=[old | {"valid_to": "2026-03-01"}, new]))
    put(hrm, "1", person(units, email="a@b.vn", posts=[new | {"valid_to": "2026-04-01"}]))
    told = changes(hrm)
    assert [step["type"] for step in told["results"]] == [
        "person.created",
        "person.changed",
        "person.moved",
        "person.left",
    ]
    assert told["results"][0]["person"]["external_id"] == "1"


def test_one_goes_on_from_the_cursor(units: Units):
    hrm = make_client()
    for number, name in enumerate(("Lê Thị Hoa", "Lê Văn Ba", "Lê Văn Tư")):
        put(hrm, str(number), person(units, full_name=name))
    first = changes(hrm, size=2)
    assert (len(first["results"]), first["has_more"]) == (2, True)
    second = changes(hrm, first["cursor"])
    assert (len(second["results"]), second["has_more"]) == (1, False)
    assert changes(hrm, second["cursor"]) == {
        "results": [],
        "cursor": second["cursor"],
        "has_more": False,
    }
    assert hrm.get(f"{PEOPLE}changes/", {"cursor": "x"}).status_code == 400


def test_a_key_is_told_of_its_own_units_and_of_who_leaves_them(units: Units):
    near, far = make_client(units.home), make_client(units.away, name="Xa", source="xa")
    put(near, "1", person(units))
    assert [step["type"] for step in changes(near)["results"]] == ["person.created"]
    assert changes(far)["results"] == []
    cadre = Cadre.objects.get(full_name="Đỗ Quỳnh Trâm")
    Post.objects.filter(cadre=cadre).update(unit=units.away)
    watch_people([cadre.pk])
    moved = changes(near)["results"][-1]
    assert (moved["type"], moved["person"]) == ("person.moved", None)
    assert changes(far)["results"][0]["person"]["full_name"] == "Đỗ Quỳnh Trâm"


def test_a_post_that_begins_with_the_day_is_noticed(units: Units, learner: Cadre):
    Post.objects.filter(cadre=learner).update(valid_to=date(2026, 6, 1))
    watch_people([learner.pk], at=start_of(date(2026, 5, 31)))
    before = kinds()
    watch_everyone(at=AT)
    assert Event.Kind.PERSON_LEFT not in before
    assert kinds().count(Event.Kind.PERSON_LEFT) == 1


def test_an_entry_that_was_undone_is_told_as_left(units: Units, learner: Cadre):
    watch_everyone(at=AT)
    learner.posts.all().delete()
    learner.delete()
    watch_everyone(at=AT)
    assert kinds()[-1] == Event.Kind.PERSON_LEFT


def test_units_are_told_when_they_change(units: Units):
    watch_everyone(at=AT)
    assert kinds().count(Event.Kind.UNIT_CHANGED) == 3
    establish("Phường Vân Giang", "ward", parent=units.root, valid_from=date(2026, 1, 1))
    merge([units.away], units.home, effective_on=date(2026, 1, 1), document="NQ 1")
    watch_everyone(at=AT)
    watch_everyone(at=AT)
    assert kinds().count(Event.Kind.UNIT_CHANGED) == 5


def test_looking_twice_tells_nothing_twice(units: Units, learner: Cadre):
    watch_everyone(at=AT)
    told = Event.objects.count()
    assert watch_everyone(at=AT) == 0
    assert Event.objects.count() == told


def test_an_event_says_ids_only(units: Units, learner: Cadre):
    event = Event.objects.filter(kind=Event.Kind.PERSON_CREATED).latest("pk")
    assert event.content == {
        "person": str(learner.public_id),
        "unit": str(units.home.public_id),
    }
    assert isinstance(event.at, datetime)
