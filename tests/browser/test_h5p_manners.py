"""What official content types ask of the core, each in its manner, is there in the frame."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from cadres.models import Role
from media import playing
from media.opening import open_revision
from media.taking_in import Taken, take_in
from tests import cast
from tests.browser import h5p_manners as manners
from tests.browser.test_interactive import signed_in
from tests.media import building

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = {
    "jQuery": "3.5.1",
    "trim": "a",
    "shuffle": "123",
    "shuffle nothing": True,
    "clone": '{"a":[1,{"b":2}]}',
    "uuid": True,
    "title": "Dài xxxxxxxxxxxxx...",
    "from string": '{"machineName":"H5P.Odd.Name","majorVersion":2,"minorVersion":11}',
    "class": "function",
    "content": "H5P.MannerCourse 1.3",
    "metadata": "Đi từng ngõ/Đi từng ngõ",
    "root": "true/false",
    "info": "H5P.MannerCourse-1.3",
    "library config": "{}",
    "framed": True,
    "full": True,
    "missing text": True,
    "cross origin": "anonymous",
    "external": "https://x.vn/a.png",
    "paths": True,
    "opened": True,
    "unknown": True,
    "external event": "x",
    "kept": "ghi",
    "never kept": True,
    "event": "attempted",
    "event object": True,
    "rights": True,
    "once": 1,
    "library picture": 12,
    "library font": 1,
}


def inside(page: Page) -> FrameLocator:
    return page.locator("[data-player]").frame_locator("iframe")


@pytest.fixture
def files_apart(settings: Any, tmp_path: Any) -> None:
    """Files lie where only our own view finds them: the test server serves MEDIA_ROOT by itself."""
    backend = "django.core.files.storage.FileSystemStorage"
    files = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": files}


@pytest.fixture
def course(files_apart: None, transactional_db: None) -> Taken:
    trainer = cast.make_role(cast.build_units(), Role.TRAINER)
    taken = take_in(manners.package(manners.course(), ("H5P.MannerCourse", 1, 3)), by=trainer)
    building.approve_all(by=cast.make_admin())
    taken.revision.refresh_from_db()
    return taken


@pytest.fixture
def page(chromium: Browser, live_server: Any, settings: Any, course: Taken) -> Iterator[Page]:
    settings.BASE_URL = url = live_server.url
    author = course.revision.made_by
    assert author
    with chromium.new_context(viewport={"width": 1000, "height": 900}) as desk:
        page = signed_in(desk, author, url)
        page.goto(f"{url}/tuong-tac/{course.revision.content.public_id}/")
        yield page


def test_all_that_is_asked_of_the_core_is_there(page: Page, course: Taken) -> None:
    assert (course.dropped, course.differing, course.refused) == (0, [], [])
    assert json.loads(inside(page).locator("output").inner_text()) == ASKED
    expect(inside(page).locator("video[data-long=true]")).to_have_count(1)
    shown = inside(page).get_by_role("img", name="Chấm")
    expect(shown).to_have_js_property("naturalWidth", 12)
    expect(inside(page).get_by_title("Phần 1")).to_have_text("Gõ từng nhà")
    # Attached three times, it stands where it was attached last.
    expect(inside(page).locator(".part-0 .rw-true")).to_have_count(1)
    expect(inside(page).locator(".again .rw-true")).to_have_count(0)


def test_a_part_answers_and_only_the_whole_is_handed_in(page: Page) -> None:
    sent: list[Any] = []
    page.on("request", lambda asked: sent.append(asked.post_data_json) if asked.post_data else None)
    inside(page).get_by_role("radio", name="Đúng").click()
    inside(page).get_by_role("button", name="Kiểm tra").click()
    expect(inside(page).get_by_text("Chắc chưa?")).to_be_visible()
    inside(page).get_by_role("button", name="Nộp", exact=True).first.click()
    line = page.locator("[data-player] [data-state]")
    expect(line).to_have_text("Đã lưu.")
    assert [told for told in sent if "submission" in told] == []
    with page.expect_request(lambda asked: '"submission"' in (asked.post_data or "")) as handed_in:
        inside(page).locator(".finish").click()
    whole = json.loads(handed_in.value.post_data or "")["data"]
    (part,) = whole["children"]
    assert part["statement"]["result"]["response"] == "true"
    extensions = part["statement"]["object"]["definition"]["extensions"]
    assert extensions["http://h5p.org/x-api/h5p-subContentId"] == manners.UUIDS[0]
    assert part["statement"]["context"]["contextActivities"]["parent"]
    states = [state for told in sent for state in told.get("states", [])]
    kept = [json.loads(state["data"]) for state in states if state["kind"] == "state"]
    assert kept[-1]["parts"][0] == {"answer": True}


def test_whoever_fills_the_screen_hears_when_it_is_left(page: Page) -> None:
    inside(page).locator(".full").click()
    filled = inside(page).locator(".h5p-manner-course")
    expect(filled).to_have_attribute("data-full", "in")
    page.get_by_role("button", name="Thoát toàn màn hình").click()
    expect(filled).to_have_attribute("data-full", "out")
    expect(inside(page).locator(".left")).to_have_count(1)


def test_parts_go_on_where_they_were(
    page: Page, course: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"0": {"state": json.dumps({"parts": [{"answer": False}]})}}
    opened = open_revision(course.revision, state)
    monkeypatch.setattr(playing, "finders", [lambda _ticket: opened])
    page.reload()
    expect(inside(page).get_by_role("radio", name="Sai")).to_have_attribute("aria-checked", "true")


def test_a_type_that_stumbles_over_its_own_state_still_hands_in(page: Page) -> None:
    expect(inside(page).locator("output")).to_have_count(1)
    frame = page.frames[-1]
    frame.evaluate("() => { H5P.instances[0].getCurrentState = () => { throw new Error(); }; }")
    with page.expect_request(lambda asked: '"submission"' in (asked.post_data or "")):
        inside(page).locator(".finish").click()


@pytest.mark.usefixtures("files_apart")
def test_a_type_may_take_its_containers_classes_away(
    chromium: Browser, live_server: Any, settings: Any
) -> None:
    settings.BASE_URL = url = live_server.url
    trainer, admin = cast.make_role(cast.build_units(), Role.TRAINER), cast.make_admin()
    libraries = building.make_library(script=manners.told("taking_over.js"))
    made = building.make_interactive(by=trainer, admin=admin, libraries=libraries)
    with chromium.new_context(viewport={"width": 1000, "height": 900}) as desk:
        page = signed_in(desk, trainer, url)
        page.goto(f"{url}/tuong-tac/{made.public_id}/")
        expect(inside(page).get_by_text("Mục một")).to_be_visible()
        expect(page.locator("[data-player]")).to_have_attribute("data-phase", "ready")
        page.get_by_role("button", name="Toàn màn hình").click()
        expect(inside(page).locator(".h5p-taken")).to_have_class("h5p-taken h5p-fullscreen")
