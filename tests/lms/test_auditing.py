from __future__ import annotations

from datetime import timedelta

from kit.dates import now
from lms.auditing import verify_and_tell
from operations.chaining import link
from operations.journalling import record
from operations.models import JournalEntry, JournalHead, Notice
from tests import cast


def test_auditors_and_administrators_are_told_of_a_fault_once_a_day(db: None) -> None:
    units = cast.build_units()
    auditor, admin = cast.make_role(units, "auditor"), cast.make_admin()  # type: ignore[arg-type]
    link(JournalEntry.objects.values_list("pk", flat=True))
    JournalHead.objects.update(number=99)
    verify_and_tell()
    verify_and_tell()
    told = Notice.objects.filter(title="Nhật ký không còn nguyên vẹn")
    assert {notice.recipient for notice in told} == {auditor, admin}


def test_of_a_whole_journal_nobody_is_told(db: None) -> None:
    cast.make_admin()
    link(JournalEntry.objects.values_list("pk", flat=True))
    assert verify_and_tell(now() + timedelta(hours=1)).faults == []
    assert not Notice.objects.exists()


def test_an_auditor_reads_when_it_was_last_looked_through(db: None, client: object) -> None:
    record("role.grant", None, by=None)
    link(JournalEntry.objects.values_list("pk", flat=True))
    verify_and_tell()
    assert JournalHead.objects.get().verified_at
