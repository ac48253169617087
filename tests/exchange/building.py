"""Keys and records for the tests of what other systems do."""

from __future__ import annotations

from typing import Any

from django.test import Client

from cadres.models import Unit
from exchange.keying import create_key
from exchange.models import Ability
from tests import cast
from tests.cast import Units

ALL = tuple(Ability.values)
PEOPLE = "/api/v1/people/"


def make_client(
    unit: Unit | None = None,
    *,
    abilities: tuple[str, ...] = ALL,
    name: str = "Phần mềm nhân sự",
    source: str = "hrm",
) -> Client:
    """Asks with a key, as another system does."""
    by = cast.make_admin()
    _key, token = create_key(name, source=source, abilities=abilities, unit=unit, by=by)
    return Client(headers={"Authorization": f"Bearer {token}"})


def person(units: Units, **given: Any) -> dict[str, Any]:
    """A cadre of `home` as a personnel system sends one; any field can be given."""
    post = {"unit": "14329", "position": "can-bo-dan-van", "valid_from": "2025-07-01"}
    return {
        "full_name": "Đỗ Quỳnh Trâm",
        "gender": "female",
        "born_on": "1984-02-29",
        "kind": "civil_servant",
        "posts": [post],
    } | given


def put(client: Client, external_id: str, body: dict[str, Any], **headers: str) -> Any:
    path = f"{PEOPLE}by-external-id/{external_id}/"
    return client.put(path, body, content_type="application/json", headers=headers)


def post_batch(client: Client, people: list[dict[str, Any]], name: str = "1", **more: Any) -> Any:
    return client.post(
        f"{PEOPLE}batch/",
        {"people": people} | more,
        content_type="application/json",
        headers={"Idempotency-Key": name},
    )
