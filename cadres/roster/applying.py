"""Writing what was decided about a list's differences, so that it can be undone to the letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from cadres.amending import Amendment, Origin, amend, announce, why_overruled, write_all
from cadres.concerning import units_of_each
from cadres.continuing import lay_out
from cadres.models import Cadre, Position, Post, RosterDifference, RosterMemory, Unit
from cadres.registering import NewCadre, draft, next_codes
from cadres.roster.comparing import (
    Difference,
    Differences,
    Report,
    Stored,
    Words,
    chunks,
    silent,
    weigh_record,
)
from cadres.roster.records import Record, columns_of, told_values
from cadres.signals import posts_changed
from cadres.weighing import Values, post_value
from kit.errors import Refusal
from operations.changing import Recorder
from operations.journalling import entry, record_all
from operations.models import JournalEntry

Kind, Decision = RosterDifference.Kind, RosterDifference.Decision


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to be done about a difference; `same_as` is the cadre it turned out to be."""

    word: str
    same_as: int | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """A record whose fields are written to a cadre; `refused` are those it is kept from.

    `overruled` are fields that a hand had corrected.
    """

    record: Record
    fields: frozenset[str] | None
    refused: frozenset[str] = frozenset()
    overruled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Applied:
    """How many changes of each kind were written, and the units that they concern."""

    counts: Counter[str]
    units: set[int]


def apply(
    differences: Differences,
    decisions: Mapping[str, Decided],
    *,
    recorder: Recorder,
    report: Report = silent,
) -> Applied:
    """Writes, in the caller's transaction. What is undecided stays."""
    return _Application(differences, decisions, recorder, report).run()


