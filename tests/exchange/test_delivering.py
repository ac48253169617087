"""Webhooks, against a real HTTP server on this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from cadres.models import Cadre
from exchange.connecting import connect, stop
from exchange.delivering import deliver_due, deliver_overdue, resend
from exchange.models import Delivery, Endpoint, Event
from exchange.posting import is_allowed
from exchange.telling import Told, pass_on, tell
from exchange.trying import WAITS
from kit.dates import start_of
from kit.errors import Refusal
from tests import cast
from tests.cast import Units
from tests.exchange.building import LOOPBACK, Receiver, make_client, person, put

pytestmark = pytest.mark.django_db(transaction=True)
AT = start_of(date(2026, 6, 1))
KINDS = list(Event.Kind.values)


class Hook(Receiver):
    @property
    def told(self) -> list[tuple[dict[str, str], bytes]]:
        return [(headers, body) for _path, headers, body in self.asked]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.told]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Hook]:
    with Hook().listening(settings) as hook:
        yield hook


@pytest.fixture
def units(transactional_db: None) -> Units:
    return cast.build_units()


@pytest.fixture
def admin(units: Units) -> User:
    return cast.make_admin()


@pytest.fixture
def endpoint(receiver: Hook, admin: User) -> Endpoint:
    return connect("HRM", receiver.address, kinds=KINDS, by=admin)


def happen(units: Units, *, at: Any = AT) -> Event:
    content = {"person": "00000000-0000-0000-0000-000000000001", "unit": None}
    tell([Told(Event.Kind.PERSON_CHANGED, content, [units.home.pk])], at=at)
    return Event.objects.latest("pk")


# --- Being told ---------------------------------------------------------------------------------


def test_a_change_is_told_once_committed_by_ids_only(
    units: Units, endpoint: Endpoint, receiver: Hook
):
    put(make_client(), "NV-1", person(units, phone="0912345678"))
    [told] = receiver.bodies
    cadre = Cadre.objects.get(full_name="Đỗ Quỳnh Trâm")
    assert told["type"] == "person.created"
    assert told["data"] == {"person": str(cadre.public_id), "unit": str(units.home.public_id)}


def test_the_signature_is_that_of_standard_webhooks(
    units: Units, endpoint: Endpoint, receiver: Hook
):
    event = happen(units)
    [(headers, body)] = receiver.told
    assert headers["webhook-id"] == str(event.public_id)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"


def test_the_secret_is_not_readable_where_it_is_kept(endpoint: Endpoint):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM exchange_endpoint")
        assert endpoint.secret not in str(cursor.fetchall())


def test_each_event_is_told_once(units: Units, endpoint: Endpoint, receiver: Hook):
    happen(units)
    pass_on()
    deliver_due(endpoint.pk)
    deliver_overdue()
    assert len(receiver.told) == 1


def test_only_the_kinds_and_units_asked_for(units: Units, admin: User, receiver: Hook):
    connect("Xa", receiver.address, kinds=KINDS, unit=units.away, by=admin)
    connect("Khac", receiver.address, kinds=["unit.changed"], by=admin)
    happen(units)
    assert receiver.told == []
    connect("Gần", receiver.address, kinds=KINDS, unit=units.home, by=admin)
    happen(units)
    assert len(receiver.told) == 1


def test_what_was_rolled_back_is_told_to_nobody(units: Units, endpoint: Endpoint, receiver: Hook):
    bad = [{"unit": "0", "position": "can-bo-dan-van", "valid_from": "2025-07-01"}]
    put(make_client(), "NV-1", person(units, posts=bad))
    assert receiver.told == []


# --- When it is not taken -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 400, 410, 500])
def test_what_is_not_taken_waits_longer_and_longer_and_is_given_up(
    status: int, units: Units, endpoint: Endpoint, receiver: Hook
):
    receiver.status = status
    event = happen(units)
    at = AT
    while True:
        delivery = Delivery.objects.get()
        if delivery.state == Delivery.State.FAILED:
            break
        at = max(at, delivery.next_at)
        assert deliver_due(endpoint.pk, at=at - timedelta(seconds=1)) == 0
        deliver_due(endpoint.pk, at=at)
    assert len(receiver.told) == delivery.tries == len(WAITS) + 1
    assert {headers["webhook-id"] for headers, _body in receiver.told} == {str(event.public_id)}
    assert delivery.status == status


def test_order_is_kept_while_one_is_not_taken(units: Units, endpoint: Endpoint, receiver: Hook):
    receiver.status = 503
    first, second = happen(units), happen(units)
    receiver.status = 200
    deliver_due(endpoint.pk, at=AT + timedelta(days=400))
    ids = [headers["webhook-id"] for headers, _body in receiver.told]
    assert ids[-2:] == [str(first.public_id), str(second.public_id)]


def test_nobody_listening_is_told_in_words(units: Units, admin: User, settings: Any):
    settings.WEBHOOK_NETWORKS = LOOPBACK
    connect("Không ai", "http://127.0.0.1:9/", kinds=KINDS, by=admin)
    happen(units)
    delivery = Delivery.objects.get()
    assert delivery.status is None
    assert "Không có trả lời" in delivery.problem


def test_it_is_sent_again_with_the_same_id(
    units: Units, admin: User, endpoint: Endpoint, receiver: Hook
):
    happen(units)
    resend(Delivery.objects.get(), by=admin)
    first, second = receiver.told
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[1] == second[1]


def test_a_stopped_webhook_is_told_nothing(
    units: Units, admin: User, endpoint: Endpoint, receiver: Hook
):
    happen(units)
    stop(endpoint, by=admin)
    happen(units)
    assert len(receiver.told) == 1
    with pytest.raises(Refusal):
        resend(Delivery.objects.latest("pk"), by=admin)
    with pytest.raises(Refusal):
        stop(endpoint, by=admin)


# --- Where nothing is sent ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.1.2.3", "224.0.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(address: str):
    assert not is_allowed(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111"])
def test_addresses_outside_are_allowed(address: str):
    assert is_allowed(address)


def test_a_name_that_leads_inside_is_refused_when_sent(units: Units, admin: User):
    server = Receiver()
    address = f"http://localhost:{server.server.server_port}/"
    connect("Nội bộ", address, kinds=KINDS, by=admin)
    happen(units)
    server.server.server_close()
    assert "mạng nội bộ" in Delivery.objects.get().problem
    assert server.asked == []


@pytest.mark.parametrize("address", ["ftp://a.vn/", "file:///etc/passwd", "https://", "x"])
def test_an_address_that_is_none_is_refused(address: str, admin: User):
    with pytest.raises(Refusal):
        connect("Sai", address, kinds=KINDS, by=admin)


# --- Pages --------------------------------------------------------------------------------------


def test_an_administrator_sets_up_a_webhook_and_sees_the_secret_once(admin: User):
    client = Client()
    client.force_login(admin)
    form = {"name": "HRM", "address": "https://hrm.example/", "kinds": ["person.moved"]}
    made = client.post("/ket-noi/webhook/", form)
    secret = Endpoint.objects.get().secret
    assert secret in made.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    for path in ("/ket-noi/webhook/", f"/ket-noi/webhook/{Endpoint.objects.get().pk}/"):
        assert secret not in client.get(path).content.decode()
    assert client.post("/ket-noi/webhook/", form).status_code == 422


def test_the_log_shows_each_telling_and_sends_again(
    units: Units, admin: User, endpoint: Endpoint, receiver: Hook
):
    receiver.status = 500
    happen(units)
    client = Client()
    client.force_login(admin)
    page = client.get(f"/ket-noi/webhook/{endpoint.pk}/").content.decode()
    assert "500" in page
    receiver.status = 200
    client.post(f"/ket-noi/webhook/gui/{Delivery.objects.get().pk}/")
    assert Delivery.objects.get().state == Delivery.State.DELIVERED
    path = f"/ket-noi/webhook/{endpoint.pk}/?trang-thai=failed"
    assert "500" not in client.get(path).content.decode()


def test_an_administrator_makes_a_key_and_sees_it_once(admin: User, units: Units):
    client = Client()
    client.force_login(admin)
    form = {
        "name": "Phần mềm nhân sự",
        "source": "hrm",
        "abilities": ["people.read"],
        "unit": str(units.home.public_id),
    }
    made = client.post("/ket-noi/khoa/", form)
    token = made.content.decode().split("kheo_")[1].split("<")[0]
    assert made.headers["Cache-Control"] == "no-store"
    assert token not in client.get("/ket-noi/khoa/").content.decode()
    asked = Client(headers={"Authorization": f"Bearer kheo_{token}"})
    assert asked.get("/api/v1/people/").status_code == 200
    assert client.post("/ket-noi/khoa/", form | {"source": "Hờ"}).status_code == 422
