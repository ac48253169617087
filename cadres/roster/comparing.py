"""How a list differs from what is recorded: what is new, changed, gone, doubtful. Writes nothing.

A field corrected by hand here since a list last spoke of it is told apart (`cadres.weighing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from cadres.identifying import mask
from cadres.locating import Directory
from cadres.models import Cadre, Position, Post, RosterDifference, RosterMemory
from cadres.models.units import valid_on
from cadres.roster.matching import Register
from cadres.roster.records import Problem, Record, Scope, told_values
from cadres.weighing import (
    Values,
    Weighed,
    journalled_edits,
    post_value,
    stored_values,
    weigh,
)
from kit.dates import format_day

CHUNK = 1000
Kind = RosterDifference.Kind
Report = Callable[[int, int], None]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field as it is recorded and as the list has it, in words; a choice by its own word.

    `edited_on` is when it was corrected by hand, if that is known.
    """

    field: str
    before: str
    after: str
    edited_on: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing to decide. `record` is None for who is not in the list."""

    kind: str
    name: str
    record: Record | None = None
    cadre_id: int | None = None
    born: str = ""
    place: str = ""
    changes: tuple[FieldChange, ...] = ()
    candidates: tuple[int, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def row(self) -> int:
        return self.record.row if self.record else 0

    @property
    def key(self) -> str:
        """The same from one comparison to the next."""
        return f"{self.kind}:{self.row or self.cadre_id}"

    @property
    def details(self) -> dict[str, Any]:
        return {
            "changes": [asdict(change) for change in self.changes],
            "candidates": list(self.candidates),
            "lacking": list(self.lacking),
        }


@dataclass
class Differences:
    """All of a list. `agreed` is what it says of people as it is recorded, by cadre."""

    on: date
    scope: Scope
    register: Register
    words: Words
    found: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    agreed: dict[int, Values] = field(default_factory=dict)
    unchanged: int = 0
    people_in_scope: int = 0


class Words:
    """Units and positions of a day as they are called: three queries."""

    def __init__(self, directory: Directory) -> None:
        self.places = {pk: place.name for pk, place in directory.by_id.items()}
        self.positions = dict(Position.objects.values_list("pk", "name"))

    def post(self, unit_id: int | None, position_id: int | None) -> str:
        names = (self.positions.get(position_id or 0), self.places.get(unit_id or 0))
        return " · ".join(name for name in names if name)


class Stored:
    """Some cadres as they are recorded: five queries. Locked, they come with their accounts."""

    def __init__(self, cadre_ids: Sequence[int], on: date, *, lock: bool = False) -> None:
        self.on = on
        rows = Cadre.objects.filter(pk__in=cadre_ids)
        if lock:
            rows = rows.select_related("user").select_for_update(of=("self",), no_key=True)
        self.cadres = {cadre.pk: cadre for cadre in rows}
        self.posts: dict[int, list[Post]] = {pk: [] for pk in self.cadres}
        held = Post.objects.filter(cadre__in=cadre_ids).exclude(valid_to__lte=on)
        for post in held.order_by("-is_main", "pk"):
            self.posts[post.cadre_id].append(post)
        self.memories = RosterMemory.objects.in_bulk(cadre_ids)

    @cached_property
    def journalled(self) -> dict[int, dict[str, str]]:
        return journalled_edits(self.cadres.keys())

    def held(self, cadre_id: int) -> list[Post]:
        """The posts of the day, the main one first."""
        return [post for post in self.posts[cadre_id] if post.valid_from <= self.on]

    def coming(self, cadre_id: int) -> list[Post]:
        return [post for post in self.posts[cadre_id] if post.valid_from > self.on]

    def post_meant(self, cadre_id: int, record: Record) -> Post | None:
        """Which of several posts a list speaks of: the one in its unit, else the main one."""
        held = self.held(cadre_id)
        here = [post for post in held if post.unit_id == record.unit_id]
        return next(iter(here or held), None)


def chunks(rows: Iterable[_T], size: int = CHUNK) -> Iterator[list[_T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def silent(_done: int, _total: int) -> None:
    """For whoever does not watch."""


def compare(
    records: Sequence[Record],
    scope: Scope,
    on: date,
    *,
    directory: Directory | None = None,
    report: Report = silent,
) -> Differences:
    """Sets records beside what is stored on the day; a few queries for every thousand."""
    words = Words(directory or Directory(on))
    found = Differences(on, scope, Register(on), words)
    comparison = _Comparison(found)
    done = 0
    for chunk in chunks(records):
        comparison.take(chunk)
        done += len(chunk)
        report(done, len(records))
    comparison.refuse_held_numbers()
    if scope.complete:
        comparison.find_left()
    return found


class _Comparison:
    def __init__(self, found: Differences) -> None:
        self.found = found
        self.register = found.register
        self.rows_of: dict[int, int] = {}
        self.doubted: set[int] = set()
        self.claims: dict[int, tuple[str, set[int | None]]] = {}
        self.freed: set[int | None] = set()

    def take(self, records: list[Record]) -> None:
        known: list[tuple[Record, int]] = []
        for record in records:
            match = self.register.find(record)
            if match.candidates:
                self._doubt(record, match.candidates)
            elif match.cadre_id is None:
                self._newcomer(record)
            elif self._is_ours(record, match.cadre_id):
                known.append((record, match.cadre_id))
        self._set_beside(known)

    # --- Who is not surely known ---------------------------------------------------------------

    def _doubt(self, record: Record, candidates: tuple[int, ...]) -> None:
        self.doubted.update(candidates)
        if self._is_free(record):
            self._add(record, Kind.DUPLICATE, candidates=candidates)

    def _newcomer(self, record: Record) -> None:
        if record.lacking:
            self._add(record, Kind.LACKING, lacking=record.lacking)
        elif self._is_free(record):
            self._add(record, Kind.NEW)

    def _add(self, record: Record, kind: str, **more: Any) -> None:
        self.found.found.append(
            Difference(
                kind,
                record.full_name or record.code,
                record,
                born=birth_of(record),
                place=self.found.words.post(record.unit_id, record.position_id),
                **more,
            )
        )
        if record.phone:
            meant = {self.register.by_pk[pk].user_id for pk in more.get("candidates", ())}
            self.claims[record.row] = (record.phone, meant)

    def _is_free(self, record: Record) -> bool:
        """A new person's code must not be another account's."""
        taken = record.code in self.register.usernames and record.code not in self.register.by_code
        if record.code and taken:
            self._refuse(
                record,
                "code",
                _("Somebody signs in with this code already."),
                _("Choose another code, or leave the cell empty."),
            )
        return not (record.code and taken)

    def _is_ours(self, record: Record, cadre_id: int) -> bool:
        if not self.found.scope.may_touch(self.register.units[cadre_id]):
            self._refuse(
                record,
                "full_name",
                _("This person has a record in a unit outside those you manage."),
                _("Ask the administrator to move the record to your unit."),
            )
            return False
        if cadre_id in self.rows_of:
            self._refuse(
                record,
                "full_name",
                _("Same person as row %(rows)s.") % {"rows": self.rows_of[cadre_id]},
                _("Keep one row for each person."),
            )
            return False
        self.rows_of[cadre_id] = record.row
        return True

    def _refuse(self, record: Record, key: str, message: str, mend: str) -> None:
        value = getattr(record, key)
        self.found.problems.append(Problem(record.row, key, message, mend, value))

    # --- Who is known --------------------------------------------------------------------------

    def _set_beside(self, known: list[tuple[Record, int]]) -> None:
        stored = Stored([cadre_id for _record, cadre_id in known], self.found.on)
        for record, cadre_id in known:
            if problem := _moved_later(record, cadre_id, stored):
                self.found.problems.append(problem)
                continue
            weighed = weigh_record(record, cadre_id, stored)
            self.found.agreed[cadre_id] = weighed.agreed
            if weighed.open or weighed.by_hand:
                self._tell(record, cadre_id, stored, weighed)
            else:
                self.found.unchanged += 1

    def _tell(self, record: Record, cadre_id: int, stored: Stored, weighed: Weighed) -> None:
        cadre = stored.cadres[cadre_id]
        if "phone" in weighed.open or "phone" in weighed.by_hand:
            self.claims[record.row] = (record.phone, {cadre.user_id})
            self.freed.add(cadre.user_id)
        by_kind = ((Kind.CHANGED, dict.fromkeys(weighed.open, "")), (Kind.EDITED, weighed.by_hand))
        for kind, fields in by_kind:
            if fields:
                self.found.found.append(
                    Difference(
                        kind,
                        cadre.full_name,
                        record,
                        cadre.pk,
                        born=cadre.birth_text,
                        place=self.found.words.post(record.unit_id, record.position_id),
                        changes=tuple(
                            self._change(field, day, record, cadre, stored)
                            for field, day in fields.items()
                        ),
                    )
                )

    def _change(
        self, field: str, day: str, record: Record, cadre: Cadre, stored: Stored
    ) -> FieldChange:
        post, words = stored.post_meant(cadre.pk, record), self.found.words
        return FieldChange(
            field, _shown(field, cadre, post, words), _told(field, record, post, words), day
        )

    def refuse_held_numbers(self) -> None:
        """A phone number is one account's, unless the list gives that account another."""
        held: set[int] = set()
        for row, (phone, meant) in self.claims.items():
            holder = self.register.phones.get(phone)
            if holder is not None and holder not in meant | self.freed:
                held.add(row)
                self.found.problems.append(
                    Problem(
                        row,
                        "phone",
                        _("Somebody signs in with this phone number already."),
                        _("Check the number, or leave the cell empty."),
                        phone,
                    )
                )
        if held:
            self.found.found = [d for d in self.found.found if d.row not in held]

    # --- Who is not in the list ----------------------------------------------------------------

    def find_left(self) -> None:
        """Nobody is said to have left while a row that may be theirs cannot be read."""
        standing = Post.objects.filter(valid_on(self.found.on), unit__in=self.found.scope.complete)
        people = set(standing.values_list("cadre", flat=True))
        self.found.people_in_scope = len(people)
        if self.found.problems:
            return
        begun = set(standing.filter(valid_from__lt=self.found.on).values_list("cadre", flat=True))
        gone = begun - self.rows_of.keys() - self.doubted
        for chunk in chunks(sorted(gone)):
            stored = Stored(chunk, self.found.on)
            for cadre in sorted(stored.cadres.values(), key=lambda c: (c.name_key, c.pk)):
                post = stored.held(cadre.pk)[0]
                self.found.found.append(
                    Difference(
                        Kind.LEFT,
                        cadre.full_name,
                        cadre_id=cadre.pk,
                        born=cadre.birth_text,
                        place=self.found.words.post(post.unit_id, post.position_id),
                    )
                )