class _Application:
    def __init__(
        self,
        differences: Differences,
        decisions: Mapping[str, Decided],
        recorder: Recorder,
        report: Report,
    ) -> None:
        self.differences = differences
        self.on = differences.on
        self.recorder = recorder
        self.report = report
        made = recorder.change_set
        self.at: datetime = made.made_at
        self.origin = Origin(made.made_by, made.title, made.made_at)
        self.counts: Counter[str] = Counter()
        self.units: set[int] = set()
        self.new: list[Record] = []
        self.left: list[int] = []
        self.taken: dict[int, _Taken] = {}
        nothing = Decided("")
        for difference in differences.found:
            self._sort(difference, decisions.get(difference.key, nothing))

    def _sort(self, difference: Difference, decided: Decided) -> None:
        match (difference.kind, decided.word):
            case (Kind.NEW | Kind.DUPLICATE, Decision.TAKE) if difference.record:
                self._admit(difference.record)
            case (Kind.DUPLICATE, Decision.SAME) if difference.record and decided.same_as:
                self._join(decided.same_as, _Taken(difference.record, None))
            case (Kind.CHANGED | Kind.EDITED, Decision.TAKE | Decision.KEEP):
                self._change(difference, is_taken=decided.word == Decision.TAKE)
            case (Kind.LEFT, Decision.TAKE) if difference.cadre_id:
                self.left.append(difference.cadre_id)

    def _admit(self, record: Record) -> None:
        if record.lacking:
            raise Refusal(
                _("Row %(row)d lacks what a new record needs.") % {"row": record.row},
                gaps=list(record.lacking),
            )
        self.new.append(record)

    def _change(self, difference: Difference, *, is_taken: bool) -> None:
        assert difference.record and difference.cadre_id  # noqa: S101 (comparing sees to it)
        fields = frozenset(change.field for change in difference.changes)
        none: frozenset[str] = frozenset()
        taken, refused = (fields, none) if is_taken else (none, fields)
        overruled = taken if difference.kind == Kind.EDITED else none
        self._join(difference.cadre_id, _Taken(difference.record, taken, refused, overruled))

    def _join(self, cadre_id: int, more: _Taken) -> None:
        """Two differences of one row are one change; two rows of one person are refused."""
        held = self.taken.get(cadre_id)
        if (held and held.record is not more.record) or (
            not held and self._is_told_of(cadre_id, more.fields)
        ):
            raise Refusal(
                _("Row %(row)d is said to be a person whom another row speaks of already.")
                % {"row": more.record.row}
            )
        if held and held.fields is not None and more.fields is not None:
            more = _Taken(
                more.record,
                held.fields | more.fields,
                held.refused | more.refused,
                held.overruled | more.overruled,
            )
        self.taken[cadre_id] = more

    def _is_told_of(self, cadre_id: int, fields: frozenset[str] | None) -> bool:
        return fields is None and cadre_id in self.differences.agreed

    # --- Writing -------------------------------------------------------------------------------

    def run(self) -> Applied:
        todo = len(self.new) + len(self.taken) + len(self.left) + len(self.differences.agreed)
        done = 0
        self._free_numbers()
        codes = self._codes()
        for records in chunks(self.new):
            self._register(records, codes)
            self.report(done := done + len(records), todo)
        for cadre_ids in chunks(sorted(self.taken)):
            self._revise(cadre_ids)
            self.report(done := done + len(cadre_ids), todo)
        for cadre_ids in chunks(self.left):
            self._end(cadre_ids)
            self.report(done := done + len(cadre_ids), todo)
        others = [pk for pk in self.differences.agreed if pk not in self.taken]
        for cadre_ids in chunks(others):
            self._remember({pk: (self.differences.agreed[pk], {}) for pk in cadre_ids})
            self.report(done := done + len(cadre_ids), todo)
        return Applied(self.counts, self.units)

    def _codes(self) -> dict[int, str]:
        """The code of each new record, by its row; those without one get the next free ones."""
        told = {record.row: record.code for record in self.new if record.code}
        unnamed = [record.row for record in self.new if not record.code]
        return told | dict(zip(unnamed, next_codes(len(unnamed), set(told.values())), strict=True))

    def _free_numbers(self) -> None:
        """Phone numbers that pass from one account to another are taken from the first before."""
        wanted = {
            record.phone: cadre_id
            for cadre_id, record in self._wanting_phones()
            if record.phone in self.differences.register.phones
        }
        for phones in chunks(sorted(wanted)):
            holders = list(User.objects.filter(phone__in=phones).select_related("cadre"))
            freed = []
            for user in holders:
                cadre = getattr(user, "cadre", None)
                if cadre and cadre.pk == wanted[user.phone]:
                    continue
                if cadre is None or not self._gives_up_phone(cadre.pk, user.phone):
                    raise Refusal(
                        _("The phone number %(phone)s belongs to %(name)s. Nothing was written.")
                        % {"phone": user.phone, "name": user}
                    )
                user.phone = ""
                freed.append(user)
            self.recorder.update(freed, ["phone"])

    def _wanting_phones(self) -> list[tuple[int, Record]]:
        """Who gets a phone number by this list; 0 for the new."""
        known = [
            (cadre_id, taken.record)
            for cadre_id, taken in self.taken.items()
            if taken.record.phone and (taken.fields is None or "phone" in taken.fields)
        ]
        return [*known, *((0, record) for record in self.new if record.phone)]

    def _gives_up_phone(self, cadre_id: int, phone: str) -> bool:
        taken = self.taken.get(cadre_id)
        if taken is None or not taken.record.phone or taken.record.phone == phone:
            return False
        return taken.fields is None or "phone" in taken.fields

    def _register(self, records: Sequence[Record], codes: Mapping[int, str]) -> None:
        units = Unit.objects.in_bulk({record.unit_id for record in records})
        positions = Position.objects.in_bulk({record.position_id for record in records})
        drafts = [
            draft(
                NewCadre(
                    code=codes[record.row],
                    full_name=record.full_name,
                    gender=record.gender,
                    born_on=record.born_on,  # type: ignore[arg-type]
                    born_year_only=record.born_year_only,
                    kind=record.kind,
                    unit=units[record.unit_id],
                    position=positions[record.position_id],
                    since=record.since or self.on,
                    identity_number=record.identity,
                    phone=record.phone,
                    email=record.email,
                )
            )
            for record in records
        ]
        self.recorder.create([user for user, _cadre, _posts in drafts])
        cadres = self.recorder.create([cadre for _user, cadre, _posts in drafts])
        posts = self.recorder.create([post for _user, _cadre, held in drafts for post in held])
        self.units.update(post.unit_id for post in posts)
        self.recorder.create(
            [
                RosterMemory(cadre=cadre, said=_said(record), at=self.at)
                for cadre, record in zip(cadres, records, strict=True)
            ]
        )
        self.counts["new"] += len(records)
        posts_changed.send(Cadre, cadre_ids=[cadre.pk for cadre in cadres])

    def _revise(self, cadre_ids: Sequence[int]) -> None:
        stored = Stored(cadre_ids, self.on, lock=True)
        if len(stored.cadres) < len(cadre_ids):
            raise Refusal(
                _("A record no longer exists. Check the list again; nothing was written.")
            )
        revision = _Revision(self.on, stored, self.origin, self.differences.words)
        for cadre_id in cadre_ids:
            revision.take(cadre_id, self._whole(cadre_id, stored))
        revision.write(self.recorder)
        self.counts.update(revision.counts)
        self.units.update(*revision.units.values())
        self._remember(
            {pk: self._heard(pk, revision.written[pk], stored) for pk in cadre_ids}, stored
        )
        announce(revision.amendments, revision.moved)

    def _whole(self, cadre_id: int, stored: Stored) -> _Taken:
        """Of somebody who turned out to be known, all is taken but what a hand corrected."""
        taken = self.taken[cadre_id]
        if taken.fields is not None:
            return taken
        return _Taken(taken.record, frozenset(weigh_record(taken.record, cadre_id, stored).open))

    def _heard(
        self, cadre_id: int, fields: frozenset[str], stored: Stored
    ) -> tuple[Values, Values]:
        """What the list said that is now recorded, and what of it was refused."""
        taken = self.taken[cadre_id]
        told = told_values(taken.record)
        post = stored.post_meant(cadre_id, taken.record)
        unit_id = taken.record.unit_id or (post.unit_id if post else None)
        position_id = taken.record.position_id or (post.position_id if post else None)
        if unit_id and position_id:
            told["post"] = post_value(unit_id, position_id)
        agreed = self.differences.agreed.get(cadre_id, {})
        return (
            agreed | {key: told[key] for key in fields if key in told},
            {key: told[key] for key in taken.refused if key in told},
        )

    def _remember(
        self, heard: Mapping[int, tuple[Values, Values]], stored: Stored | None = None
    ) -> None:
        """A refused value is forgotten once a list says something that is taken."""
        held = stored.memories if stored else RosterMemory.objects.in_bulk(list(heard))
        fresh: list[RosterMemory] = []
        changed: dict[bool, list[RosterMemory]] = {True: [], False: []}
        for cadre_id, (said, refused) in heard.items():
            memory = held.get(cadre_id) or RosterMemory(cadre_id=cadre_id)
            all_said = memory.said | said
            still = {key: v for key, v in memory.refused.items() if key not in said} | refused
            if not memory.hears(all_said, still):
                continue
            refuses = memory.refused != still
            memory.said, memory.refused, memory.at = all_said, still, self.at
            (changed[refuses] if cadre_id in held else fresh).append(memory)
        self.recorder.create(fresh)
        self.recorder.update(changed[True], ["said", "refused", "at"])
        self.recorder.update(changed[False], ["said", "at"])

    def _end(self, cadre_ids: Sequence[int]) -> None:
        """Those who left hold no post in the list's units from the day on."""
        posts = Post.objects.filter(
            cadre__in=cadre_ids, unit__in=self.differences.scope.complete, valid_from__lt=self.on
        ).exclude(valid_to__lte=self.on)
        ending = list(posts.order_by("pk").select_related("cadre"))
        units = units_of_each(cadre_ids, self.on)
        for post in ending:
            units[post.cadre_id].add(post.unit_id)
        record_all([(self._told_end(post), units[post.cadre_id]) for post in ending])
        self.units.update(*units.values())
        for post in ending:
            post.valid_to = self.on
        self.recorder.update(ending, ["valid_to"])
        self.counts["left"] += len(cadre_ids)
        posts_changed.send(Cadre, cadre_ids=list(cadre_ids))

    def _told_end(self, post: Post) -> JournalEntry:
        told = _told_post(post, self.differences.words) | {"to": str(self.on)}
        return entry(
            "post.end",
            post.cadre,
            by=self.origin.by,
            before={"to": str(post.valid_to or "")},
            after=told | self.origin.told,
            at=self.at,
        )


