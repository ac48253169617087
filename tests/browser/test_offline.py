"""Without a network: what this device was allowed to keep, else a page that says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from cadres.models import Cadre
from courses.enrolling import enrol
from courses.models import Course
from tests.assessments.building import make_bank, make_cadre, make_course, make_paper
from tests.browser.test_attempt import answered, choose, is_chosen, is_saved, is_waiting, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cadre() -> Cadre:
    return make_cadre()


@pytest.fixture
def course(cadre: Cadre) -> Course:
    course = make_course(make_paper(make_bank(6), draw=6))
    enrol(cadre, course)
    return course


@pytest.fixture
def page(phone: BrowserContext, cadre: Cadre, course: Course, live_server: Any) -> Page:
    """A phone whose worker stands by."""
    sign_in(phone, cadre, live_server.url)
    page = phone.new_page()
    page.goto(f"{live_server.url}/hoc/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


@pytest.fixture
def lesson(course: Course, live_server: Any) -> str:
    assert course.current
    return f"{live_server.url}/hoc/{course.slug}/{course.current.listed_lessons[0]['slug']}/"


def is_kept(page: Page) -> None:
    """The worker keeps a page after the browser has shown it."""
    page.wait_for_function(
        "caches.open('kheo-pages').then((kept) => kept.match(location.href, {ignoreVary: true}))"
    )


def test_a_page_not_kept_says_so_in_the_houses_own_words(phone: BrowserContext, page: Page) -> None:
    phone.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hiện không có mạng")
    expect(page.get_by_role("link", name="Thử lại")).to_be_visible()
    phone.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc học của tôi")


def test_a_lesson_read_before_is_read_again_without_network(
    phone: BrowserContext, page: Page, lesson: str, live_server: Any
) -> None:
    page.goto(lesson)
    title = page.title()
    is_kept(page)
    phone.set_offline(True)
    page.goto(f"{live_server.url}/khoa-hoc/")
    page.locator("[data-kept-pages] a").click()
    expect(page).to_have_title(title)
    expect(page.locator("[data-connection]")).to_contain_text("đây là trang lưu trên máy")


def test_signing_out_forgets_what_was_kept(phone: BrowserContext, page: Page, lesson: str) -> None:
    page.goto(lesson)
    is_kept(page)
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("link", name="Đăng nhập").first).to_be_visible()
    phone.set_offline(True)
    page.goto(lesson)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hiện không có mạng")
    expect(page.locator("[data-kept-pages]")).to_be_hidden()


def test_a_session_that_ended_forgets_them_too(
    phone: BrowserContext, page: Page, lesson: str
) -> None:
    page.goto(lesson)
    is_kept(page)
    phone.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto(lesson)
    expect(page.get_by_label("Mật khẩu", exact=True)).to_be_visible()
    phone.set_offline(True)
    page.goto(lesson)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hiện không có mạng")


def test_a_reload_in_the_middle_of_a_test_loses_nothing(
    phone: BrowserContext, page: Page, course: Course, live_server: Any
) -> None:
    page.goto(f"{live_server.url}/hoc/{course.slug}/kiem-tra/")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    choose(page, 1)
    is_saved(page, 1)
    page.reload()
    is_kept(page)
    choose(page, 2)
    is_saved(page, 2)
    phone.set_offline(True)
    choose(page, 3, 1)
    is_waiting(page, 3)
    page.reload()
    expect(page.locator("[data-connection]")).to_contain_text("đây là trang lưu trên máy")
    for position, place in ((1, 0), (2, 0), (3, 1)):
        is_chosen(page, position, place)
    is_waiting(page, 3)
    expect(page.locator("[data-count-now]")).to_have_text("3")
    phone.set_offline(False)
    is_saved(page, 3)
    assert set(answered()) == {1, 2, 3}


def test_a_shared_device_keeps_nothing(cadre: Cadre, lesson: str) -> None:
    client = Client()
    assert cadre.user
    client.force_login(cadre.user)
    path = "/" + lesson.split("/", 3)[3]
    assert client.get(path).has_header("Kheo-Keep")
    session = client.session
    session.set_expiry(0)
    session.save()
    assert not client.get(path).has_header("Kheo-Keep")
