"""From a package to a verified result: author, administrator, learner on a phone, author again."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Route, expect

from accounts.models import User
from assessments.models import Run, RunState
from cadres.models import Role
from courses.enrolling import enrol
from courses.models import LessonDone
from courses.publishing import publish
from media.models import Interactive, LibraryVersion
from media.taking_in import take_in
from tests import cast
from tests.chromium import PHONE
from tests.courses.building import add_chapter, add_lesson, lesson_path, make_page
from tests.media import building
from tests.media.building import make_interactive, make_library
from tests.media.h5p_packing import PIECES, load, pack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NIGHT, DAY = "rgb(23, 20, 17)", "rgb(251, 248, 242)"
ASKED = "Ai đi trước, ai đi sau?"
PIECE = PIECES / "k1-4-2-nha-thu-muoi-chin.json"


def signed_in(context: BrowserContext, user: User, url: str) -> Page:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
    return context.new_page()


def inside(page: Page) -> FrameLocator:
    return page.locator("[data-player]").frame_locator("iframe")


def tap(page: Page, name: str) -> None:
    inside(page).get_by_role("button", name=name, exact=True).tap()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def upload(page: Page, url: str, package: Path) -> None:
    page.goto(f"{url}/tuong-tac/")
    page.get_by_label("Gói H5P (.h5p)").set_input_files(package)
    page.get_by_role("button", name="Tải lên").click()
    expect(page.get_by_text("Đã lưu thành bản số 1.")).to_be_visible()
    expect(page.get_by_text("Chưa chạy được")).to_be_visible()


def approve_all(page: Page, url: str) -> None:
    for name in ("H5P.KheoBase", "H5P.KheoSituation"):
        page.goto(f"{url}/tuong-tac/thu-vien/")
        page.get_by_role("link", name=re.compile(name)).click()
        expect(page.get_by_text("Mọi tệp đều mới")).to_be_visible()
        fits(page)
        page.get_by_role("button", name="Duyệt", exact=True).click()
        expect(page.get_by_text(re.compile(f"Đã duyệt {name}"))).to_be_visible()


def edit(page: Page, url: str, picture: Path) -> None:
    """The preview follows what is typed and put in; only saving makes a revision."""
    page.goto(f"{url}/tuong-tac/{Interactive.objects.get().public_id}/")
    page.get_by_role("link", name="Sửa nội dung").click()
    page.get_by_label("Câu hỏi").fill(ASKED)
    expect(inside(page).get_by_text(ASKED)).to_be_visible()
    field = page.get_by_label(re.compile("^Hình ảnh"))
    field.set_input_files({"name": "anh.png", "mimeType": "image/png", "buffer": b"<svg/>"})
    expect(page.get_by_text("“anh.png” không đúng như đuôi tên")).to_be_visible()
    field.set_input_files(picture)
    expect(page.get_by_text("Đã đưa tệp vào")).to_be_visible()
    small = page.get_by_role("img", name="Ảnh hiện tại")
    expect(small).to_have_js_property("naturalWidth", 64)
    page.get_by_label(re.compile("^Lời thay cho hình")).fill("Bà con họp ở sân đình")
    shown = inside(page).get_by_role("img", name="Bà con họp ở sân đình")
    expect(shown).to_have_js_property("naturalWidth", 64)
    fits(page)
    assert Interactive.objects.get().revisions.count() == 1
    page.get_by_role("button", name="Lưu thành bản mới").first.click()
    expect(page.get_by_text("Đã lưu thành bản số 2.")).to_be_visible()
    expect(inside(page).get_by_text(ASKED)).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", 64)


def make_new(page: Page, url: str) -> None:
    """Three clicks from the list to the form of a content that plays."""
    page.goto(f"{url}/tuong-tac/")
    page.get_by_role("link", name="Tạo nội dung mới").click()
    fits(page)
    page.get_by_role("button", name="Dùng mẫu Tình huống").click()
    expect(page.get_by_label("Tiêu đề", exact=True)).to_have_value(
        "Loa phát thanh lúc năm giờ sáng"
    )
    expect(inside(page).get_by_text("Cụm loa cuối thôn")).to_be_visible()


def begin(page: Page, url: str, path: str) -> None:
    page.goto(f"{url}{path}")
    fits(page)
    page.get_by_role("button", name="Bắt đầu").tap()
    tap(page, "Nên nhất, Cách A")
    expect(page.locator("[data-player] [data-state=saved]")).to_be_visible()


def go_on(page: Page, url: str, path: str) -> None:
    page.goto(f"{url}{path}")
    chosen = inside(page).get_by_role("button", name="Nên nhất, Cách A")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    tap(page, "Tránh nhất, Cách D")
    tap(page, "Xem kết quả")
    expect(page.get_by_text("Kết quả của đồng chí: 4/4 điểm.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Máy chủ đã xác nhận")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Đã học xong bài này").tap()
    page.wait_for_url(re.compile("/khoa-hoc/"))


def test_a_package_is_let_in_played_on_a_phone_cut_off_resumed_and_believed(
    chromium: Browser, live_server: Any, tmp_path: Path, settings: Any
) -> None:
    settings.BASE_URL = url = live_server.url
    units = cast.build_units()
    trainer, admin = cast.make_role(units, Role.TRAINER), cast.make_admin()
    learner = cast.make_cadre(units, full_name="Nguyễn Thị Diễm Hương")
    package = pack(load(PIECE), tmp_path / "goi.h5p")
    picture = tmp_path / "Ảnh họp.jpg"
    Image.new("RGB", (64, 48), "#27593d").save(picture)

    with chromium.new_context(viewport={"width": 1280, "height": 800}) as desk:
        upload(signed_in(desk, trainer, url), url, package)
    with chromium.new_context(**PHONE | {"viewport": {"width": 360, "height": 640}}) as phone:
        approve_all(signed_in(phone, admin, url), url)
    assert {version.state for version in LibraryVersion.objects.all()} == {"approved"}

    with chromium.new_context(viewport={"width": 1280, "height": 800}) as desk:
        edit(signed_in(desk, trainer, url), url, picture)

    page = make_page()
    add_lesson(add_chapter(page), "1.1", interactive=Interactive.objects.get(), required=True)
    edition = publish(page, by=trainer)
    enrolment = enrol(learner, edition.course)
    path = lesson_path(enrolment)
    assert learner.user

    with chromium.new_context(**PHONE | {"viewport": {"width": 360, "height": 640}}) as phone:
        begin(signed_in(phone, learner.user, url), url, path)
    assert RunState.objects.exists()
    # Another phone knows nothing but what the server kept.
    with chromium.new_context(**PHONE | {"viewport": {"width": 360, "height": 640}}) as phone:
        go_on(signed_in(phone, learner.user, url), url, path)
    run = Run.objects.get()
    assert run.revision.number == 2
    assert (run.strength, run.points, run.maximum) == ("verified", Decimal(4), Decimal(4))
    assert LessonDone.objects.filter(enrolment=enrolment).exists()

    with chromium.new_context(viewport={"width": 1280, "height": 800}) as desk:
        report = signed_in(desk, trainer, url)
        report.goto(f"{url}/khoa-hoc/{edition.course.slug}/tuong-tac/")
        row = report.get_by_role("row", name=re.compile("Nguyễn Thị Diễm Hương"))
        expect(row).to_contain_text("4/4")
        expect(row).to_contain_text("Máy chủ đã xác nhận")
        make_new(report, url)


@pytest.fixture
def as_the_house_serves(settings: Any) -> Callable[[Route], None]:
    """Static files as the house gives them; the test server has a way of its own with them."""
    settings.WHITENOISE_USE_FINDERS = True
    house = Client()

    def answer(route: Route) -> None:
        told: Any = house.get(urlsplit(route.request.url).path)
        body = told.getvalue()
        route.fulfill(status=told.status_code, headers=dict(told.headers), body=body)

    return answer


def test_a_frame_is_dressed_as_the_page_around_it(
    chromium: Browser,
    live_server: Any,
    settings: Any,
    tmp_path: Path,
    as_the_house_serves: Callable[[Route], None],
) -> None:
    settings.BASE_URL = url = live_server.url
    trainer, admin = cast.make_role(cast.build_units(), Role.TRAINER), cast.make_admin()
    with pack(load(PIECE), tmp_path / "goi.h5p").open("rb") as package:
        ours = take_in(package, by=trainer).revision.content
    building.approve_all(by=admin)
    script = (
        """H5P.MultiChoice = function () { this.attach = ($at) => $at.text("Trên giấy trắng"); };"""
    )
    theirs = make_interactive(by=trainer, admin=admin, libraries=make_library(script=script))
    with chromium.new_context(
        viewport={"width": 1280, "height": 2200}, color_scheme="dark"
    ) as desk:
        desk.route("**/static/**", as_the_house_serves)
        page = signed_in(desk, trainer, url)
        page.goto(f"{url}/tuong-tac/{ours.public_id}/")
        paper = inside(page).locator("html")
        expect(inside(page).get_by_role("button", name="Xem kết quả")).to_be_visible()
        expect(paper).to_have_css("background-color", NIGHT)
        page.locator("html").evaluate("page => (page.dataset.theme = 'light')")
        expect(paper).to_have_css("background-color", DAY)
        page.emulate_media(color_scheme="light")
        page.locator("html").evaluate("page => (page.dataset.theme = 'dark')")
        expect(paper).to_have_css("background-color", NIGHT)
        faces = paper.evaluate(
            "async () => [...await document.fonts.load('1rem Be Vietnam Pro', 'ẵa')].length"
        )
        assert faces == 2
        # What others have made is drawn on white paper, whatever the page is.
        page.goto(f"{url}/tuong-tac/{theirs.public_id}/")
        expect(inside(page).get_by_text("Trên giấy trắng")).to_be_visible()
        expect(inside(page).locator("html")).to_have_css("color-scheme", "normal")
        expect(page.locator(".player-stage")).to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.fixture
def packages(settings: Any, live_server: Any, tmp_path: Path) -> str:
    """A host of their own for packages; files lie where only our own view finds them."""
    settings.BASE_URL = live_server.url
    settings.PACKAGE_ORIGIN = live_server.url.replace("localhost", "127.0.0.1")
    policy = settings.CONTENT_SECURITY_POLICY
    opened = {
        name: [*policy["DIRECTIVES"][name], settings.PACKAGE_ORIGIN]
        for name in ("img-src", "media-src", "frame-src")
    }
    settings.CONTENT_SECURITY_POLICY = policy | {"DIRECTIVES": policy["DIRECTIVES"] | opened}
    backend = "django.core.files.storage.FileSystemStorage"
    files = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "uploads")}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    origin: str = settings.PACKAGE_ORIGIN
    return origin


def test_with_a_second_origin_a_draft_is_seen_in_the_form_and_in_the_frame(
    chromium: Browser, live_server: Any, packages: str, tmp_path: Path
) -> None:
    trainer, admin = cast.make_role(cast.build_units(), Role.TRAINER), cast.make_admin()
    with pack(load(PIECE), tmp_path / "goi.h5p").open("rb") as package:
        take_in(package, by=trainer)
    building.approve_all(by=admin)
    picture = tmp_path / "Ảnh họp.jpg"
    Image.new("RGB", (64, 48), "#27593d").save(picture)
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as desk:
        page = signed_in(desk, trainer, live_server.url)
        seen: list[str] = []
        page.on("response", lambda answer: seen.append(f"{answer.status} {answer.url}"))
        edit(page, live_server.url, picture)
    files = [told for told in seen if "/tep/h5p/" in told]
    assert any(f"200 {packages}/tep/h5p/drafts/" in told for told in files)
    assert any(f"200 {packages}/tep/h5p/contents/" in told for told in files)
    assert all(told.startswith(f"200 {packages}/") for told in files), files


def test_a_field_comes_and_goes_with_what_is_chosen_and_keeps_its_words(
    chromium: Browser, live_server: Any, settings: Any
) -> None:
    settings.BASE_URL = url = live_server.url
    options = [{"value": "read", "label": "Đọc"}, {"value": "order", "label": "Xếp"}]
    rules = {"rules": [{"field": "task", "equals": ["order"]}]}
    semantics = [
        {"name": "task", "type": "select", "label": "Việc", "options": options},
        {"name": "x", "type": "text", "label": "Lời", "widget": "showWhen", "showWhen": rules},
    ]
    trainer = cast.make_role(cast.build_units(), Role.TRAINER)
    made = make_interactive(
        by=trainer,
        admin=cast.make_admin(),
        content={"task": "order", "x": "Giữ lại"},
        libraries=make_library(semantics=semantics),
    )
    with chromium.new_context(**PHONE | {"viewport": {"width": 360, "height": 640}}) as phone:
        page = signed_in(phone, trainer, url)
        page.goto(f"{url}/tuong-tac/{made.public_id}/sua/")
        expect(page.get_by_label("Lời")).to_be_visible()
        page.get_by_label("Việc").select_option("read")
        expect(page.get_by_label("Lời")).to_be_hidden()
        page.get_by_role("button", name="Lưu thành bản mới").first.tap()
        expect(page.get_by_text("Đã lưu thành bản số 2.")).to_be_visible()
        page.goto(f"{url}/tuong-tac/{made.public_id}/sua/")
        expect(page.get_by_label("Lời")).to_be_hidden()
        page.get_by_label("Việc").select_option("order")
        expect(page.get_by_label("Lời")).to_have_value("Giữ lại")
        fits(page)
