"""Slips: a code that is told once, works once, and ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.admitting import VALID_FOR, Printed, issue_slips, redeem, withdraw_slips
from accounts.models import Slip, User
from cadres.models import Cadre
from kit.dates import now
from kit.errors import Refusal
from tests.accounts.knocking import PASSWORD, enter, is_in, with_password

CHOSEN = {"password1": PASSWORD, "password2": PASSWORD}


def slip_for(cadre: Cadre, by: User, **given: Any) -> Printed:
    assert cadre.user
    return issue_slips([cadre.user], by=by, **given)[0]


def path_of(printed: Printed) -> str:
    return f"/tai-khoan/phieu/{printed.slip.pk}-{printed.code}/"


def test_the_address_of_a_slip_greets_its_holder_and_lets_in(
    learner: Cadre, manager: User, client: Client
) -> None:
    slip = slip_for(learner, manager)
    assert slip.address.endswith(path_of(slip))
    assert f"Chào đồng chí {learner.full_name}" in client.get(path_of(slip)).content.decode()
    client.post(path_of(slip), CHOSEN)
    assert is_in(client)
    assert enter("0900888001")


def test_looking_at_a_slip_does_not_use_it_up(learner: Cadre, manager: User) -> None:
    slip = slip_for(learner, manager)
    for _look in range(8):
        assert Client().get(path_of(slip)).status_code == 200


def test_a_used_slip_says_so_and_whom_to_ask(learner: Cadre, manager: User, client: Client) -> None:
    slip = slip_for(learner, manager)
    client.post(path_of(slip), CHOSEN)
    answer = Client().get(path_of(slip))
    assert answer.status_code == 410
    assert "Phiếu này đã dùng rồi" in answer.content.decode()
    assert "người phụ trách đơn vị" in answer.content.decode()


def test_a_slip_ends_after_fourteen_days(learner: Cadre, manager: User, client: Client) -> None:
    slip = slip_for(learner, manager, at=now() - VALID_FOR)
    answer = client.post(path_of(slip), CHOSEN)
    assert answer.status_code == 410
    assert "đã hết hạn" in answer.content.decode()
    assert not is_in(client)


def test_a_new_slip_ends_the_old_one(learner: Cadre, manager: User, client: Client) -> None:
    old, new = (slip_for(learner, manager) for _round in range(2))
    assert "đã được thay hoặc thu hồi" in client.get(path_of(old)).content.decode()
    assert client.get(path_of(new)).status_code == 200


def test_a_withdrawn_slip_lets_nobody_in(learner: Cadre, manager: User, client: Client) -> None:
    slip = slip_for(learner, manager)
    assert withdraw_slips([slip.slip.user]) == 1
    assert client.post(path_of(slip), CHOSEN).status_code == 410


def test_the_code_is_nowhere_in_the_database(learner: Cadre, manager: User) -> None:
    slip = slip_for(learner, manager)
    stored = Slip.objects.values_list().get()
    assert slip.code not in str(stored)


def test_one_person_has_one_open_slip(learner: Cadre, manager: User) -> None:
    slip = slip_for(learner, manager).slip
    twin = Slip(user=slip.user, issued_by=manager, expires_at=slip.expires_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_of_two_who_use_it_at_once_one_is_let_in(learner: Cadre, manager: User) -> None:
    slip = slip_for(learner, manager).slip
    redeem(slip, PASSWORD)
    with pytest.raises(Refusal):
        redeem(slip, "một mật khẩu khác")
    assert enter(learner.code)


@pytest.mark.parametrize("form", ["{code}", "{spaced}", " {spaced} "])
def test_the_code_may_be_typed_with_the_phone_number(
    learner: Cadre, manager: User, client: Client, form: str
) -> None:
    slip = slip_for(learner, manager)
    typed = form.format(code=slip.code, spaced=slip.spaced_code)
    answer = client.post("/tai-khoan/phieu/", {"login": "0900 888 001", "code": typed})
    assert answer.headers["Location"] == path_of(slip)


def test_somebody_elses_code_is_not_ones_own(
    learner: Cadre, colleague: Cadre, manager: User, client: Client
) -> None:
    slip = slip_for(colleague, manager)
    slip_for(learner, manager)
    answer = client.post("/tai-khoan/phieu/", {"login": "0900888001", "code": slip.code})
    assert answer.status_code == 404
    assert "Không có phiếu nào mang mã này" in answer.content.decode()


def test_guessing_a_code_is_refused_with_the_wait_and_harms_nobody_else(
    learner: Cadre, colleague: Cadre, manager: User, client: Client
) -> None:
    slip, other = slip_for(learner, manager), slip_for(colleague, manager)
    for number in range(5):
        client.get(f"/tai-khoan/phieu/{slip.slip.pk}-00000000000{number}/")
    answer = client.get(path_of(slip))
    assert answer.status_code == 429
    assert "chờ 5 phút" in answer.content.decode()
    assert client.get(path_of(other)).status_code == 200


def test_guessing_by_typing_is_refused_too(learner: Cadre, client: Client) -> None:
    for _try in range(5):
        client.post("/tai-khoan/phieu/", {"login": "0900888001", "code": "1"})
    answer = client.post("/tai-khoan/phieu/", {"login": "0900888001", "code": "1"})
    assert answer.status_code == 429


def test_a_poor_password_keeps_the_slip(learner: Cadre, manager: User, client: Client) -> None:
    slip = slip_for(learner, manager)
    poor = {"password1": "1234", "password2": "1234"}
    assert client.post(path_of(slip), poor).status_code == 422
    assert client.get(path_of(slip)).status_code == 200


def test_whoever_was_signed_in_on_the_device_is_signed_out(
    learner: Cadre, colleague: Cadre, manager: User, client: Client
) -> None:
    user = with_password(colleague)
    client.force_login(user)
    slip = slip_for(learner, manager)
    assert colleague.full_name in client.get(path_of(slip)).content.decode()
    client.post(path_of(slip), CHOSEN)
    assert client.session["_auth_user_id"] == str(learner.user_id)


def test_a_closed_account_gets_no_slip_and_its_slip_opens_nothing(
    learner: Cadre, manager: User, client: Client
) -> None:
    slip = slip_for(learner, manager)
    User.objects.filter(pk=learner.user_id).update(is_active=False)
    answer = client.post(path_of(slip), CHOSEN)
    assert answer.status_code == 409
    assert not is_in(client)
    learner.refresh_from_db()
    with pytest.raises(Refusal):
        slip_for(learner, manager)


def test_the_days_are_counted_from_the_printing(learner: Cadre, manager: User) -> None:
    slip = slip_for(learner, manager).slip
    assert slip.state_at(slip.issued_at + timedelta(days=13, hours=23)) == "in force"
    assert slip.state_at(slip.issued_at + timedelta(days=14)) == "expired"
