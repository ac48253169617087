"""Sitting the paper on a small phone whose connection comes and goes."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Route, expect

from assessments.merging import responses_of
from assessments.models import AnswerEvent, Attempt
from cadres.models import Cadre
from courses.enrolling import enrol, open_sitting
from kit.dates import now
from tests.assessments.building import make_bank, make_cadre, make_course, make_paper

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cadre() -> Cadre:
    return make_cadre()


@pytest.fixture
def address(cadre: Cadre, live_server: Any) -> str:
    """Where the paper of six questions is."""
    course = make_course(make_paper(make_bank(6), draw=6))
    open_sitting(enrol(cadre, course))
    return f"{live_server.url}/hoc/{course.slug}/kiem-tra/"


@pytest.fixture
def sheet(phone: BrowserContext, cadre: Cadre, address: str) -> Page:
    """The questions, just begun by the learner."""
    sign_in(phone, cadre, address)
    page = phone.new_page()
    page.goto(address)
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    expect(page.locator(".question")).to_have_count(6)
    return page


def sign_in(phone: BrowserContext, cadre: Cadre, address: str) -> None:
    client = Client()
    assert cadre.user
    client.force_login(cadre.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    phone.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


def choose(page: Page, position: int, place: int = 0) -> None:
    page.locator(f"#c{position} .choice").nth(place).click()


def is_chosen(page: Page, position: int, place: int = 0) -> None:
    expect(page.locator(f"#c{position} input").nth(place)).to_be_checked()


def is_saved(page: Page, *positions: int) -> None:
    for position in positions:
        expect(page.locator(f"#c{position} [data-mark]")).to_contain_text("Đã lưu")


def is_waiting(page: Page, position: int) -> None:
    expect(page.locator(f"#c{position} [data-mark]")).to_have_text("Đã giữ trên máy, chờ gửi")


def answered() -> dict[int, Any]:
    """Position and chosen keys, as the server has them."""
    attempt = Attempt.objects.get()
    positions = dict(attempt.slots.values_list("pk", "position"))
    return {positions[pk]: said["chosen"] for pk, said in responses_of(attempt).items()}


def submit(page: Page) -> None:
    page.locator("[data-submit]").click()


def test_answers_given_without_network_survive_a_reload_and_are_all_saved(
    phone: BrowserContext, sheet: Page
) -> None:
    choose(sheet, 1)
    is_saved(sheet, 1)
    phone.set_offline(True)
    for position in (2, 3):
        choose(sheet, position, 1)
        is_waiting(sheet, position)
    expect(sheet.locator("[data-words]")).to_contain_text("Mất kết nối: đã giữ trên máy")
    assert set(answered()) == {1}

    # The page comes back while saving still fails: a reload needs the network, saving needs more.
    phone.route("**/luu/", lambda route: route.abort())
    phone.set_offline(False)
    sheet.reload()
    for position, place in ((1, 0), (2, 1), (3, 1)):
        is_chosen(sheet, position, place)
    is_waiting(sheet, 2)
    expect(sheet.locator("[data-count-now]")).to_have_text("3")

    phone.unroute("**/luu/")
    is_saved(sheet, 1, 2, 3)
    assert set(answered()) == {1, 2, 3}


def test_an_answer_given_before_the_script_has_come_is_saved(
    phone: BrowserContext, sheet: Page
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.route("**/attempt*.js", hold)
    sheet.reload(wait_until="commit")
    choose(sheet, 3, 1)
    is_chosen(sheet, 3, 1)
    expect(sheet.locator("#c3 [data-mark]")).to_be_empty()
    for route in held:
        route.continue_()
    is_saved(sheet, 3)
    assert set(answered()) == {3}


def test_a_second_tab_shows_the_answers_of_the_first(phone: BrowserContext, sheet: Page) -> None:
    second = phone.new_page()
    second.goto(sheet.url)
    choose(sheet, 4, 1)
    is_chosen(second, 4, 1)
    choose(second, 5)
    is_chosen(sheet, 5)
    is_saved(second, 4, 5)
    is_saved(sheet, 4, 5)
    assert AnswerEvent.objects.values("slot").distinct().count() == 2


def test_another_devices_answer_appears(
    phone: BrowserContext, sheet: Page, cadre: Cadre, chromium: Any
) -> None:
    office = chromium.new_context(locale="vi-VN")
    sign_in(office, cadre, sheet.url)
    other = office.new_page()
    other.goto(sheet.url)
    choose(other, 6, 1)
    is_saved(other, 6)
    choose(sheet, 1)
    is_chosen(sheet, 6, 1)
    office.close()


def test_submitting_names_what_is_unanswered_and_shows_the_result(sheet: Page) -> None:
    for position in (1, 2, 4, 5, 6):
        choose(sheet, position)
    submit(sheet)
    expect(sheet.get_by_role("dialog")).to_contain_text("Chưa trả lời: câu 3.")
    sheet.get_by_role("button", name="Làm tiếp").click()
    expect(sheet.get_by_role("dialog")).to_be_hidden()
    submit(sheet)
    sheet.get_by_role("button", name="Vẫn nộp bài").click()
    expect(sheet).to_have_url(f"{sheet.url.split('/kiem-tra/')[0]}/kiem-tra/{pk()}/ket-qua/")
    expect(sheet.locator(".result-mark")).to_be_visible()
    assert set(answered()) == {1, 2, 4, 5, 6}


def pk() -> str:
    return str(Attempt.objects.get().pk)


def test_submitting_waits_for_the_network(phone: BrowserContext, sheet: Page) -> None:
    for position in range(1, 6):
        choose(sheet, position)
    is_saved(sheet, *range(1, 6))
    phone.set_offline(True)
    choose(sheet, 6)
    is_waiting(sheet, 6)
    submit(sheet)
    expect(sheet.locator("[data-problem]")).to_contain_text("Máy đang giữ 1 câu trả lời")
    phone.set_offline(False)
    expect(sheet.locator(".result-mark")).to_be_visible()
    assert set(answered()) == set(range(1, 7))


def test_a_session_that_ended_keeps_the_answers(
    phone: BrowserContext, sheet: Page, cadre: Cadre
) -> None:
    phone.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    choose(sheet, 2)
    expect(sheet.locator("[data-signed-out]")).to_be_visible()
    expect(sheet.locator("[data-signed-out]")).to_contain_text("Phiên đăng nhập đã hết")
    is_waiting(sheet, 2)
    sign_in(phone, cadre, sheet.url)
    is_saved(sheet, 2)
    expect(sheet.locator("[data-signed-out]")).to_be_hidden()


def test_when_time_is_up_the_paper_is_submitted_by_itself(sheet: Page) -> None:
    choose(sheet, 1)
    is_saved(sheet, 1)
    running = Attempt.objects.get()
    left = running.deadline - now()
    Attempt.objects.update(
        started_at=running.started_at - left * 0.999, deadline=running.deadline - left * 0.999
    )
    sheet.reload()
    expect(sheet.locator(".result-mark")).to_be_visible()
    running.refresh_from_db()
    assert running.is_finished
    assert set(answered()) == {1}


def test_without_scripts_the_form_saves_asks_and_submits(
    chromium: Any, cadre: Cadre, address: str
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN")
    sign_in(context, cadre, address)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    choose(page, 1)
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_role("alert").last).to_contain_text("còn câu chưa trả lời")
    is_chosen(page, 1)
    page.get_by_role("button", name="Vẫn nộp bài").click()
    expect(page.locator(".result-mark")).to_be_visible()
    assert set(answered()) == {1}
    context.close()