def weigh_record(record: Record, cadre_id: int, stored: Stored) -> Weighed:
    """What a list says of a cadre beside what is recorded."""
    theirs = told_values(record)
    if told := _told_post(record, stored.post_meant(cadre_id, record)):
        theirs["post"] = told
    memory = stored.memories.get(cadre_id)
    return weigh(
        theirs,
        stored_values(stored.cadres[cadre_id], stored.posts[cadre_id]),
        said=memory.said if memory else {},
        refused=memory.refused if memory else {},
        journalled=stored.journalled.get(cadre_id, {}),
    )


def _told_post(record: Record, post: Post | None) -> str:
    """The unit and position a list gives; what it leaves out stays as it is."""
    unit_id = record.unit_id or (post.unit_id if post else None)
    position_id = record.position_id or (post.position_id if post else None)
    if not (record.unit_id or record.position_id) or not unit_id or not position_id:
        return ""
    return post_value(unit_id, position_id)


def _moved_later(record: Record, cadre_id: int, stored: Stored) -> Problem | None:
    """A transfer that is recorded for a later day is not written over."""
    coming = [post for post in stored.coming(cadre_id) if post.is_main]
    told = _told_post(record, stored.post_meant(cadre_id, record))
    known = {post_value(post.unit_id, post.position_id) for post in stored.posts[cadre_id]}
    if not coming or not told or told in known:
        return None
    return Problem(
        record.row,
        "unit_code" if record.unit_id else "position",
        _("This person takes up another post on %(day)s; that is recorded already.")
        % {"day": format_day(coming[0].valid_from)},
        _("Remove the row, or change the post on the person's page."),
    )


def birth_of(record: Record) -> str:
    if record.born_on is None:
        return ""
    return str(record.born_on.year) if record.born_year_only else format_day(record.born_on)


def _shown(key: str, cadre: Cadre, post: Post | None, words: Words) -> str:
    """A field as it is recorded, in words."""
    if key == "post":
        return words.post(post.unit_id, post.position_id) if post else ""
    shown = {
        "full_name": cadre.full_name,
        "gender": cadre.gender,
        "born_on": cadre.birth_text,
        "identity": mask(cadre.identity_number),
        "kind": cadre.kind,
        "phone": cadre.phone,
        "email": cadre.email,
    }
    return shown[key]


def _told(key: str, record: Record, post: Post | None, words: Words) -> str:
    """A field as the list has it, in words."""
    if key == "post":
        unit_id = record.unit_id or (post.unit_id if post else None)
        return words.post(unit_id, record.position_id or (post.position_id if post else None))
    shown = {
        "full_name": record.full_name,
        "gender": record.gender,
        "born_on": birth_of(record),
        "identity": mask(record.identity),
        "kind": record.kind,
        "phone": record.phone,
        "email": record.email,
    }
    return shown[key]
