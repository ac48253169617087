"""Single sign-on, against a real OpenID provider that runs beside the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from oidc_provider_mock import run_server_in_thread

from accounts.models import User
from cadres.models import Cadre
from operations.models import JournalEntry, Notice
from tests import cast
from tests.accounts.knocking import is_in, with_password
from tests.accounts.test_securing import set_up_app
from tests.cast import Units

BUTTON = "/tai-khoan/oidc/oidc/login/"


@dataclass
class Provider:
    """The other system: it knows people by `sub` and vouches for what it tells of them."""

    address: str

    def knows(self, sub: str, **claims: Any) -> None:
        answer = requests.put(f"{self.address}/users/{sub}", json=claims, timeout=5)
        assert answer.status_code < 300

    def answers(self, question: str, **form: str) -> str:
        """Someone there signs in, or refuses; the address it sends the browser to."""
        answer = requests.post(question, data=form, allow_redirects=False, timeout=5)
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with run_server_in_thread(require_client_registration=True) as running:
        yield running


@pytest.fixture
def provider(server: Any, settings: Any, units: Units) -> Provider:
    """The provider, and our house as one of its registered clients."""
    address = f"http://localhost:{server.server_port}"
    ours = {
        "redirect_uris": [f"http://testserver{BUTTON}callback/"],
        "token_endpoint_auth_method": "client_secret_post",
    }
    client = requests.post(f"{address}/oauth2/clients", json=ours, timeout=5).json()
    name_provider(settings, address, client["client_id"], client["client_secret"])
    return Provider(address)


def name_provider(settings: Any, address: str, client_id: str, secret: str) -> None:
    settings.OIDC_ISSUER, settings.OIDC_NAME = address, "Cổng cán bộ tỉnh"
    app = {
        "provider_id": "oidc",
        "name": settings.OIDC_NAME,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": address},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }


def come_back(
    client: Client, provider: Provider, sub: str, button: str = BUTTON, **form: str
) -> Any:
    """Presses the button, signs in over there, and follows the way back."""
    question = client.get(button).headers["Location"]
    back = provider.answers(question, sub=sub, **form)
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}", follow=True)


def test_a_confirmed_e_mail_finds_the_account_and_links_it(
    provider: Provider, learner: Cadre, client: Client
) -> None:
    provider.knows("p1", email="Huong@dv.example", email_verified=True)
    come_back(client, provider, "p1")
    assert client.session["_auth_user_id"] == str(learner.user_id)
    assert SocialAccount.objects.get().user_id == learner.user_id
    assert JournalEntry.objects.filter(deed="sign_on.link").exists()
    assert Notice.objects.filter(recipient=learner.user).exists()


def test_a_shared_computer_is_one_whichever_the_way_in(
    provider: Provider, learner: Cadre, client: Client
) -> None:
    provider.knows("p1", email="huong@dv.example", email_verified=True)
    come_back(client, provider, "p1", button=f"{BUTTON}?shared=on")
    assert client.session.get_expire_at_browser_close()
    come_back(client, provider, "p1")
    assert not client.session.get_expire_at_browser_close()


def test_from_then_on_the_providers_own_id_counts(
    provider: Provider, learner: Cadre, client: Client
) -> None:
    provider.knows("p1", email="huong@dv.example", email_verified=True)
    come_back(Client(), provider, "p1")
    provider.knows("p1", email="huong.moi@dv.example", email_verified=False)
    come_back(client, provider, "p1")
    assert client.session["_auth_user_id"] == str(learner.user_id)
    assert SocialAccount.objects.count() == 1


def test_the_cadre_code_counts_where_the_settings_name_its_claim(
    provider: Provider, colleague: Cadre, client: Client, settings: Any
) -> None:
    settings.OIDC_CODE_CLAIM = "ma_can_bo"
    provider.knows("p2", ma_can_bo=colleague.code.lower())
    come_back(client, provider, "p2")
    assert client.session["_auth_user_id"] == str(colleague.user_id)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": "la@dv.example", "email_verified": True},
        {"email": "huong@dv.example", "email_verified": False},
        {"email": "huong@dv.example"},
        {"ma_can_bo": "TEST000000"},
        {"preferred_username": "0900888001", "phone_number": "0900888001"},
    ],
)
def test_an_unknown_person_is_told_whom_to_ask_and_nothing_is_made(
    provider: Provider, learner: Cadre, client: Client, claims: dict[str, Any]
) -> None:
    before = User.objects.count()
    provider.knows("p3", **claims)
    answer = come_back(client, provider, "p3")
    assert answer.status_code == 403
    assert "Khéo chưa biết đồng chí" in answer.content.decode()
    assert "người phụ trách đơn vị" in answer.content.decode()
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)
    assert not is_in(client)


def test_an_e_mail_that_two_people_have_names_neither(
    provider: Provider, units: Units, learner: Cadre, client: Client
) -> None:
    cast.make_cadre(units, email="huong@dv.example")
    User.objects.exclude(pk=learner.user_id).update(email="huong@dv.example")
    provider.knows("p4", email="huong@dv.example", email_verified=True)
    assert come_back(client, provider, "p4").status_code == 403


def test_an_account_that_is_linked_is_not_linked_to_a_second_person(
    provider: Provider, learner: Cadre, client: Client
) -> None:
    for sub in ("p5", "p6"):
        provider.knows(sub, email="huong@dv.example", email_verified=True)
    come_back(Client(), provider, "p5")
    answer = come_back(client, provider, "p6")
    assert answer.status_code == 403
    assert "đã gắn với một tài khoản khác" in answer.content.decode()
    assert not is_in(client)


def test_a_closed_account_stays_outside(provider: Provider, learner: Cadre, client: Client) -> None:
    User.objects.filter(pk=learner.user_id).update(is_active=False)
    provider.knows("p7", email="huong@dv.example", email_verified=True)
    assert come_back(client, provider, "p7").status_code == 403


def test_the_second_step_is_asked_all_the_same(
    provider: Provider, learner: Cadre, client: Client
) -> None:
    own = Client()
    own.force_login(with_password(learner))
    own.post("/tai-khoan/reauthenticate/", {"password": "ba bông lúa vàng"})
    set_up_app(own)
    provider.knows("p8", email="huong@dv.example", email_verified=True)
    answer = come_back(client, provider, "p8")
    assert answer.redirect_chain[-1][0] == "/tai-khoan/2fa/authenticate/"
    assert not is_in(client)


def test_one_who_refuses_over_there_comes_back_to_the_door(
    provider: Provider, learner: Cadre, client: Client
) -> None:
    answer = come_back(client, provider, "p1", action="deny")
    assert "Đồng chí đã dừng lại" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("state", ["", "x" * 16])
def test_a_tampered_state_is_refused(
    provider: Provider, learner: Cadre, client: Client, state: str
) -> None:
    provider.knows("p1", email="huong@dv.example", email_verified=True)
    question = client.get(BUTTON).headers["Location"]
    [code] = parse_qs(urlsplit(provider.answers(question, sub="p1")).query)["code"]
    answer = client.get(f"{BUTTON}callback/", {"code": code, "state": state})
    assert answer.status_code == 401
    assert "Đăng nhập một lần không thành công" in answer.content.decode()
    assert not is_in(client)


def test_the_state_of_another_browser_is_refused(
    provider: Provider, learner: Cadre, client: Client
) -> None:
    provider.knows("p1", email="huong@dv.example", email_verified=True)
    parts = urlsplit(provider.answers(client.get(BUTTON).headers["Location"], sub="p1"))
    thief = Client()
    assert thief.get(f"{parts.path}?{parts.query}").status_code == 401
    assert not is_in(thief)


def test_a_made_up_code_is_refused(provider: Provider, learner: Cadre, client: Client) -> None:
    question = client.get(BUTTON).headers["Location"]
    [state] = parse_qs(urlsplit(question).query)["state"]
    answer = client.get(f"{BUTTON}callback/", {"code": "x", "state": state})
    assert answer.status_code == 401
    assert not is_in(client)


def test_the_wrong_secret_lets_nobody_in(
    provider: Provider, learner: Cadre, client: Client, settings: Any
) -> None:
    provider.knows("p1", email="huong@dv.example", email_verified=True)
    [app] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    app["secret"] = "sai"
    assert come_back(client, provider, "p1").status_code == 401


def test_a_provider_that_is_down_is_told_in_words(
    units: Units, client: Client, settings: Any
) -> None:
    name_provider(settings, "http://localhost:9", "x", "x")
    for path in (BUTTON, f"{BUTTON}callback/"):
        answer = client.get(path)
        assert answer.status_code in {401, 503}
        assert "đăng nhập bằng mật khẩu" in answer.content.decode()


def test_one_that_goes_down_on_the_way_back_too(
    provider: Provider, learner: Cadre, client: Client, settings: Any
) -> None:
    question = client.get(BUTTON).headers["Location"]
    [state] = parse_qs(urlsplit(question).query)["state"]
    name_provider(settings, "http://localhost:9", "x", "x")
    answer = client.get(f"{BUTTON}callback/", {"code": "x", "state": state})
    assert answer.status_code == 503


def test_a_flood_of_made_up_answers_is_refused_with_the_wait(
    provider: Provider, client: Client
) -> None:
    for _try in range(60):
        client.get(f"{BUTTON}callback/", {"code": "x", "state": "x"})
    answer = client.get(f"{BUTTON}callback/", {"code": "x", "state": "x"})
    assert answer.status_code == 429
    assert "chờ 1 phút" in answer.content.decode()


def test_the_button_is_there_when_a_provider_is_named_and_only_then(
    provider: Provider, client: Client, settings: Any
) -> None:
    door = "/tai-khoan/dang-nhap/"
    assert "Đăng nhập bằng Cổng cán bộ tỉnh" in client.get(door).content.decode()
    settings.OIDC_ISSUER = ""
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    page = client.get(door).content.decode()
    assert BUTTON not in re.sub(r"\s", "", page)
    assert client.get(BUTTON).status_code == 404
