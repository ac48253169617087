"""The second step: who needs one, an app's real codes, recovery codes, secrets at rest."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.admitting import issue_slips
from accounts.models import User
from cadres.admitting import take_off_second_step
from cadres.models import Cadre, Role
from cadres.scopes import access_of
from kit.errors import Refusal
from operations.models import JournalEntry, Notice
from tests import cast
from tests.accounts.knocking import enter, is_in, knock, six_digits, with_password
from tests.cast import Units

SET_UP, STEP = "/tai-khoan/2fa/", "/tai-khoan/2fa/authenticate/"
APP = f"{SET_UP}totp/activate/"


@pytest.fixture(autouse=True)
def asked(settings: Any) -> None:
    settings.SECOND_STEP = True


def set_up_app(client: Client) -> str:
    """Reads the key from the page, answers with the code; returns the key."""
    page = client.get(APP).content.decode()
    found = re.search(r"data-secret>(\w+)<", page)
    assert found
    answer = client.post(APP, {"code": six_digits(found[1])})
    assert answer.headers["Location"] == f"{SET_UP}recovery-codes/"
    return found[1]


@pytest.mark.parametrize("role", [Role.ISSUER, Role.OWNER, Role.ADMIN])
def test_who_issues_plans_or_administers_is_led_to_set_one_up(units: Units, role: Role) -> None:
    user = with_password(cast.make_role(units, role, on=units.root))
    client = enter(user.username)
    assert client
    for path in ("/", "/hoc/", "/khoa-hoc/"):
        assert client.get(path).headers["Location"] == SET_UP
    page = client.get(SET_UP).content.decode()
    assert "Vai trò của đồng chí phải có bước xác nhận thứ hai" in page
    assert client.get("/tai-khoan/").status_code == 200
    assert client.post("/tai-khoan/hien-thi/", {"theme": "dark"}).headers["Location"] == "/"
    assert client.post("/tai-khoan/dang-xuat/").status_code == 302
    assert not is_in(client)


@pytest.mark.parametrize("role", [Role.TRAINER, Role.REVIEWER, Role.AUDITOR])
def test_other_roles_are_not(units: Units, role: Role) -> None:
    client = Client()
    client.force_login(cast.make_role(units, role, on=units.root))
    assert client.get("/hoc/").status_code == 200


def test_the_api_says_so_in_json(issuer: User, client: Client) -> None:
    client.force_login(issuer)
    answer = client.get("/api/v1/me/")
    assert answer.status_code == 403
    assert "bước xác nhận thứ hai" in answer.json()["detail"]


def test_the_demo_asks_nobody_and_says_so(issuer: User, client: Client, settings: Any) -> None:
    settings.SECOND_STEP = False
    client.force_login(issuer)
    assert client.get("/hoc/").status_code == 200
    assert "Bản trình diễn không hỏi" in client.get("/tai-khoan/").content.decode()


def test_with_the_code_of_the_app_everything_opens(issuer: User) -> None:
    with_password(issuer)
    client = enter(issuer.username)
    assert client
    secret = set_up_app(client)
    assert client.get("/hoc/").status_code == 200
    again = Client()
    assert knock(issuer.username, client=again).headers["Location"] == STEP
    assert not is_in(again)
    answer = again.post(STEP, {"code": "000000"})
    assert "Mã chưa đúng" in answer.content.decode()
    again.post(STEP, {"code": six_digits(secret, at_next_step())})
    assert is_in(again)


def at_next_step() -> float:
    """A code is taken once, so the second sign-in shows the app's next one."""
    return time.time() + 30


def test_a_recovery_code_works_once(issuer: User) -> None:
    with_password(issuer)
    client = enter(issuer.username)
    assert client
    set_up_app(client)
    page = client.get(f"{SET_UP}recovery-codes/").content.decode()
    codes = re.findall(r'class="number">(\d{8})<', page)
    assert len(codes) == 10
    for is_good in (True, False):
        again = Client()
        knock(issuer.username, client=again)
        again.post(STEP, {"code": codes[0]})
        assert is_in(again) is is_good
    assert "Còn 9 mã" in client.get("/tai-khoan/").content.decode()


def test_the_wrong_code_is_refused_after_five_tries(issuer: User) -> None:
    with_password(issuer)
    client = enter(issuer.username)
    assert client
    set_up_app(client)
    again = Client()
    knock(issuer.username, client=again)
    for _try in range(5):
        again.post(STEP, {"code": "000000"})
    page = again.post(STEP, {"code": "000000"}).content.decode()
    assert "quá nhiều lần" in page.lower()


def test_secrets_are_ciphertext_at_rest(issuer: User) -> None:
    with_password(issuer)
    client = enter(issuer.username)
    assert client
    secret = set_up_app(client)
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_without_the_last_second_step_the_door_is_shut_again(issuer: User) -> None:
    with_password(issuer)
    client = enter(issuer.username)
    assert client
    set_up_app(client)
    client.post(f"{SET_UP}totp/deactivate/")
    assert client.get("/hoc/").headers["Location"] == SET_UP


def test_a_slip_does_not_get_around_the_second_step(issuer: User, admin: User) -> None:
    with_password(issuer)
    client = enter(issuer.username)
    assert client
    set_up_app(client)
    slip = issue_slips([issuer], by=admin)[0]
    path = f"/tai-khoan/phieu/{slip.slip.pk}-{slip.code}/"
    thief = Client()
    chosen = {"password1": "mười hai bến nước", "password2": "mười hai bến nước"}
    assert thief.post(path, chosen).headers["Location"] == STEP
    assert not is_in(thief)


def test_who_signed_in_long_ago_confirms_before_changing_it(learner: Cadre, client: Client) -> None:
    client.force_login(with_password(learner))
    answer = client.get(APP)
    assert answer.headers["Location"].startswith("/tai-khoan/reauthenticate/")
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Xác nhận đúng là đồng chí" in page


def test_an_administrator_takes_it_off_for_one_who_lost_everything(
    issuer: User, admin: User
) -> None:
    with_password(issuer)
    client = enter(issuer.username)
    assert client
    set_up_app(client)
    take_off_second_step(issuer.cadre, by=admin, access=access_of(admin))
    assert enter(issuer.username)
    assert JournalEntry.objects.filter(deed="second_step.remove", actor=admin).exists()
    assert Notice.objects.filter(recipient=issuer).exists()


def test_the_only_administrator_is_let_in_again_from_the_machine(admin: User) -> None:
    client = enter(with_password(admin).username)
    assert client
    set_up_app(client)
    call_command("take_off_second_step", admin.username, reason="mất điện thoại")
    assert enter(admin.username)
    entry = JournalEntry.objects.get(deed="second_step.remove")
    assert (entry.actor, entry.reason) == (None, "mất điện thoại")
    with pytest.raises(CommandError, match="Chưa có"):
        call_command("take_off_second_step", admin.username, reason="mất điện thoại")
    with pytest.raises(CommandError, match="Không có tài khoản"):
        call_command("take_off_second_step", "nobody", reason="mất điện thoại")


def test_nobody_else_does(issuer: User, manager: User, admin: User) -> None:
    with pytest.raises(Refusal):
        take_off_second_step(issuer.cadre, by=manager, access=access_of(manager))
    with pytest.raises(Refusal, match="Chưa có"):
        take_off_second_step(issuer.cadre, by=admin, access=access_of(admin))
