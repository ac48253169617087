from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from cadres.models import Cadre
from exchange.keying import create_key, withdraw_key
from exchange.models import Ability, ApiKey
from kit.dates import today
from kit.errors import Refusal
from lms import middleware
from operations.models import JournalEntry
from tests import cast
from tests.cast import Units
from tests.exchange.building import PEOPLE, make_client, person, put

BEFORE = date(2026, 1, 1)


def asked(token: str, path: str = PEOPLE) -> int:
    return Client().get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def test_only_a_hash_of_a_key_is_kept(units: Units):
    key, token = create_key("A", source="hrm", abilities=["people.read"], by=cast.make_admin())
    kept = [str(value) for value in ApiKey.objects.filter(pk=key.pk).values().get().values()]
    assert token not in kept
    assert token.startswith(f"kheo_{key.prefix}_")
    assert asked(token) == 200


def test_a_key_opens_nothing_before_after_or_once_withdrawn(units: Units):
    by, tomorrow = cast.make_admin(), today() + timedelta(days=1)
    read = ["people.read"]
    _, early = create_key("A", source="a", abilities=read, by=by, valid_from=tomorrow)
    _, late = create_key(
        "B", source="b", abilities=read, by=by, valid_from=BEFORE, valid_to=today()
    )
    key, gone = create_key("C", source="c", abilities=read, by=by)
    withdraw_key(key, by=by)
    assert [asked(token) for token in (early, late, gone, "kheo_none", "")] == [401] * 5


def test_a_key_counts_under_the_api_only_and_instead_of_a_session(units: Units):
    client = make_client()
    assert client.get("/don-vi/nguoi/").status_code == 302
    client.force_login(cast.make_admin())
    assert client.get("/api/v1/me/").status_code == 403


def test_what_a_key_may_not_do_is_refused(units: Units):
    reader = make_client(abilities=(Ability.READ_UNITS,))
    assert reader.get("/api/v1/units/").status_code == 200
    assert reader.get(PEOPLE).status_code == 403
    assert put(reader, "1", person(units)).status_code == 403
    assert Cadre.objects.filter(full_name="Đỗ Quỳnh Trâm").count() == 0


def test_a_key_that_asks_too_often_waits(units: Units, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(middleware, "KEY_REQUESTS", 2)
    client = make_client()
    answers = [client.get(PEOPLE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"


def test_that_it_was_used_is_kept(units: Units):
    key, token = create_key("A", source="a", abilities=["people.read"], by=cast.make_admin())
    asked(token)
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_the_journal_names_the_key_and_nobody_signs_in_as_it(units: Units):
    put(make_client(name="Phần mềm Sở Nội vụ"), "1", person(units))
    entry = JournalEntry.objects.filter(deed="cadre.register").latest("pk")
    assert entry.actor_name == "Phần mềm Sở Nội vụ"
    assert entry.actor is not None
    assert (entry.actor.is_active, entry.actor.has_usable_password()) == (False, False)


@pytest.mark.parametrize(
    "bad",
    [
        {"name": " "},
        {"source": "Nhân sự"},
        {"abilities": []},
        {"abilities": ["people.burn"]},
        {"valid_to": today()},
    ],
)
def test_a_key_that_makes_no_sense_is_refused(bad: dict, units: Units):
    given = {"name": "A", "source": "hrm", "abilities": ["people.read"]} | bad
    with pytest.raises(Refusal):
        create_key(given.pop("name"), by=cast.make_admin(), **given)
    assert not ApiKey.objects.exists()


def test_a_key_is_withdrawn_once(units: Units):
    by = cast.make_admin()
    key, _token = create_key("A", source="a", abilities=["people.read"], by=by)
    withdraw_key(key, by=by)
    with pytest.raises(Refusal):
        withdraw_key(key, by=by)
