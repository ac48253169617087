from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from cadres.granting import find_grants, grant, grants_of, withdraw
from cadres.models import Cadre, Role, RoleGrant
from cadres.scopes import access_of
from kit.dates import today
from kit.errors import Refusal
from operations.models import JournalEntry
from tests.cast import Units


@pytest.fixture
def user(learner: Cadre) -> User:
    assert learner.user
    return learner.user


def held_by(user: User, day: date) -> tuple[Any, ...]:
    return access_of(user, day).grants


def test_a_role_withdrawn_before_it_begins_is_kept_and_never_held(user: User, admin: User) -> None:
    start = today() + timedelta(days=10)
    given = grant(user, Role.TRAINER, valid_from=start, by=admin)
    withdraw(given, by=admin, reason="Giao nhầm")
    given.refresh_from_db()
    assert given.state_on(today()) == given.state_on(start) == "withdrawn"
    assert held_by(user, start) == ()
    assert list(find_grants(access_of(admin), user.full_name)) == []
    assert list(find_grants(access_of(admin), user.full_name, show="all")) == [given]


def test_one_withdrawn_on_its_first_day_is_kept_too(user: User, admin: User) -> None:
    withdraw(grant(user, Role.TRAINER, by=admin), by=admin)
    assert held_by(user, today()) == ()
    assert RoleGrant.objects.filter(user=user).count() == 1


def test_after_withdrawing_the_role_can_be_given_anew(user: User, admin: User) -> None:
    first = grant(user, Role.TRAINER, by=admin)
    withdraw(first, by=admin)
    second = grant(user, Role.TRAINER, by=admin)
    assert first.pk != second.pk
    assert held_by(user, today()) == (("trainer", None),)


def test_a_role_is_withdrawn_once(user: User, admin: User) -> None:
    given = grant(user, Role.TRAINER, by=admin)
    withdraw(given, by=admin)
    with pytest.raises(Refusal, match="đã kết thúc"):
        withdraw(given, by=admin)


def test_document_and_reason_are_kept_and_journalled(user: User, admin: User) -> None:
    given = grant(user, Role.TRAINER, by=admin, reason="QĐ 15-QĐ/TU")
    withdraw(given, by=admin, reason="QĐ 20-QĐ/TU")
    given.refresh_from_db()
    assert (given.reason, given.withdrawal_reason) == ("QĐ 15-QĐ/TU", "QĐ 20-QĐ/TU")
    entries = JournalEntry.objects.filter(deed__startswith="role.").order_by("pk")
    assert list(entries.values_list("reason", flat=True))[-2:] == ["QĐ 15-QĐ/TU", "QĐ 20-QĐ/TU"]


def test_roles_that_end_within_a_month_are_listed(user: User, admin: User, units: Units) -> None:
    soon = grant(user, Role.TRAINER, by=admin, valid_to=today() + timedelta(days=30))
    grant(user, Role.REVIEWER, by=admin, valid_to=today() + timedelta(days=31))
    grant(user, Role.AUDITOR, by=admin)
    assert list(find_grants(access_of(admin), show="expiring")) == [soon]


def test_the_database_keeps_no_empty_role_that_was_not_withdrawn(user: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=user, role=Role.TRAINER, valid_from=today(), valid_to=today())


def test_whose_roles_one_reads(
    user: User, admin: User, manager: User, stranger: Cadre, units: Units
) -> None:
    grant(user, Role.TRAINER, by=admin)
    assert stranger.user
    for reader, count in ((admin, 1), (manager, 1), (user, 1), (stranger.user, 0)):
        assert grants_of(user.pk, access_of(reader)).count() == count


def test_a_persons_page_shows_the_roles(
    enter: Any, user: User, manager: User, admin: User, learner: Cadre
) -> None:
    grant(user, Role.TRAINER, by=admin, reason="QĐ 15-QĐ/TU")
    page = enter(manager).get(f"/don-vi/nguoi/{learner.public_id}/").content.decode()
    assert "QĐ 15-QĐ/TU" in page


def test_the_first_administrator_chooses_a_password_and_opens_the_house(
    db: None, client: Client
) -> None:
    told = StringIO()
    call_command("create_admin", "quantri", name="Lê Văn Đầu", stdout=told)
    path = urlsplit(told.getvalue().split()[-1]).path
    chosen = {"password1": "mười hai bến nước", "password2": "mười hai bến nước"}
    assert client.post(path, chosen).status_code == 302
    assert client.post("/tai-khoan/muc-dich/", follow=True).status_code == 200
    assert client.get("/don-vi/co-cau/").status_code == 200
    with pytest.raises(CommandError, match="Đã có tài khoản"):
        call_command("create_admin", "quantri", name="Lê Văn Đầu")
