"""A trainer brings a Word file on a wide screen; a learner's phone shows what became of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from cadres.models import Role
from content.models import LessonPage
from content.preparing import prepare, sync_groups
from tests import cast
from tests.content.documents import word
from tests.courses.building import add_chapter, make_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trainer(live_server: Any) -> User:
    prepare()
    user = cast.make_role(cast.build_units(), Role.TRAINER)
    sync_groups(user)
    return user


def signed_in(context: BrowserContext, user: User, address: str) -> Page:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
    return context.new_page()


def test_a_word_file_becomes_lessons_that_fit_a_phone(
    live_server: Any, chromium: Browser, phone: BrowserContext, trainer: User
) -> None:
    chapter = add_chapter(make_page())
    desk = chromium.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
    page = signed_in(desk, trainer, live_server.url)
    page.goto(f"{live_server.url}/soan/pages/{chapter.pk}/")
    page.locator("[data-controller~=w-dropdown] button").first.click()
    page.get_by_role("link", name="Đưa tài liệu vào thành bài học").click()
    file: Any = {"name": "Bài.docx", "mimeType": "application/octet-stream", "buffer": word(alt="")}
    page.get_by_label("Tệp tài liệu").set_input_files(file)
    page.get_by_label("không thuộc bí mật nhà nước").check()
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("heading", name="sẽ thành 2 bài")).to_be_visible()
    page.get_by_role("button", name="Tạo 2 bản nháp").click()
    expect(page.get_by_text("Đã thêm 2 bài")).to_be_visible()
    for lesson in LessonPage.objects.order_by("path"):
        address = f"{live_server.url}/soan/pages/{lesson.pk}/view_draft/"
        reading = signed_in(phone, trainer, live_server.url)
        reading.goto(address)
        assert reading.evaluate("document.documentElement.scrollWidth") <= 360
    desk.close()
