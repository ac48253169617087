from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from kit.dates import now
from operations.chaining import link, link_lost, verify
from operations.journalling import client_address, record
from operations.models import EntryUnit, JournalEntry, JournalHead, JournalLink, Unchangeable

TABLES = {
    "entry": "operations_journalentry",
    "link": "operations_journallink",
    "unit": "operations_entryunit",
}


@pytest.fixture
def actor(db: Any) -> User:
    return User.objects.create_user("soat", full_name="Quách Thị Hồng Nhàn")


@pytest.fixture
def chain(actor: User) -> list[int]:
    """Five entries, linked; their ids. Whoever is at the database itself may do anything."""
    token = client_address.set("10.0.0.7")
    entries = [record("role.grant", actor, by=actor, after={"n": n}, units=[7]) for n in range(5)]
    client_address.reset(token)
    let_go_of_triggers()
    ids = [entry.pk for entry in entries]
    link(ids)
    return ids


def let_go_of_triggers() -> None:
    for kind, table in TABLES.items():
        for name in ("fixed", "kept", "erased_only"):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            run(f"DROP TRIGGER IF EXISTS operations_{kind}_{name}{on}")


def run(statement: str, *values: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def kinds() -> list[str]:
    return [fault.kind for fault in verify().faults]


def test_a_chain_that_nobody_touched_has_no_fault(chain: list[int]) -> None:
    verdict = verify()
    assert (verdict.links, verdict.faults) == (5, [])
    assert JournalHead.objects.get().verified_at


def test_every_link_covers_the_one_before(chain: list[int]) -> None:
    links = list(JournalLink.objects.order_by("number"))
    assert [a.hash for a in links[:-1]] == [b.previous for b in links[1:]]


@pytest.mark.django_db(transaction=True)
def test_what_one_transaction_wrote_is_linked_at_its_end_in_one_go(
    django_assert_max_num_queries: Any,
) -> None:
    actor = User.objects.create_user("soat", full_name="Quách Thị Hồng Nhàn")
    with django_assert_max_num_queries(3 * 10 + 20), transaction.atomic():
        with suppress(LookupError), transaction.atomic():
            record("role.grant", actor, by=actor)
            raise LookupError
        for n in range(10):
            record("role.grant", actor, by=actor, after={"n": n})
    assert (verify().links, verify().faults) == (10, [])


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM operations_entryunit WHERE entry_id = %s",
        "UPDATE operations_entryunit SET unit_id = 8 WHERE entry_id = %s",
        "INSERT INTO operations_entryunit (unit_id, entry_id) VALUES (8, %s)",
    ],
)
def test_a_unit_that_an_entry_no_longer_tells_is_found(chain: list[int], change: str) -> None:
    run(change, chain[2])
    assert kinds() == ["changed"]


def test_linking_again_links_nothing(chain: list[int]) -> None:
    assert link(chain) == 0


@pytest.mark.parametrize(
    "change",
    ["reason = 'khác'", "actor_name = 'Ai đó'", """after = '{"n": 9}'""", "deed = 'x'"],
)
def test_a_changed_line_is_found(chain: list[int], change: str) -> None:
    run(f"UPDATE operations_journalentry SET {change} WHERE id = %s", chain[2])  # noqa: S608
    assert kinds() == ["changed"]


def test_a_changed_address_is_found(chain: list[int]) -> None:
    run("UPDATE operations_journalentry SET address = '10.9.9.9' WHERE id = %s", chain[2])
    assert kinds() == ["changed"]


def test_an_address_that_no_rule_erased_is_found(chain: list[int]) -> None:
    run(
        "UPDATE operations_journalentry SET address = NULL, address_salt = '' WHERE id = %s",
        chain[2],
    )
    assert kinds() == ["erased"]


def forget(*numbers: int) -> None:
    for number in numbers:
        entry = JournalLink.objects.get(number=number).entry_id
        run("DELETE FROM operations_journallink WHERE number = %s", number)
        run("DELETE FROM operations_entryunit WHERE entry_id = %s", entry)
        run("DELETE FROM operations_journalentry WHERE id = %s", entry)


def test_a_line_missing_in_the_middle_is_found(chain: list[int]) -> None:
    forget(3)
    assert kinds() == ["missing"]


