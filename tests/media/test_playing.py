"""The frame's page: who opens it, what it says, how its headers shut it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from media import playing
from media.playing import Playable, Ticket, find_ticket, player_for

EVIL = "</script><script>alert(1)</script>&\u2028<!--"
TICKET = Ticket("v1", person="7", registration="r1")


@pytest.fixture(autouse=True)
def playable(monkeypatch: pytest.MonkeyPatch) -> Playable:
    found = Playable(
        content="v1",
        title="Dân là gốc <b>",
        library="H5P.Tiny 1.0",
        params=json.dumps({"question": EVIL}),
        scripts=["/tep/h5p/libraries/H5P.Tiny-1.0/tiny.js"],
        styles=["/tep/h5p/libraries/H5P.Tiny-1.0/tiny.css"],
        base="/tep/h5p/contents/5f2c/",
        libraries="/tep/h5p/libraries",
        state={"0": {"state": '{"word":"dân"}'}},
    )
    monkeypatch.setattr(playing, "finders", [lambda ticket: found])
    return found


def get(
    client: Client, path: str = "/tep/tuong-tac/v1/", ticket: Ticket = TICKET, **more: Any
) -> Any:
    return client.get(path, query_params={"ve": ticket.sign()}, **more)


def told(response: Any) -> dict[str, Any]:
    page = response.content.decode()
    found = re.search(r'<script id="playable" type="application/json">(.*?)</script>', page, re.S)
    assert found
    said: dict[str, Any] = json.loads(found[1])
    return said


def test_a_ticket_is_for_its_content_and_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = TICKET.sign()
    assert find_ticket(signed, "v1") == TICKET
    assert find_ticket(signed, "v2") is None
    assert find_ticket(signed[:-1] + "x", "v1") is None
    assert find_ticket(signing.dumps({"content": "v1"}, salt="media.playing"), "v1") is None
    monkeypatch.setattr(playing, "TICKET_SECONDS", -1)
    assert find_ticket(signed, "v1") is None


def test_without_a_ticket_there_is_no_page(client: Client) -> None:
    assert client.get("/tep/tuong-tac/v1/").status_code == 404
    assert get(client, ticket=Ticket("v2", "7", "r1")).status_code == 404


def test_what_is_played_cannot_end_its_own_script(client: Client, playable: Playable) -> None:
    response = get(client)
    page = response.content.decode()
    assert page.count("<script") == 2
    assert "<!--" not in page
    assert "\u2028" not in page
    assert "Dân là gốc &lt;b&gt;" in page
    assert json.loads(told(response)["params"]) == {"question": EVIL}
    assert told(response)["state"] == {"0": {"state": '{"word":"dân"}'}}


def test_the_page_is_shut_by_its_headers(client: Client) -> None:
    headers = get(client).headers
    rules = dict(
        rule.partition(" ")[::2] for rule in headers["Content-Security-Policy"].split("; ")
    )
    files = "http://testserver/static/ http://testserver/tep/h5p/"
    assert rules == {
        "sandbox": "allow-scripts",
        "default-src": "'none'",
        "script-src": files,
        "style-src": f"{files} 'unsafe-inline'",
        "img-src": f"{files} data: blob:",
        "font-src": f"{files} data:",
        "media-src": f"{files} blob:",
        "connect-src": "'none'",
        "frame-src": "'none'",
        "form-action": "'none'",
        "base-uri": "http://testserver",
        "frame-ancestors": "http://testserver",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in headers["Permissions-Policy"]
    assert not {"X-Frame-Options", "Vary", "Kheo-Keep"} & set(headers)


def test_a_cookie_is_neither_read_nor_set(client: Client) -> None:
    client.cookies["sessionid"] = "x" * 32
    client.cookies["kheo_language"] = "en"
    response = get(client)
    assert response.status_code == 200
    assert not response.cookies
    assert 'lang="vi"' in response.content.decode()
    assert "COOKIES" not in vars(response.wsgi_request) or not response.wsgi_request.COOKIES


def test_it_speaks_the_language_of_its_ticket(client: Client) -> None:
    assert told(get(client))["texts"]["close"] == "Đóng"
    english = Ticket("v1", "7", "r1", language="en")
    assert told(get(client, ticket=english))["texts"]["close"] == "Close"


def test_only_a_device_that_may_keep_is_told_so(client: Client) -> None:
    assert get(client, ticket=Ticket("v1", "7", "r1", is_kept=True)).headers["Kheo-Keep"] == "1"


def test_with_a_second_origin_each_serves_its_own(client: Client, settings: Any) -> None:
    settings.PACKAGE_ORIGIN, settings.BASE_URL = "https://goi.example", "https://kheo.example"
    settings.ALLOWED_HOSTS = ["goi.example", "kheo.example"]
    there = get(client, headers={"host": "goi.example"}, secure=True)
    assert "frame-ancestors https://kheo.example" in there["Content-Security-Policy"]
    assert "script-src https://goi.example/static/" in there["Content-Security-Policy"]
    assert get(client, headers={"host": "kheo.example"}, secure=True).status_code == 404
    assert client.get("/healthz", headers={"host": "goi.example"}, secure=True).status_code == 404
    player = player_for(
        Ticket("v1", "7", "r1", is_kept=True), title="", state_url="", submit_url=""
    )
    assert player.address.startswith("https://goi.example/tep/tuong-tac/v1/?ve=")
    assert not player.is_kept


# --- Files --------------------------------------------------------------------------------------


def put(name: str, content: bytes = b"0123456789") -> str:
    return "/tep/" + default_storage.save(f"h5p/{name}", ContentFile(content))


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a/x.js", "text/javascript; charset=utf-8"),
        ("a/X.CSS", "text/css; charset=utf-8"),
        ("a/x.woff2", "font/woff2"),
        ("a/x.mp4", "video/mp4"),
        ("a/x.svg", "image/svg+xml"),
        ("a/x.vtt", "text/vtt; charset=utf-8"),
    ],
)
def test_a_file_is_for_any_frame_and_no_page(client: Client, name: str, content_type: str) -> None:
    response = client.get(put(name))
    assert (response.status_code, body(response)) == (200, b"0123456789")
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not {"Vary", "Set-Cookie"} & set(response.headers)


@pytest.mark.parametrize("name", ["a/x.html", "a/x.xhtml", "a/x.xml", "a/x.php", "a/x"])
def test_nothing_that_is_a_page_is_served(client: Client, name: str) -> None:
    assert client.get(put(name)).status_code == 404


def test_no_other_folder_is_reached(client: Client) -> None:
    default_storage.save("recordings/secret.mp4", ContentFile(b"x"))
    for door in ("h5p", "images"):
        for up in ("..", "%2e%2e", "a/../.."):
            assert client.get(f"/tep/{door}/{up}/recordings/secret.mp4").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "part", "span"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
    ],
)
def test_a_film_is_sent_in_parts(client: Client, wanted: str, part: bytes, span: str) -> None:
    response = client.get(put("a/film.mp4"), headers={"range": wanted})
    assert (response.status_code, body(response)) == (206, part)
    assert response.headers["Content-Range"] == span
    assert response.headers["Access-Control-Allow-Origin"] == "*"
