"""Signing in as people do: by a passkey, on a shared computer, under a strict policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from cadres.models import Role
from operations import purposes
from tests import cast
from tests.accounts.knocking import PASSWORD, with_password
from tests.chromium import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def issuer(settings: Any) -> User:
    cache.clear()
    settings.SECOND_STEP = True
    units = cast.build_units()
    user = with_password(cast.make_role(units, Role.ISSUER, on=units.root))
    purposes.read(user)
    return user


@pytest.fixture
def address(live_server: Any) -> str:
    """A name: an address of numbers has no passkeys."""
    return str(live_server.url).replace("127.0.0.1", "localhost")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context: BrowserContext = chromium.new_context(**PHONE)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert [fault for fault in faults if "401" not in fault and "404" not in fault] == []


@pytest.fixture
def device(page: Page) -> Any:
    """A phone that knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session


def sign_in(page: Page, address: str, user: User) -> None:
    page.goto(f"{address}/tai-khoan/dang-nhap/")
    page.get_by_label("Số điện thoại, mã cán bộ").fill(user.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def sign_out(page: Page, address: str) -> None:
    page.goto(f"{address}/tai-khoan/dang-xuat/")
    page.locator("main").get_by_role("button", name="Đăng xuất").click()
    expect(page.locator("main")).not_to_contain_text("Đăng xuất khỏi")


def add_passkey(page: Page, address: str) -> None:
    page.goto(f"{address}/tai-khoan/2fa/webauthn/add/")
    page.locator("form[data-passkey]").get_by_role("button").click()
    expect(page.locator("h1")).to_have_text("Mã khôi phục")


def test_a_passkey_is_set_up_by_keyboard_and_then_signs_in_alone(
    page: Page, address: str, issuer: User, device: Any
) -> None:
    sign_in(page, address, issuer)
    expect(page.locator("h1")).to_have_text("Bước xác nhận thứ hai khi đăng nhập")
    page.locator("main").get_by_role("link", name="Thêm khóa truy cập").focus()
    page.keyboard.press("Enter")
    name = page.get_by_label("Tên thiết bị")
    name.fill("Điện thoại của tôi")
    name.press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Tôi đã cất").click()
    expect(page).to_have_url(f"{address}/")

    sign_out(page, address)
    page.goto(f"{address}/tai-khoan/dang-nhap/")
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    expect(page).to_have_url(f"{address}/")
    page.goto(f"{address}/tai-khoan/")
    expect(page.locator("main")).to_contain_text("Điện thoại của tôi")


def test_after_the_password_the_passkey_is_the_second_step(
    page: Page, address: str, issuer: User, device: Any
) -> None:
    sign_in(page, address, issuer)
    add_passkey(page, address)
    sign_out(page, address)
    sign_in(page, address, issuer)
    expect(page.locator("h1")).to_have_text("Bước xác nhận thứ hai")
    page.get_by_role("button", name="Xác nhận bằng khóa truy cập").click()
    expect(page).to_have_url(f"{address}/")


def test_a_device_that_does_not_answer_is_told_in_words(
    page: Page, address: str, issuer: User
) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    unwilling = {**AUTHENTICATOR, "isUserVerified": False}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": unwilling})
    page.goto(f"{address}/tai-khoan/dang-nhap/")
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    expect(page.locator("[data-passkey-error]")).to_contain_text("Thiết bị chưa xác nhận")


def test_a_shared_computer_forgets_at_the_end(page: Page, address: str, issuer: User) -> None:
    page.goto(f"{address}/tai-khoan/dang-nhap/")
    page.get_by_text("Máy dùng chung").click()
    page.get_by_label("Số điện thoại, mã cán bộ").fill(issuer.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.locator(".banner-shared")).to_be_visible()
    [cookie] = [c for c in page.context.cookies() if c["name"] == "sessionid"]
    assert cookie["expires"] == -1
    page.evaluate("localStorage.setItem('kheo:1:1', 'x')")
    page.locator(".banner-shared").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_function("localStorage.length === 0")
