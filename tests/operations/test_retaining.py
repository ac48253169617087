from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from kit.dates import now
from kit.errors import Refusal
from operations.chaining import link, verify
from operations.journalling import client_address, record
from operations.models import JournalEntry, Notice, RetentionRule
from operations.notifying import notify
from operations.retaining import KEEPINGS, months_before, retain, set_rule


@pytest.fixture
def admin(db: Any) -> User:
    return User.objects.create_user("quantri", full_name="Vũ Ngọc Lân")


def rule(code: str, months: int, by: User | None = None) -> RetentionRule:
    return set_rule(code, months, "Quy định 1", keepings=KEEPINGS, by=by)


def counts(**options: Any) -> dict[str, int]:
    return {ended.code: ended.count for ended in retain(KEEPINGS, **options)}


@pytest.mark.parametrize(
    ("at", "months", "before"),
    [
        (datetime(2026, 3, 31), 1, datetime(2026, 2, 28)),  # noqa: DTZ001
        (datetime(2026, 1, 15), 12, datetime(2025, 1, 15)),  # noqa: DTZ001
        (datetime(2028, 2, 29), 60, datetime(2023, 2, 28)),  # noqa: DTZ001
    ],
)
def test_months_are_counted_by_the_calendar(at: datetime, months: int, before: datetime) -> None:
    assert months_before(at, months) == before


def test_what_has_no_rule_is_kept(admin: User) -> None:
    notify(admin, key="a", title="Một")
    assert counts(at=now() + timedelta(days=4000)) == {}
    assert Notice.objects.exists()


def test_a_rule_ends_what_is_older_and_says_how_many(admin: User) -> None:
    rule("notices", 12, admin)
    for number in range(3):
        notify(admin, key=str(number), title="Một")
    Notice.objects.filter(key="0").update(created_at=now() + timedelta(days=200))
    assert counts(at=now() + timedelta(days=400)) == {"notices": 2}
    assert Notice.objects.get().key == "0"
    assert JournalEntry.objects.filter(deed="retention.apply").get().after == {"count": 2}


def test_a_trial_only_counts(admin: User) -> None:
    rule("notices", 12, admin)
    notify(admin, key="a", title="Một")
    assert counts(at=now() + timedelta(days=400), is_trial=True) == {"notices": 1}
    assert Notice.objects.exists()
    assert not JournalEntry.objects.filter(deed="retention.apply").exists()


def test_old_addresses_leave_the_journal_and_the_chain_holds(admin: User) -> None:
    rule("journal-addresses", 24)
    token = client_address.set("10.0.0.7")
    old = record("role.grant", admin, by=None, at=now() - timedelta(days=800))
    young = record("role.grant", admin, by=None)
    client_address.reset(token)
    assert counts() == {"journal-addresses": 1}
    link(JournalEntry.objects.values_list("pk", flat=True))
    addresses = JournalEntry.objects.filter(pk__in=[old.pk, young.pk]).order_by("pk")
    assert list(addresses.values_list("address", flat=True)) == [None, "10.0.0.7"]
    verdict = verify()
    assert (verdict.erased, verdict.faults) == (1, [])


def test_setting_a_rule_is_journalled_with_what_it_was(admin: User) -> None:
    rule("notices", 12, admin)
    rule("notices", 6, admin)
    rule("notices", 6, admin)
    entries = JournalEntry.objects.filter(deed="retention.set").order_by("pk")
    assert [(e.before.get("months"), e.after["months"]) for e in entries] == [(None, 12), (12, 6)]


@pytest.mark.parametrize(
    ("code", "months", "document"), [("x", 12, "QĐ"), ("notices", 0, "QĐ"), ("notices", 12, " ")]
)
def test_a_rule_without_sense_is_refused(db: Any, code: str, months: int, document: str) -> None:
    with pytest.raises(Refusal):
        set_rule(code, months, document, keepings=KEEPINGS, by=None)
    assert not RetentionRule.objects.exists()
