from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from cadres.models import Role, RoleGrant
from kit.dates import format_day, start_of, today
from operations.journalling import client_address, details_of, record
from tests.cast import FOUNDED

JOURNAL = "/nhat-ky/"


@pytest.fixture
def auditor(db: Any) -> User:
    return in_role(Role.AUDITOR, "Quách Thị Hồng Nhàn")


def in_role(role: Role, name: str = "Phạm Hữu Điệp") -> User:
    user = User.objects.create_user(f"{role}-1", full_name=name)
    RoleGrant.objects.create(user=user, role=role, valid_from=FOUNDED)
    return user


def enter(user: User) -> Client:
    client = Client(headers={"accept-language": "vi"})
    client.force_login(user)
    return client


def found(client: Client, query: str = "") -> list[str]:
    lines = client.get(JOURNAL + query).context["lines"]
    return [
        entry.subject_name for entry, _actor, _deed, _details in lines if entry.deed[:5] != "read."
    ]


def test_an_entry_keeps_who_did_what_from_where(auditor: User) -> None:
    token = client_address.set("10.0.0.7")
    entry = record("role.grant", auditor, by=auditor, after={"from": "2026-01-05"}, reason="QĐ 1")
    client_address.reset(token)
    assert (entry.actor_name, entry.address, entry.reason) == (
        "Quách Thị Hồng Nhàn",
        "10.0.0.7",
        "QĐ 1",
    )


def test_details_are_told_in_words(auditor: User) -> None:
    entry = record(
        "person.change",
        auditor,
        by=None,
        before={"position": "Phó ban"},
        after={"position": "Trưởng ban", "from": "2026-01-05", "document": ""},
    )
    assert details_of(entry) == ["chức vụ: Phó ban → Trưởng ban", "từ: 05/01/2026"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_those_who_audit_read_the_journal(db: Any, role: Role) -> None:
    user = in_role(role)
    record("role.grant", user, by=None)
    assert found(enter(user)) == [user.full_name]


def test_others_and_visitors_do_not(client: Client, db: Any) -> None:
    assert enter(in_role(Role.OWNER)).get(JOURNAL).status_code == 404
    assert client.get(JOURNAL).status_code == 302


def on(day: date) -> str:
    return f"?tu={format_day(day)}&den={format_day(day)}"


def test_it_is_filtered_by_deed_subject_person_and_days(auditor: User) -> None:
    other = User.objects.create_user("dong", full_name="Đỗ Việt Ất")
    long_ago = today() - timedelta(days=40)
    record("role.grant", other, by=auditor)
    old = record("unit.merge", auditor, by=other, at=start_of(long_ago))
    client = enter(auditor)
    assert found(client, "?viec=role.grant") == ["Đỗ Việt Ất"]
    assert found(client, "?doi-tuong=do+viet+at") == ["Đỗ Việt Ất"]
    assert found(client, "?nguoi=DO+VIET") == ["Quách Thị Hồng Nhàn"]
    assert found(client, f"?tu={format_day(today())}") == ["Đỗ Việt Ất"]
    assert found(client, f"?den={format_day(long_ago)}") == [old.subject_name]


def test_it_is_filtered_by_address(auditor: User) -> None:
    token = client_address.set("10.0.0.7")
    record("unit.merge", auditor, by=None)
    client_address.reset(token)
    client = enter(auditor)
    assert found(client, "?dia-chi=10.0.0.7") == [auditor.full_name]
    assert found(client, "?dia-chi=10.0.0.8") == []
    assert found(client, "?dia-chi=nhà") == []


def test_the_last_instant_of_a_day_belongs_to_it(auditor: User) -> None:
    midnight = start_of(today())
    record("role.grant", auditor, by=None, at=midnight - timedelta(microseconds=1))
    client = enter(auditor)
    assert found(client, on(today())) == []
    assert found(client, on(today() - timedelta(days=1))) != []
    assert found(client, on(today() - timedelta(days=2))) == []


def test_the_first_instant_of_the_next_day_does_not(auditor: User) -> None:
    record("role.grant", auditor, by=None, at=start_of(today()))
    assert found(enter(auditor), on(today() - timedelta(days=1))) == []


def test_a_day_that_is_none_is_told_beside_the_field(auditor: User) -> None:
    response = enter(auditor).get(f"{JOURNAL}?tu=mai")
    assert "ví dụ 30/9/2026" in response.content.decode()


def test_what_is_found_is_downloaded(auditor: User) -> None:
    record("role.grant", auditor, by=None, after={"from": "2026-01-05"}, reason="QĐ 1")
    record("unit.merge", auditor, by=None)
    content = enter(auditor).get(f"{JOURNAL}tai-ve/?viec=role.grant").content
    rows = list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert [row[3:] for row in rows[1:]] == [
        ("Giao vai trò", auditor.full_name, "từ: 05/01/2026", "QĐ 1")
    ]


def test_a_page_costs_the_same_for_few_and_for_many(auditor: User) -> None:
    client = enter(auditor)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(JOURNAL)
        return len(queries)

    for _number in range(2):
        record("role.grant", auditor, by=auditor)
    few = cost()
    for _number in range(70):
        record("role.grant", auditor, by=auditor)
    assert cost() == few <= 9