def test_a_cut_tail_is_found(chain: list[int]) -> None:
    forget(5, 4)
    assert kinds() == ["cut"]


def test_a_cut_tail_is_found_though_the_head_was_set_back(chain: list[int]) -> None:
    last = JournalLink.objects.get(number=3)
    forget(5, 4)
    JournalHead.objects.update(number=3, hash=last.hash)
    assert kinds() == ["unsealed"]


def test_a_line_slipped_in_is_found(chain: list[int], actor: User) -> None:
    entry = record("role.grant", actor, by=None)
    run("UPDATE operations_journallink SET entry_id = %s WHERE number = 3", entry.pk)
    assert kinds() == ["changed"]


def test_a_line_added_behind_the_end_is_found(chain: list[int], actor: User) -> None:
    entry = record("role.grant", actor, by=None)
    last = JournalLink.objects.get(number=5)
    JournalLink.objects.create(number=6, entry=entry, previous=last.hash, hash="f" * 64)
    assert "added" in kinds()


def test_a_line_written_past_the_chain_is_found(chain: list[int], actor: User) -> None:
    record("role.grant", actor, by=None, at=now() - timedelta(hours=2))
    assert link_lost() == 0
    assert kinds() == ["outside"]


def test_lines_that_changed_places_are_found(chain: list[int]) -> None:
    for number, to in ((2, 90), (3, 2), (90, 3)):
        run("UPDATE operations_journallink SET number = %s WHERE number = %s", to, number)
    assert set(kinds()) == {"moved"}


def test_a_line_whose_process_died_is_linked_by_the_sweep(actor: User) -> None:
    record("role.grant", actor, by=None)
    assert link_lost() == 0
    assert link_lost(now() + timedelta(minutes=2)) == 1


def test_the_command_says_what_it_found(chain: list[int], capsys: Any) -> None:
    call_command("verify_journal", "--json")
    assert json.loads(capsys.readouterr().out) == {"links": 5, "erased": 0, "faults": []}
    forget(5)
    with pytest.raises(SystemExit) as end:
        call_command("verify_journal")
    assert end.value.code == 1
    assert "0 địa chỉ" in capsys.readouterr().out


def test_the_model_refuses_changes(chain: list[int]) -> None:
    entry = JournalEntry.objects.get(pk=chain[0])
    for change in (
        entry.save,
        entry.delete,
        JournalEntry.objects.all().delete,
        lambda: JournalEntry.objects.update(reason="khác"),
        JournalLink.objects.all().delete,
        EntryUnit.objects.all().delete,
        lambda: EntryUnit.objects.update(unit_id=8),
    ):
        with pytest.raises(Unchangeable):
            change()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE operations_journalentry SET reason = 'khác'",
        "UPDATE operations_journalentry SET address = '10.9.9.9'",
        "DELETE FROM operations_journalentry",
        "UPDATE operations_journallink SET hash = 'x'",
        "DELETE FROM operations_journallink",
        "UPDATE operations_entryunit SET unit_id = 8",
        "DELETE FROM operations_entryunit",
    ],
)
def test_the_database_refuses_changes(chain: list[int], statement: str) -> None:
    for name in ("0002_journal_is_kept", "0003_journal_by_unit"):
        migration = import_module(f"operations.migrations.{name}")
        for trigger in getattr(migration, f"{connection.vendor}_triggers")():
            run(trigger.replace("%", "%%"))
    with pytest.raises(DatabaseError), transaction.atomic():
        run(statement)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain() -> None:
    actor = User.objects.create_user("soat", full_name="Quách Thị Hồng Nhàn")

    def work() -> None:
        for number in range(10):
            record("role.grant", actor, by=actor, after={"n": number})
        connection.close()

    threads = [Thread(target=work) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify()
    assert (verdict.links, verdict.faults) == (40, [])


def test_the_tables_as_migrated_have_their_triggers(db: Any) -> None:
    """A later migration that builds a table anew on SQLite must not lose them."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}
    wanted = {
        "operations_entry_fixed",
        "operations_entry_erased_only",
        "operations_link_fixed",
        "operations_unit_fixed",
    }
    assert wanted <= found