class _Revision:
    """What a thousand known people get: fields of the record, of the account, other posts."""

    def __init__(self, on: date, stored: Stored, origin: Origin, words: Words) -> None:
        self.on = on
        self.stored = stored
        self.origin = origin
        self.words = words
        self.counts: Counter[str] = Counter()
        self.amendments: list[Amendment] = []
        self.corrected: list[Post] = []
        self.ended: list[Post] = []
        self.begun: list[Post] = []
        self.entries: list[tuple[int, JournalEntry]] = []
        self.units: dict[int, set[int]] = {}
        self.moved: set[int] = set()
        self.written: dict[int, frozenset[str]] = {}

    def take(self, cadre_id: int, taken: _Taken) -> None:
        fields = self.written[cadre_id] = taken.fields or frozenset()
        if columns := columns_of(taken.record, fields):
            why = why_overruled(taken.overruled - {"post"})
            self.amendments.append(amend(self.stored.cadres[cadre_id], columns, reason=why))
        if "post" in fields:
            self.moved.add(cadre_id)
            self._move(cadre_id, taken.record, why_overruled(taken.overruled & {"post"}))
        self.counts["moved"] += "post" in fields
        self.counts["corrected"] += bool(fields - {"post"})

    def _move(self, cadre_id: int, record: Record, why: str) -> None:
        """The post ends on the day the next one begins; one begun no earlier was a mistake."""
        old = self.stored.post_meant(cadre_id, record)
        before = _told_post(old, self.words) if old else {}
        unit_id = record.unit_id or (old.unit_id if old else None)
        position_id = record.position_id or (old.position_id if old else None)
        assert unit_id and position_id  # noqa: S101 (comparing gives a post only when both are known)
        is_later = record.since is not None and (old is None or record.since > old.valid_from)
        since = record.since if is_later and record.since else self.on
        if old and old.valid_from >= since:
            old.unit_id, old.position_id = unit_id, position_id
            self.corrected.append(old)
            self._tell("post.change", old, before, why)
            return
        is_main = old is None or old.is_main
        new = _post(cadre_id, unit_id, position_id, since, is_main=is_main)
        self.begun.append(new)
        self._tell("post.move" if old else "post.add", new, before, why)
        if old:
            old.valid_to = since
            self.ended.append(old)

    def _tell(self, deed: str, post: Post, before: dict[str, str], why: str) -> None:
        told = entry(
            deed,
            self.stored.cadres[post.cadre_id],
            by=self.origin.by,
            before=before,
            after=_told_post(post, self.words) | self.origin.told,
            reason=why,
            at=self.origin.at,
        )
        self.entries.append((post.cadre_id, told))

    def write(self, recorder: Recorder) -> None:
        """What is told of somebody concerns the units before and after."""
        amended = {amendment.cadre.pk for amendment in self.amendments}
        self.units = units_of_each(amended | self.moved, self.on)
        for post in [*self.corrected, *self.begun]:
            self.units[post.cadre_id].add(post.unit_id)
        write_all(self.amendments, self.origin, recorder, self.units)
        recorder.update(self.corrected, ["unit", "position"])
        recorder.update(self.ended, ["valid_to"])
        recorder.create(lay_out(self.begun))
        record_all([(told, self.units[cadre_id]) for cadre_id, told in self.entries])


def _told_post(post: Post, words: Words) -> dict[str, str]:
    """For the journal."""
    return {
        "unit": words.places.get(post.unit_id, ""),
        "position": words.positions.get(post.position_id, ""),
        "from": str(post.valid_from),
    }


def _post(cadre_id: int, unit_id: int, position_id: int, since: date, *, is_main: bool) -> Post:
    return Post(
        cadre_id=cadre_id,
        unit_id=unit_id,
        position_id=position_id,
        valid_from=since,
        is_main=is_main,
    )


def _said(record: Record) -> Values:
    assert record.unit_id and record.position_id  # noqa: S101 (nobody new lacks them)
    return told_values(record) | {"post": post_value(record.unit_id, record.position_id)}
