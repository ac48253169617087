"""The journal's chain: each link's hash covers an entry's content, the units it concerns, and the
hash before it.

An entry is written in the transaction of its deed and linked in one of its own right after that is
committed: whoever links locks the head, for a moment and with no other lock, so that no deed ever
waits for another because both are journalled.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kit.dates import now
from kit.secrets import keyed_hash
from operations.models import EntryUnit, JournalEntry, JournalHead, JournalLink

GENESIS = "0" * 64
CONTENT = (
    "id",
    "at",
    "actor_id",
    "actor_name",
    "actor_folded",
    "address_digest",
    "deed",
    "subject_type",
    "subject_id",
    "subject_name",
    "subject_folded",
    "before",
    "after",
    "reason",
)
# An entry whose process died before it was linked is linked by the next sweep.
LOST_AFTER, LOST_WITHIN = timedelta(minutes=1), timedelta(hours=1)
AT_ONCE = 5000
ERASE = "journal.erase"


@dataclass(frozen=True)
class Fault:
    """What is wrong, and at which link (or, of an entry outside the chain, which entry)."""

    kind: str
    number: int
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Verdict:
    """What a look through the chain found."""

    links: int
    erased: int
    faults: list[Fault]


def digest_of(salt: str, address: str) -> str:
    return hashlib.sha256(f"{salt}|{address}".encode()).hexdigest()


def hash_of(previous: str, content: Sequence[Any]) -> str:
    """SHA-256 (hex) of the hash before and the content as canonical JSON.

    The content: `CONTENT`, in order, then the units, ascending.
    """
    text = json.dumps(
        [previous, *content],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_instant,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _seal(head: JournalHead) -> str:
    return keyed_hash(f"journal {head.number} {head.hash}")


# --- Linking ------------------------------------------------------------------------------------


@transaction.atomic
def link(entry_ids: Iterable[int]) -> int:
    """Puts entries at the end of the chain, each once; returns how many were put there now."""
    JournalHead.objects.get_or_create(pk=1)
    head = JournalHead.objects.select_for_update().get(pk=1)
    entries = JournalEntry.objects.filter(pk__in=list(entry_ids), link=None).order_by("pk")
    links = []
    contents = list(entries.values_list(*CONTENT))
    units = _units_of([content[0] for content in contents])
    for content in contents:
        hashed = hash_of(head.hash, [*content, units[content[0]]])
        head.number += 1
        links.append(
            JournalLink(number=head.number, entry_id=content[0], previous=head.hash, hash=hashed)
        )
        head.hash = hashed
    if links:
        JournalLink.objects.bulk_create(links)
        head.seal = _seal(head)
        head.save(update_fields=["number", "hash", "seal"])
    return len(links)


def _units_of(entry_ids: Iterable[int]) -> dict[int, list[int]]:
    """By entry the units it concerns, ascending."""
    found: dict[int, list[int]] = defaultdict(list)
    told = EntryUnit.objects.filter(entry__in=list(entry_ids)).order_by("unit_id")
    for entry_id, unit_id in told.values_list("entry_id", "unit_id"):
        found[entry_id].append(unit_id)
    return found


def link_lost(at: datetime | None = None) -> int:
    """Links what a process wrote and died; older ones are left for `verify` to tell of."""
    at = at or now()
    lost = JournalEntry.objects.filter(link=None, at__gt=at - LOST_WITHIN, at__lt=at - LOST_AFTER)
    return link(lost.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


# --- Verifying ----------------------------------------------------------------------------------


def verify(at: datetime | None = None) -> Verdict:
    """Looks through the whole chain, in constant memory, and notes on the head when it did."""
    at = at or now()
    head = JournalHead.objects.filter(pk=1).first() or JournalHead()
    walk = _Walk(head)
    faults = [*walk.faults(), *_outside(at)]
    JournalHead.objects.filter(pk=1).update(verified_at=at, faults=len(faults))
    return Verdict(walk.number, walk.erased, faults)


class _Walk:
    """Goes from link to link up to the head as it was at the start."""

    def __init__(self, head: JournalHead) -> None:
        self.head = head
        self.number, self.hash = 0, GENESIS
        self.erased = 0
        self.erased_through = _erased_through()

    def faults(self) -> Iterator[Fault]:
        columns = ("number", "previous", "hash", *(f"entry__{name}" for name in CONTENT))
        links = JournalLink.objects.order_by("number")
        rows = links.values_list(*columns, "entry__address", "entry__address_salt")
        lines = rows.iterator(AT_ONCE)
        while some := list(islice(lines, AT_ONCE)):
            yield from self._look_at(some)
        yield from self._end()

    def _look_at(self, some: Sequence[Sequence[Any]]) -> Iterator[Fault]:
        units = _units_of(line[3] for line in some)
        for number, previous, hashed, *content, address, salt in some:
            if number > self.head.number and not self._has_grown():
                yield Fault(
                    "added", number, _("Line %(n)d was added behind the end.") % {"n": number}
                )
            yield from self._step(number, previous, hashed, [*content, units[content[0]]])
            yield from self._address(number, content[0], content[5], address, salt)

    def _has_grown(self) -> bool:
        """Others go on linking while one looks."""
        self.head.refresh_from_db(fields=["number", "hash", "seal"])
        return self.number < self.head.number

    def _step(
        self, number: int, previous: str, hashed: str, content: Sequence[Any]
    ) -> Iterator[Fault]:
        if number != self.number + 1:
            words = _("Lines %(n)d to %(last)d: at least one is missing.")
            yield _fault("missing", self.number + 1, words, last=number - 1)
        elif previous != self.hash:
            yield _fault("moved", number, _("Line %(n)d does not follow the line before it."))
        if hash_of(previous, content) != hashed:
            yield _fault("changed", number, _("Line %(n)d was changed."))
        self.number, self.hash = number, hashed

    def _address(
        self, number: int, entry_id: int, digest: str, address: str | None, salt: str
    ) -> Iterator[Fault]:
        if digest and not salt and address is None:
            self.erased += 1
            if entry_id > self.erased_through:
                words = _("The address of line %(n)d was erased by no rule.")
                yield _fault("erased", number, words)
        elif (digest_of(salt, address) if address else "") != digest:
            yield _fault("changed", number, _("The address of line %(n)d was changed."))

    def _end(self) -> Iterator[Fault]:
        head = self.head
        if self.number < head.number:
            words = _("The journal ends before line %(n)d; its last line was %(last)d.")
            yield _fault("cut", self.number + 1, words, last=head.number)
        elif self.number == head.number and self.hash != head.hash:
            words = _("Line %(n)d, the last one, is not the one that stood there.")
            yield _fault("cut", self.number, words)
        if head.number and head.seal != _seal(head):
            words = _("The seal at the end of the journal, line %(n)d, is broken.")
            yield _fault("unsealed", head.number, words)


def _fault(kind: str, number: int, words: str, **more: int) -> Fault:
    return Fault(kind, number, words % {"n": number, **more})


def _erased_through() -> int:
    """The newest entry whose address a rule has erased, as the journal itself says."""
    told = JournalEntry.objects.filter(deed=ERASE).order_by("-pk").values_list("after", flat=True)
    return max((int(after["through"]) for after in told), default=0)


def _outside(at: datetime) -> Iterator[Fault]:
    """Entries that were written past the chain."""
    stray = JournalEntry.objects.filter(link=None, at__lt=at - LOST_AFTER).order_by("pk")
    for pk in stray.values_list("pk", flat=True)[:100]:
        yield _fault("outside", pk, _("Entry %(n)d stands outside the chain."))
