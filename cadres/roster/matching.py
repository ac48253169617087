"""Whose record a list means. Nobody is merged: the doubtful is for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from cadres.models import Cadre, Post
from cadres.models.units import valid_on
from cadres.roster.records import Record
from kit.text import fold, name_key


@dataclass(frozen=True, slots=True)
class Known:
    """What matching needs of a record that stands."""

    pk: int
    code: str
    name_key: str
    folded: str
    born_on: date
    born_year_only: bool
    identity_hash: str
    user_id: int | None

    def is_born(self, record: Record) -> bool:
        if record.born_on is None:
            return False
        if self.born_year_only or record.born_year_only:
            return self.born_on.year == record.born_on.year
        return self.born_on == record.born_on

    def agrees(self, record: Record) -> bool:
        """Name or birth may have been corrected; both at once is somebody else."""
        is_named = not record.full_name or self.name_key == name_key(record.full_name)
        return is_named or record.born_on is None or self.is_born(record)

    def has_other_number(self, identity_hash: str) -> bool:
        return bool(identity_hash and self.identity_hash and identity_hash != self.identity_hash)


@dataclass(frozen=True, slots=True)
class Match:
    """The one record that is surely meant, or those that may be."""

    cadre_id: int | None = None
    candidates: tuple[int, ...] = ()


class Register:
    """All records, by what they are found through: three queries, whatever the rows."""

    def __init__(self, on: date) -> None:
        self.by_pk: dict[int, Known] = {}
        self.by_code: dict[str, Known] = {}
        self.by_identity: dict[str, Known] = {}
        self.by_name: dict[tuple[str, int], list[Known]] = defaultdict(list)
        self.by_folded: dict[tuple[str, date], list[Known]] = defaultdict(list)
        columns = (
            "pk", "code", "name_key", "folded", "born_on", "born_year_only", "identity_hash",
            "user_id",
        )  # fmt: skip
        for values in Cadre.objects.order_by("pk").values_list(*columns).iterator(5000):
            self._add(Known(*values))
        self.units: dict[int, set[int]] = defaultdict(set)
        posts = Post.objects.filter(valid_on(on)).values_list("cadre", "unit")
        for cadre_id, unit_id in posts.iterator(5000):
            self.units[cadre_id].add(unit_id)
        self.usernames: set[str] = set()
        self.phones: dict[str, int] = {}
        for pk, username, phone in User.objects.values_list("pk", "username", "phone"):
            self.usernames.add(username.upper())
            if phone:
                self.phones[phone] = pk

    def _add(self, known: Known) -> None:
        self.by_pk[known.pk] = known
        self.by_code[known.code.upper()] = known
        self.by_name[known.name_key, known.born_on.year].append(known)
        self.by_folded[known.folded, known.born_on].append(known)
        if known.identity_hash:
            self.by_identity[known.identity_hash] = known

    def find(self, record: Record) -> Match:
        """By identity number and cadre code; without those by name, birth and unit."""
        identity = record.identity_hash
        numbered = self.by_identity.get(identity) if identity else None
        coded = self.by_code.get(record.code) if record.code else None
        meant = [known for known in (numbered, coded) if known]
        if not meant:
            return self._named(record, identity)
        if len({known.pk for known in meant}) == 1 and _is_sure(record, meant[0], identity):
            return Match(cadre_id=meant[0].pk)
        return _perhaps(meant)

    def _named(self, record: Record, identity: str) -> Match:
        """Different identity numbers are different people, whatever else is alike."""
        if not record.full_name or record.born_on is None:
            return Match()
        key = name_key(record.full_name), record.born_on.year
        found = [
            known
            for known in self.by_name.get(key, ())
            if known.is_born(record) and not known.has_other_number(identity)
        ]
        here = [known for known in found if record.unit_id in self.units[known.pk]]
        if len(here) == 1 and not record.code:
            return Match(cadre_id=here[0].pk)
        return _perhaps(here or found or self._spelt_alike(record, identity))

    def _spelt_alike(self, record: Record, identity: str) -> list[Known]:
        """Same day of birth, same unit, a name that differs in its accents only."""
        assert record.born_on is not None  # noqa: S101 (_named sees to it)
        return [
            known
            for known in self.by_folded.get((fold(record.full_name), record.born_on), ())
            if record.unit_id in self.units[known.pk]
            and not known.born_year_only
            and not record.born_year_only
            and not known.has_other_number(identity)
        ]


def _is_sure(record: Record, known: Known, identity: str) -> bool:
    has_other_code = bool(record.code) and record.code != known.code.upper()
    return known.agrees(record) and not has_other_code and not known.has_other_number(identity)


def _perhaps(found: list[Known]) -> Match:
    return Match(candidates=tuple(sorted({known.pk for known in found})))
