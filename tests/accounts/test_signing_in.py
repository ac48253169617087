"""The door: what one is called there, what it says, and how often one may knock."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cadres.models import Cadre
from tests.accounts.knocking import DOOR, PASSWORD, enter, is_in, knock, with_password
from tests.cast import Units

PHONES = ["0900888001", "0900 888 001", "0900.888.001", "+84 900 888 001", "84900888001"]
MAILS = ["huong@dv.example", "Huong@DV.example"]


@pytest.fixture(autouse=True)
def known(learner: Cadre) -> None:
    with_password(learner)


@pytest.mark.parametrize("name", PHONES + MAILS)
def test_a_phone_number_or_an_e_mail_is_known_however_it_is_written(name: str) -> None:
    assert enter(name)


def test_so_is_the_cadre_code_in_small_letters_too(learner: Cadre) -> None:
    assert enter(learner.code)
    assert enter(learner.code.lower())


@pytest.mark.parametrize("name", ["0900888002", "nobody@dv.example", "TEST999999"])
def test_who_is_not_known_hears_what_a_wrong_password_hears(learner: Cadre, name: str) -> None:
    said = "Thông tin đăng nhập chưa đúng"
    assert said in knock(name).content.decode()
    assert said in knock(learner.code, "sai").content.decode()


def test_what_is_left_out_is_named() -> None:
    assert "Ô này không được để trống" in knock("", "").content.decode()


def test_a_closed_account_stays_outside(learner: Cadre) -> None:
    assert learner.user
    learner.user.is_active = False
    learner.user.save()
    assert enter(learner.code) is None


def test_the_sixth_wrong_password_is_refused_with_the_wait(learner: Cadre) -> None:
    for _try in range(5):
        knock(learner.code, "sai")
    assert "chờ 5 phút" in knock(learner.code).content.decode()


def test_another_spelling_of_the_number_is_no_further_try() -> None:
    for phone in PHONES:
        knock(phone, "sai")
    assert "chờ 5 phút" in knock("0900-888-001").content.decode()


def test_behind_our_proxy_each_visitor_is_counted_alone(learner: Cadre, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["172.16.0.0/12"]
    proxy = Client(REMOTE_ADDR="172.18.0.5")
    for number in range(60):
        form = {"login": f"TEST9{number:05d}", "password": "sai"}
        proxy.post(DOOR, form, headers={"X-Forwarded-For": "198.51.100.7"})
    form = {"login": learner.code, "password": PASSWORD}
    proxy.post(DOOR, form, headers={"X-Forwarded-For": "198.51.100.7"})
    assert not is_in(proxy)
    proxy.post(DOOR, form, headers={"X-Forwarded-For": "198.51.100.8"})
    assert is_in(proxy)


def test_a_flooded_account_does_not_shut_the_office_out(
    units: Units, learner: Cadre, colleague: Cadre
) -> None:
    with_password(colleague)
    for _try in range(120):
        knock(learner.code, "sai")
    assert enter(colleague.code)


def test_guessing_at_many_accounts_from_one_address_is_refused(learner: Cadre) -> None:
    for number in range(60):
        knock(f"TEST9{number:05d}", "sai")
    assert "chờ 1 phút" in knock(learner.code).content.decode()
    from_elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    knock(learner.code, PASSWORD, from_elsewhere)
    assert is_in(from_elsewhere)


def test_a_new_password_signs_out_the_other_devices(learner: Cadre) -> None:
    here, there = enter(learner.code), enter(learner.code)
    assert here and there
    new = {"oldpassword": PASSWORD, "password1": "mười hai bến", "password2": "mười hai bến"}
    assert here.post("/tai-khoan/mat-khau/", new).headers["Location"] == "/tai-khoan/"
    assert here.get("/hoc/").status_code == 200
    assert there.get("/hoc/").headers["Location"].startswith(DOOR)
