"""Where one is signed in, and computers that many people use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.admitting import issue_slips
from accounts.describing import device_words
from accounts.visiting import IDLE
from cadres.models import Cadre
from kit import dates
from tests.accounts.knocking import DOOR, enter, is_in, with_password

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko)"
    " SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def known(learner: Cadre) -> None:
    with_password(learner)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the server's clock on."""

    def move(by: timedelta) -> None:
        at = dates.now() + by
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)

    return move


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (WINDOWS, "Máy tính Windows, Edge"),
        (ANDROID, "Điện thoại Android, Samsung Internet"),
        (IPHONE, "iPhone, Safari"),
        ("curl/8.5", "Thiết bị chưa rõ"),
        ("", "Thiết bị chưa rõ"),
    ],
)
def test_a_device_is_named_in_plain_words(sent: str, words: str) -> None:
    assert device_words(sent) == words


def test_my_devices_are_listed_and_this_one_is_marked(learner: Cadre) -> None:
    here = enter(learner.code)
    enter(learner.code)
    assert here
    page = here.get("/tai-khoan/").content.decode()
    assert page.count("thấy lần cuối") == 2
    assert page.count("Thiết bị này") == 1


def test_one_device_is_signed_out_and_the_others_stay(learner: Cadre) -> None:
    here, there, third = (enter(learner.code) for _device in range(3))
    assert here and there and third
    visit = UserSession.objects.get(session_key=there.session.session_key)
    here.post("/tai-khoan/thiet-bi/", {"visit": visit.pk})
    assert [is_in(device) for device in (here, there, third)] == [True, False, True]


def test_all_others_are_signed_out_at_once(learner: Cadre) -> None:
    here, there, third = (enter(learner.code) for _device in range(3))
    assert here and there and third
    page = here.post("/tai-khoan/thiet-bi/", follow=True).content.decode()
    assert "Đã đăng xuất 2 thiết bị." in page
    assert [is_in(device) for device in (here, there, third)] == [True, False, False]


@pytest.mark.parametrize("sent", ["0", "x", "99999999999999999999"])
def test_a_made_up_device_signs_out_nobody(learner: Cadre, sent: str) -> None:
    here, there = enter(learner.code), enter(learner.code)
    assert here and there
    assert here.post("/tai-khoan/thiet-bi/", {"visit": sent}).status_code == 302
    assert is_in(there)


def test_nobody_signs_out_somebody_elses_device(learner: Cadre, colleague: Cadre) -> None:
    with_password(colleague)
    here, other = enter(learner.code), enter(colleague.code)
    assert here and other
    visit = UserSession.objects.get(session_key=other.session.session_key)
    here.post("/tai-khoan/thiet-bi/", {"visit": visit.pk})
    assert is_in(other)


def test_reading_a_page_writes_nothing_until_an_hour_has_gone(learner: Cadre, clock: Any) -> None:
    here = enter(learner.code)
    assert here
    for hours, written in ((0, 0), (1, 2), (0, 0)):
        clock(timedelta(hours=hours))
        with CaptureQueriesContext(connection) as seen:
            here.get("/hoc/")
        changes = [q["sql"] for q in seen if q["sql"].startswith(("UPDATE", "INSERT"))]
        assert len(changes) == written, changes


def test_on_a_shared_computer_the_session_ends_with_the_browser(learner: Cadre) -> None:
    shared, own = enter(learner.code, shared="on"), enter(learner.code)
    assert shared and own
    assert shared.cookies["sessionid"]["max-age"] == ""
    assert own.cookies["sessionid"]["max-age"] == 30 * 24 * 3600


def test_and_after_fifteen_idle_minutes(learner: Cadre, clock: Any) -> None:
    shared = enter(learner.code, shared="on")
    assert shared
    for _step in range(3):
        clock(IDLE - timedelta(minutes=2))
        assert shared.get("/hoc/").status_code == 200
    clock(IDLE)
    answer = shared.get("/hoc/")
    assert answer.headers["Location"].startswith(DOOR)
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert "để yên quá 15 phút" in shared.get(DOOR).content.decode()
    assert not Session.objects.filter(session_key=shared.session.session_key).exists()


def test_it_says_so_on_every_page_and_no_page_is_kept(learner: Cadre) -> None:
    shared = enter(learner.code, shared="on")
    assert shared
    answer = shared.get("/hoc/")
    assert "Máy dùng chung: xong việc xin đăng xuất." in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "data-shared" in answer.content.decode()


def test_signing_out_of_it_clears_the_device(learner: Cadre) -> None:
    shared, own = enter(learner.code, shared="on"), enter(learner.code)
    assert shared and own
    out = "/tai-khoan/dang-xuat/"
    assert shared.post(out).headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in own.post(out).headers


def test_a_device_of_ones_own_stays_signed_in_overnight(learner: Cadre, clock: Any) -> None:
    own = enter(learner.code)
    assert own
    clock(timedelta(hours=14))
    assert own.get("/hoc/").status_code == 200


def test_a_slip_may_be_used_on_a_shared_computer(learner: Cadre, client: Client) -> None:
    assert learner.user
    slip = issue_slips([learner.user], by=learner.user)[0]
    chosen = {"password1": "ba bông lúa vàng", "password2": "ba bông lúa vàng", "shared": "on"}
    client.post(f"/tai-khoan/phieu/{slip.slip.pk}-{slip.code}/", chosen)
    assert client.session["shared"]
    assert client.cookies["sessionid"]["max-age"] == ""
