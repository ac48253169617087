"""What the journal keeps of those who were not let in, and what it never does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.admitting import issue_slips
from accounts.models import User
from cadres.models import Cadre, Role
from operations import guarding
from operations.models import JournalEntry
from tests import cast
from tests.accounts.knocking import PASSWORD, enter, knock, with_password
from tests.accounts.test_securing import STEP, set_up_app
from tests.cast import Units


@pytest.fixture(autouse=True)
def known(learner: Cadre) -> None:
    with_password(learner)


def told(deed: str = "sign_in.fail") -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(deed=deed))


def test_a_wrong_password_is_kept_with_account_and_place(learner: Cadre) -> None:
    knock(learner.code, "sai rồi", Client(REMOTE_ADDR="198.51.100.7"))
    (entry,) = told()
    assert (entry.subject_id, entry.address) == (str(learner.user_id), "198.51.100.7")
    assert (entry.actor, entry.after) == (None, {"way": "password"})


@pytest.mark.parametrize("name", ["0900 888 001", "Huong@DV.example"])
def test_so_it_is_however_one_names_oneself(learner: Cadre, name: str) -> None:
    knock(name, "sai rồi")
    assert [entry.subject_id for entry in told()] == [str(learner.user_id)]


def test_nothing_that_was_typed_is_kept(learner: Cadre) -> None:
    knock(PASSWORD, learner.code)
    knock(learner.code, "sai rồi")
    kept = str(list(JournalEntry.objects.values()))
    assert PASSWORD not in kept
    assert "sai rồi" not in kept


def test_a_name_nobody_has_leaves_nothing(learner: Cadre) -> None:
    knock("TEST999999")
    assert told() == []


def test_the_same_from_the_same_place_is_kept_once_an_hour(learner: Cadre) -> None:
    for _try in range(4):
        knock(learner.code, "sai rồi")
    knock(learner.code, "sai rồi", Client(REMOTE_ADDR="198.51.100.7"))
    assert [entry.address for entry in told()] == ["198.51.100.7", "127.0.0.1"]


def test_an_account_that_is_shut_is_kept_once(learner: Cadre) -> None:
    for number in range(12):
        knock(learner.code, "sai rồi", Client(REMOTE_ADDR=f"198.51.100.{number}"))
    assert [entry.subject_id for entry in told("sign_in.lock")] == [str(learner.user_id)]


def test_a_place_that_is_shut_is_kept_once(learner: Cadre) -> None:
    for number in range(70):
        knock(f"TEST9{number:05d}", "sai rồi")
    (entry,) = told("sign_in.lock")
    assert (entry.subject_name, entry.address) == ("", "127.0.0.1")


def test_one_place_does_not_fill_the_journal(
    learner: Cadre, colleague: Cadre, monkeypatch: Any
) -> None:
    monkeypatch.setattr(guarding, "FROM_ONE_PLACE", 1)
    for number in range(9):
        place = Client(REMOTE_ADDR=f"2001:db8:0:1::{number}")
        knock(learner.code, "sai rồi", place)
        knock(colleague.code, "sai rồi", place)
    assert len(told()) == len(told("sign_in.many")) == 1
    assert told("sign_in.lock") == []


def test_a_closed_account_is_kept(learner: Cadre) -> None:
    User.objects.filter(pk=learner.user_id).update(is_active=False)
    knock(learner.code)
    assert [entry.after for entry in told()] == [{"way": "closed"}]


def test_a_wrong_code_of_the_second_step_is_kept(issuer: User, settings: Any) -> None:
    settings.SECOND_STEP = True
    with_password(issuer)
    client = enter(issuer.username)
    assert client
    set_up_app(client)
    again = Client()
    knock(issuer.username, client=again)
    for _try in range(6):
        again.post(STEP, {"code": "000000"})
    assert [entry.after for entry in told()] == [{"way": "second_step"}]
    assert [entry.subject_id for entry in told("sign_in.lock")] == [str(issuer.pk)]


def test_a_wrong_code_of_a_slip_is_kept_for_its_holder(learner: Cadre, manager: User) -> None:
    assert learner.user
    (printed,) = issue_slips([learner.user], by=manager)
    wrong = "0" * 12 if printed.code != "0" * 12 else "1" * 12
    Client().get(f"/tai-khoan/phieu/{printed.slip.pk}-{wrong}/")
    assert [entry.subject_id for entry in told()] == [str(learner.user_id)]


def test_so_it_is_where_the_code_is_typed(learner: Cadre, manager: User) -> None:
    Client().post("/tai-khoan/phieu/", {"login": learner.code, "code": "123412341234"})
    assert [entry.after for entry in told()] == [{"way": "slip"}]


def test_an_auditor_reads_it_in_words(units: Units, learner: Cadre, client: Client) -> None:
    knock(learner.code, "sai rồi")
    client.force_login(cast.make_role(units, Role.AUDITOR))
    page = client.get("/nhat-ky/?viec=sign_in.fail").content.decode()
    assert "Người chưa đăng nhập" in page
    assert "bằng: mật khẩu" in page
