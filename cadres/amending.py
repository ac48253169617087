"""Changing a record, whichever door the change comes through: a page, a list, another system.

`amend` changes rows in memory only. One is then written by `write`, thousands by `write_all`; both
journal each record in the same form, and `announce` tells the floors above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.following import follow
from accounts.models import User
from cadres.identifying import mask
from cadres.models import Cadre
from cadres.records import rejected
from cadres.signals import people_changed, posts_changed
from cadres.weighing import FIELDS
from kit.secrets import keyed_hash
from operations.changing import Recorder
from operations.journalling import append, entry, record_all
from operations.models import JournalEntry

_DERIVED = {"full_name": ("name_key", "folded"), "identity_number": ("identity_hash",)}


@dataclass(frozen=True, slots=True)
class Origin:
    """Who changes a record; `source` is the list or system that says so, none for a hand."""

    by: User | None
    source: str = ""
    at: datetime | None = None

    @property
    def told(self) -> dict[str, str]:
        """For the journal, which tells a source's entries from a hand's by it."""
        return {"source": self.source} if self.source else {}


@dataclass(frozen=True, slots=True)
class Amendment:
    """A record changed in memory: by column what was and what is, and why.

    `followed`: the columns of the account that are to be saved with it.
    """

    cadre: Cadre
    before: dict[str, Any]
    after: dict[str, Any]
    followed: frozenset[str]
    reason: str

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(self.after).union(*(_DERIVED.get(name, ()) for name in self.after))


def amend(cadre: Cadre, wanted: Mapping[str, Any], *, reason: str = "") -> Amendment:
    """Sets what differs, on the record and on the account that follows it; saves nothing."""
    after = {name: value for name, value in wanted.items() if getattr(cadre, name) != value}
    before = {name: getattr(cadre, name) for name in after}
    for name, value in after.items():
        setattr(cadre, name, value)
    if "identity_number" in after:
        number = after["identity_number"]
        cadre.identity_hash = keyed_hash(number) if number else ""
    if "full_name" in after:
        cadre.derive()
    followed = follow(cadre.user, before, after) if cadre.user else frozenset[str]()
    return Amendment(cadre, before, after, followed, reason)


def why_overruled(fields: Collection[str]) -> str:
    """The reason of a source's change that was corrected by hand before."""
    names = "; ".join(str(FIELDS[field]) for field in FIELDS if field in fields)
    words = _("Taken although corrected by hand here: %(fields)s")
    return words % {"fields": names} if names else ""


def write(amendment: Amendment, origin: Origin) -> None:
    """Saves one; refuses an identity or phone number that is somebody else's."""
    try:
        with transaction.atomic():
            amendment.cadre.save(update_fields=sorted(amendment.columns))
    except IntegrityError:
        raise rejected(
            "identity_number",
            "identity_of_other",
            _("This identity number belongs to another record. Compare it with the paper."),
            status=409,
        ) from None
    try:
        with transaction.atomic():
            if amendment.cadre.user and amendment.followed:
                amendment.cadre.user.save(update_fields=sorted(amendment.followed))
    except IntegrityError:
        raise rejected(
            "phone", "phone_taken", _("Somebody signs in with this phone number already.")
        ) from None
    append(_entry(amendment, origin), amendment.cadre)


def write_all(
    amendments: Sequence[Amendment],
    origin: Origin,
    recorder: Recorder,
    units: Mapping[int, Collection[int]],
) -> None:
    """Saves many so that it can be undone, in a few queries for every thousand.

    `units`: by person those that the journal tells it of.
    """
    records: dict[frozenset[str], list[Cadre]] = defaultdict(list)
    accounts: dict[frozenset[str], list[User]] = defaultdict(list)
    for amendment in amendments:
        records[amendment.columns].append(amendment.cadre)
        if amendment.cadre.user and amendment.followed:
            accounts[amendment.followed].append(amendment.cadre.user)
    for columns, cadres in records.items():
        recorder.update(cadres, sorted(columns))
    for columns, users in accounts.items():
        recorder.update(users, sorted(columns))
    record_all([(_entry(one, origin), units[one.cadre.pk]) for one in amendments])


def announce(amendments: Iterable[Amendment], moved: Collection[int] = ()) -> None:
    """Tells whose record or posts (`moved`) are not what they were; each person once."""
    changed = {amendment.cadre.pk: amendment for amendment in amendments}
    regrouped = {pk for pk, amendment in changed.items() if "kind" in amendment.after}.union(moved)
    if regrouped:
        posts_changed.send(Cadre, cadre_ids=sorted(regrouped))
    if others := changed.keys() - regrouped:
        people_changed.send(Cadre, cadre_ids=sorted(others))


def _entry(amendment: Amendment, origin: Origin) -> JournalEntry:
    return entry(
        "cadre.change" if origin.source else "cadre.correct",
        amendment.cadre,
        by=origin.by,
        before=_told(amendment.before),
        after=_told(amendment.after) | origin.told,
        reason=amendment.reason,
        at=origin.at,
    )


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """As a reader of the journal may see them: choices in words, the identity number masked."""
    return {name: _shown(name, value) for name, value in values.items()}


def _shown(name: str, value: Any) -> Any:
    if name == "identity_number":
        return mask(value)
    words = dict(Cadre._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return value if isinstance(value, bool) else str(words.get(value, value))
