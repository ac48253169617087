"""The player's frame in a real browser: shut off, resumed, honest when something is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Route, expect

from lms.access import ROUTES, Row
from media import playing as frames
from tests.browser import playing
from tests.browser.playing import Store

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.playing"),
]
PUBLIC = Row(frozenset({"anyone"}), frozenset({"anyone"}))
FILM = Path("lms/demo/recordings/sau-phuong-phap.mp4")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Store:
    """Files lie where only our own view finds them: the test server serves MEDIA_ROOT by itself."""
    backend = "django.core.files.storage.FileSystemStorage"
    files = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    fresh = Store()
    monkeypatch.setattr(playing, "store", fresh)
    monkeypatch.setattr(frames, "finders", [fresh.find])
    for name in playing.ROUTES:
        monkeypatch.setitem(ROUTES, name, PUBLIC)
    playing.fill_storage()
    return fresh


@pytest.fixture
def show(phone: BrowserContext, store: Store, live_server: Any) -> Callable[..., Page]:
    """Opens the page that shows these contents."""

    def open_page(*contents: str) -> Page:
        page = phone.new_page()
        page.goto(f"{live_server.url}/thu/?c={','.join(contents)}")
        return page

    return open_page


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """Another host, which writes down who comes."""
    visits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        server.visits = visits  # type: ignore[attr-defined]
        server.url = f"http://127.0.0.1:{server.server_port}/"  # type: ignore[attr-defined]
        yield server
        server.shutdown()


def inside(page: Page, place: int = 0) -> FrameLocator:
    return page.locator("[data-player]").nth(place).frame_locator("iframe")


def is_ready(page: Page, place: int = 0) -> None:
    expect(page.locator("[data-player]").nth(place)).to_have_attribute("data-phase", "ready")


def say(page: Page, word: str, place: int = 0) -> None:
    inside(page, place).locator(".word").fill(word)
    inside(page, place).locator(".check").click()


def is_saved(page: Page, place: int = 0) -> None:
    expect(page.locator("[data-player] [data-state]").nth(place)).to_have_text("Đã lưu.")


def test_a_package_reaches_nothing_but_its_own_frame(
    show: Callable[..., Page], store: Store, live_server: Any, elsewhere: Any
) -> None:
    heard = f"{live_server.url}/thu/nghe/"
    store.add("a", "Hostile", {"other": elsewhere.url, "house": heard})
    page = show("a")
    page.evaluate("localStorage.secret = 'x'")
    address = page.url
    told = json.loads(inside(page).locator("output").inner_text())
    popup = told.pop("popup")
    assert popup in {"refused", "got null"}
    assert told.pop("frame element") in {"refused", "got null"}
    # The tries that give no answer are found out by nobody having come.
    for quiet in ("form", "service worker", "worker", "cookie write", "beacon", "top navigation"):
        told.pop(quiet)
    assert set(told.values()) == {"refused"}, told
    inside(page).locator(".leave").click()
    expect(page.locator("h1")).to_have_text("Bài học")
    assert page.url == address
    assert (store.heard, elsewhere.visits) == ([], [])
    assert len(page.context.pages) == 1


def test_no_cookie_is_read_or_set_for_a_frame(show: Callable[..., Page], store: Store) -> None:
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    with page.expect_response("**/tep/tuong-tac/a/**") as got:
        page.reload()
    headers = got.value.headers
    assert headers["content-security-policy"].startswith(
        "sandbox allow-scripts; default-src 'none'"
    )
    with page.expect_response("**/tiny.js") as got:
        page.reload()
    assert got.value.headers["access-control-allow-origin"] == "*"
    assert not {"set-cookie", "vary", "x-frame-options"} & set(headers)
    assert headers["cache-control"] == "no-store"
    is_ready(page)


def test_an_answer_is_sent_once_and_shown_again_the_next_time(
    show: Callable[..., Page], store: Store
) -> None:
    store.add("a", "Tiny", {"question": "Ai là gốc?"})
    page = show("a")
    say(page, "dân")
    is_saved(page)
    assert [sent["data"]["statement"]["result"]["response"] for sent in store.submissions] == [
        "dân"
    ]
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(inside(page).locator(".word")).to_have_value("dân")


def test_two_players_do_not_hear_each_other(show: Callable[..., Page], store: Store) -> None:
    store.add("a", "Tiny", {"question": "Một?"})
    store.add("b", "Tiny", {"question": "Hai?"})
    page = show("a", "b")
    say(page, "dân", 0)
    is_saved(page, 0)
    page.locator("[data-player]").nth(1).scroll_into_view_if_needed()
    is_ready(page, 1)
    expect(inside(page, 1).locator(".word")).to_have_value("")
    assert {sent["content"] for sent in store.submissions} == {"a"}
    assert set(store.states) - {"r-b"} == {"r-a"}
    frames = [frame for frame in page.frames if frame.parent_frame]
    frames[1].evaluate("parent.frames[0].postMessage({kheo: 1, type: 'fullscreen', on: true}, '*')")
    frames[0].wait_for_function("heard.some((said) => said.type === 'fullscreen')")
    expect(inside(page, 0).locator("body")).not_to_have_class("h5p-fullscreen")


def test_a_missing_script_is_told_and_can_be_tried_again(
    show: Callable[..., Page], store: Store
) -> None:
    good = store.add("a", "Tiny", {"question": "Ai?"}).scripts
    store.add("a", "Tiny", {"question": "Ai?"}, scripts=["/tep/h5p/libraries/none.js"])
    page = show("a")
    expect(page.get_by_role("alert")).to_contain_text("Chưa mở được phần này")
    store.add("a", "Tiny", {"question": "Ai?"}, scripts=good)
    page.get_by_role("button", name="Thử lại").click()
    is_ready(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_script_that_never_comes_is_told(
    show: Callable[..., Page], store: Store, phone: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "PATIENCE_MS", 300)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.route("**/tiny.js", hold)
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    expect(page.get_by_role("alert")).to_contain_text("Chưa mở được phần này")
    assert held


def test_a_content_that_cannot_be_played_is_told(show: Callable[..., Page], store: Store) -> None:
    store.add("a", "Tiny", {"question": "Ai?"}, library="H5P.Unknown 1.0")
    page = show("a")
    expect(page.get_by_role("alert")).to_contain_text("Nội dung này không chạy được")


def test_a_ticket_that_is_too_old_is_told(
    show: Callable[..., Page], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "TICKET_SECONDS", -1)
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    expect(page.get_by_role("alert")).to_contain_text("tải lại trang")


STRANGE = """(said) => {
  const frame = document.querySelector("[data-player] iframe").contentWindow;
  const as = (source, data) =>
    dispatchEvent(new MessageEvent("message", { data, source, origin: "null" }));
  if (said.stranger) as(window, said.data);
  else for (let i = 0; i < (said.times || 1); i += 1) as(frame, said.data);
}"""


@pytest.mark.parametrize(
    "said",
    [
        {"stranger": True, "data": {"kheo": 1, "type": "resize", "height": 999}},
        {"data": {"kheo": 1, "type": "resize", "height": "999"}},
        {"data": {"kheo": 1, "type": "resize", "height": 999, "more": 1}},
        {"data": {"type": "resize", "height": 999}},
        {"data": {"kheo": 1, "type": "constructor"}},
        {"data": "resize"},
        {"data": {"kheo": 1, "type": "state", "sub": "0", "kind": "state", "data": "x" * 300_000}},
        {"data": {"kheo": 1, "type": "state", "sub": "../a", "kind": "state", "data": "x"}},
        {"data": {"kheo": 1, "type": "done", "data": "x" * 600_000}},
        {"data": {"kheo": 1, "type": "done", "data": "no json"}},
    ],
    ids=lambda said: json.dumps(said)[:60],
)
def test_what_is_not_said_as_agreed_is_not_heard(
    show: Callable[..., Page], store: Store, said: dict[str, Any]
) -> None:
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    is_ready(page)
    page.evaluate(STRANGE, said)
    say(page, "dân")
    is_saved(page)
    assert "999px" not in (page.locator("iframe").get_attribute("style") or "")
    assert len(store.submissions) == 1
    assert list(store.states["r-a"]) == ["0"]


def test_too_many_messages_are_not_heard(show: Callable[..., Page], store: Store) -> None:
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    is_ready(page)
    height = {"data": {"kheo": 1, "type": "resize", "height": 999}}
    page.evaluate("performance.now = () => 1e6")  # no time passes
    page.evaluate(STRANGE, {"data": {"kheo": 1, "type": "progress"}, "times": 500})
    page.evaluate(STRANGE, height)
    expect(page.locator("iframe")).not_to_have_css("height", "999px")
    page.evaluate("performance.now = () => 1e6 + 1000")
    page.evaluate(STRANGE, height)
    expect(page.locator("iframe")).to_have_css("height", "999px")


def test_the_frame_is_as_high_as_what_it_shows(show: Callable[..., Page], store: Store) -> None:
    store.add("a", "Tiny", {"question": "Ai?", "height": "777px"})
    page = show("a")
    is_ready(page)
    expect(page.locator("iframe")).to_have_css("height", "777px")


def test_full_screen_is_entered_from_inside_and_left_by_the_button(
    show: Callable[..., Page], store: Store
) -> None:
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    is_ready(page)
    inside(page).locator(".full").click()
    expect(page.locator("[data-player]")).to_have_class("player is-full")
    expect(inside(page).locator("body")).to_have_class("h5p-fullscreen")
    page.get_by_role("button", name="Thoát toàn màn hình").click()
    expect(page.locator("[data-player]")).to_have_class("player")
    expect(page.get_by_role("button", name="Toàn màn hình")).to_be_focused()


def test_escape_inside_the_frame_leaves_the_whole_window(
    show: Callable[..., Page], store: Store, phone: BrowserContext
) -> None:
    """A browser that gives no full screen (a small iPhone) fills its window instead."""
    phone.add_init_script("Element.prototype.requestFullscreen = undefined")
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    is_ready(page)
    inside(page).locator(".full").click()
    expect(page.locator(".is-full")).to_have_count(1)
    inside(page).locator(".word").press("Escape")
    expect(page.locator(".is-full")).to_have_count(0)


def test_the_keyboard_goes_in_and_out(show: Callable[..., Page], store: Store) -> None:
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    is_ready(page)
    page.get_by_role("button", name="Toàn màn hình").focus()
    for _step in range(2):
        page.keyboard.press("Tab")
    expect(inside(page).locator(".check")).to_be_focused()
    for _step in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Sau")).to_be_focused()


def test_what_was_done_without_network_is_sent_when_it_is_back(
    show: Callable[..., Page], store: Store, phone: BrowserContext
) -> None:
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    is_ready(page)
    phone.set_offline(True)
    say(page, "dân")
    expect(page.locator("[data-state]").first).to_contain_text("Phần đồng chí đã làm được giữ")
    assert store.submissions == []
    phone.set_offline(False)
    is_saved(page)
    assert len(store.submissions) == 1


def test_an_answer_the_server_did_not_take_survives_a_reload(
    show: Callable[..., Page], store: Store
) -> None:
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    store.is_broken = True
    say(page, "dân")
    expect(page.locator("[data-state]").first).to_contain_text("Phần đồng chí đã làm được giữ")
    store.is_broken = False
    page.reload()
    expect(inside(page).locator(".word")).to_have_value("dân")
    is_saved(page)
    assert len(store.submissions) == 1


def test_a_kept_lesson_is_played_and_resumed_without_network(
    show: Callable[..., Page], store: Store, phone: BrowserContext
) -> None:
    playing.put("contents/a-5f2c/dot.png", playing.DOT)
    store.add("a", "Tiny", {"question": "Ai?"}, files=["dot.png"])
    page = show("a")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    say(page, "dân")
    is_saved(page)
    expect(page.locator("[data-player]")).to_have_attribute("data-kept", "here")
    phone.set_offline(True)
    page.reload()
    is_ready(page)
    expect(inside(page).locator(".word")).to_have_value("dân")
    told = inside(page).locator("body").evaluate("() => origin")
    assert told == "null"
    say(page, "nhân dân")
    expect(page.locator("[data-state]").first).to_contain_text("Phần đồng chí đã làm được giữ")
    phone.set_offline(False)
    is_saved(page)
    assert [sent["data"]["statement"]["result"]["response"] for sent in store.submissions] == [
        "dân",
        "nhân dân",
    ]


def test_without_network_what_is_not_kept_says_so(
    show: Callable[..., Page], store: Store, phone: BrowserContext
) -> None:
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    is_ready(page)
    phone.set_offline(True)
    page.evaluate("document.querySelector('[data-player]').player.open(true)")
    expect(page.get_by_role("alert")).to_contain_text("Không có mạng")


def test_a_film_beside_the_text_plays_and_is_wound_on(
    show: Callable[..., Page], store: Store
) -> None:
    playing.put("contents/a-5f2c/film.mp4", FILM.read_bytes())
    playing.put("contents/a-5f2c/film.vtt", FILM.with_suffix(".vtt").read_bytes())
    store.add("a", "Film", {"film": {"path": "film.mp4"}, "words": {"path": "film.vtt"}})
    page = show("a")
    is_ready(page)
    expect(inside(page).locator("video[data-seeked]")).to_have_count(1)
    expect(inside(page).locator("video[data-cues]")).to_have_count(1)


def test_with_a_second_origin_only_that_one_serves_packages(
    show: Callable[..., Page], store: Store, settings: Any, live_server: Any
) -> None:
    settings.BASE_URL = live_server.url
    settings.PACKAGE_ORIGIN = live_server.url.replace("localhost", "127.0.0.1")
    policy = settings.CONTENT_SECURITY_POLICY
    sources = policy["DIRECTIVES"] | {"frame-src": ["'self'", settings.PACKAGE_ORIGIN]}
    settings.CONTENT_SECURITY_POLICY = policy | {"DIRECTIVES": sources}
    store.add("a", "Tiny", {"question": "Ai?"})
    page = show("a")
    is_ready(page)
    assert (page.locator("iframe").get_attribute("src") or "").startswith(settings.PACKAGE_ORIGIN)
    say(page, "dân")
    is_saved(page)


def test_without_scripts_a_plain_sentence_says_what_to_do(
    chromium: Any, store: Store, live_server: Any
) -> None:
    store.add("a", "Tiny", {"question": "Ai?"})
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/thu/?c=a")
    expect(page.locator(".player-plain")).to_be_visible()
    expect(page.get_by_role("button", name="Toàn màn hình")).to_be_hidden()
    context.close()
