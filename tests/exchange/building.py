"""Keys, records and a server outside, for the tests of what other systems do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from typing import Any, Self

from django.test import Client

from cadres.models import Unit
from exchange.keying import create_key
from exchange.models import Ability
from tests import cast
from tests.cast import Units

ALL = tuple(Ability.values)
PEOPLE = "/api/v1/people/"
LOOPBACK = [ip_network("127.0.0.0/8")]


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


class Receiver:
    """A server outside that keeps what it was sent (headers by their names in small letters) and
    answers as it is told to."""

    path = "/hook?of=kheo"

    def __init__(self) -> None:
        self.status: int | None = None
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.asked.append((self.path, headers, body))
                self.send_response(receiver.status or receiver.take(body))
                self.send_header("Location", "/elsewhere/")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}{self.path}"

    def take(self, body: bytes) -> int:
        return 200

    @contextmanager
    def listening(self, settings: Any) -> Iterator[Self]:
        """In a network that settings allow."""
        settings.WEBHOOK_NETWORKS = LOOPBACK
        thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        thread.start()
        yield self
        self.server.shutdown()
        thread.join()
        self.server.server_close()
