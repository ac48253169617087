"""Entering and changing people by the ids of another system: the same twice changes nothing.

A new id is joined to a record that stands only where identity number, name and birth agree; a
likeness is told, and a person decides (`same_as`, `not_same_as`). What a record leaves out stays;
so does what a hand has corrected here since the system last said it, unless a person overrules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.recognising import normal_phone
from cadres.amending import Amendment, Origin, amend, announce, why_overruled, write
from cadres.describing import describe
from cadres.identifying import is_well_formed
from cadres.models import Cadre, ExternalId, Position, Post, RosterMemory
from cadres.placing import CodedUnits, holds
from cadres.recognising import Known
from cadres.records import (
    FieldError,
    Outcome,
    PersonRecord,
    PostRecord,
    Rejected,
    Result,
    rejected,
)
from cadres.registering import NewCadre, next_codes, register_all
from cadres.scopes import Access
from cadres.weighing import Values, journalled_edits, stored_values, values_of, weigh
from kit.dates import day_of, now
from kit.errors import Refusal
from kit.text import clean, name_key
from operations.journalling import record

MOST = 500


# --- The deeds --------------------------------------------------------------------------------


@transaction.atomic
def upsert(
    wanted: PersonRecord,
    *,
    source: str,
    access: Access,
    by: User,
    if_match: str = "",
    at: datetime | None = None,
) -> Outcome:
    """One person; raises `Rejected`. `if_match`: the digest the caller has read."""
    desk = _Desk([wanted], source=source, access=access, by=by, at=at or now())
    if if_match and if_match != desk.digest_of(wanted):
        raise Refusal(
            _("The record was changed by somebody else since it was read. Read it again."),
            status=412,
        )
    cadre, result, kept = desk.take(wanted)
    desk.announce()
    return Outcome(wanted.external_id, result, describe([cadre.pk])[cadre.pk], kept=kept)


@transaction.atomic
def upsert_all(
    records: Sequence[PersonRecord],
    *,
    source: str,
    access: Access,
    by: User,
    skip_refused: bool = False,
    at: datetime | None = None,
) -> list[Outcome]:
    """Many people. Unless `skip_refused`, one that is refused keeps all from being written."""
    if len(records) > MOST:
        raise Refusal(_("Send at most %(count)d people at a time.") % {"count": MOST}, status=413)
    desk = _Desk(records, source=source, access=access, by=by, at=at or now())
    outcomes, taken = [], []
    for wanted in records:
        try:
            with transaction.atomic():
                cadre, result, kept = desk.take(wanted)
        except Rejected as no:
            refused = Outcome(wanted.external_id, Result.REFUSED, None, no.errors, no.candidates)
            outcomes.append(refused)
            taken.append(0)
        else:
            outcomes.append(Outcome(wanted.external_id, result, kept=kept))
            taken.append(cadre.pk)
    if not all(taken) and not skip_refused:
        transaction.set_rollback(True)
        return outcomes
    desk.announce()
    faces = describe(taken)
    told = zip(outcomes, taken, strict=True)
    return [replace(outcome, person=faces.get(pk)) for outcome, pk in told]


# --- What the deeds look at -------------------------------------------------------------------


class _Desk:
    """All that taking the records needs, read at once: the queries do not grow with them."""

    def __init__(
        self,
        records: Sequence[PersonRecord],
        *,
        source: str,
        access: Access,
        by: User,
        at: datetime,
    ) -> None:
        self.source, self.access, self.by = source, access, by
        self.at, self.day = at, day_of(at)
        self.origin = Origin(by, source, at)
        self.amendments: list[Amendment] = []
        self.moved: set[int] = set()
        self.units = CodedUnits({p.unit for r in records for p in r.posts}, access)
        wanted = {p.position for r in records for p in r.posts}
        self.positions = {p.code: p for p in Position.objects.filter(code__in=wanted)}
        self.seen: set[str] = set()
        self._read_known(records)

    def _read_known(self, records: Sequence[PersonRecord]) -> None:
        linked = ExternalId.objects.filter(
            source=self.source, value__in=[r.external_id for r in records]
        )
        self.linked = {external.value: external for external in linked}
        may_be = (
            Q(pk__in=[external.cadre_id for external in linked])
            | Q(name_key__in=[name_key(clean(r.full_name)) for r in records])
            | Q(identity_hash__in=[r.identity_hash for r in records if r.identity_hash])
            | Q(public_id__in=[r.same_as for r in records if r.same_as])
        )
        locked = Cadre.objects.select_for_update(of=("self",), no_key=True)
        cadres = list(
            locked.filter(may_be).order_by("pk").select_related("user").prefetch_related("posts")
        )
        pks = [cadre.pk for cadre in cadres]
        visible = Cadre.objects.visible_to(self.access).filter(pk__in=pks)
        held = ExternalId.objects.filter(source=self.source, cadre__in=pks)
        self.known = Known(
            cadres,
            visible=set(visible.values_list("pk", flat=True)),
            taken=dict(held.values_list("cadre_id", "value")),
        )
        self.journalled = journalled_edits(pks)
        self.memories = RosterMemory.objects.in_bulk(pks)

    def digest_of(self, wanted: PersonRecord) -> str:
        external = self.linked.get(wanted.external_id)
        return describe([pk])[pk].digest if external and (pk := external.cadre_id) else ""

    # --- One record -----------------------------------------------------------------------

    def take(self, wanted: PersonRecord) -> tuple[Cadre, Result, tuple[FieldError, ...]]:
        """The record's cadre, entered or changed, and what was kept; raises `Rejected`."""
        wanted = _tidy(wanted)
        if wanted.external_id in self.seen:
            raise rejected("external_id", "repeated", _("This id stands twice in the request."))
        self.seen.add(wanted.external_id)
        posts = self._located(wanted)
        try:
            cadre, is_linked = self._found(wanted, posts)
            if cadre is None:
                return self._enter(wanted, posts), Result.CREATED, ()
            has_changed, kept = self._change(cadre, wanted, posts)
        except IntegrityError:
            raise rejected(
                "external_id",
                "changed_meanwhile",
                _("Somebody wrote at the same time. Try again."),
                status=409,
            ) from None
        if is_linked:
            return cadre, Result.LINKED, kept
        return cadre, Result.CHANGED if has_changed else Result.UNCHANGED, kept

    def _located(self, wanted: PersonRecord) -> list[Post]:
        """The posts of a record as rows not yet saved; all that is wrong is told at once."""
        rows, errors = [], _errors_of(wanted)
        for number, post in enumerate(wanted.posts):
            place = f"posts.{number}"
            try:
                rows.append(self._row(post, place))
            except Rejected as no:
                errors += no.errors
        if errors:
            raise Rejected(errors)
        return rows

    def _row(self, post: PostRecord, place: str) -> Post:
        if post.valid_to is not None and post.valid_to <= post.valid_from:
            raise rejected(f"{place}.to", "ends_before", _("The post would end before it begins."))
        position = self.positions.get(post.position)
        if position is None:
            raise rejected(
                f"{place}.position",
                "unknown_position",
                _("No position has the code “%(code)s”.") % {"code": post.position},
            )
        return Post(
            unit_id=self.units.locate(post, f"{place}.unit"),
            position=position,
            is_main=post.is_main,
            valid_from=post.valid_from,
            valid_to=post.valid_to,
        )

    # --- Whose record it is ---------------------------------------------------------------

    def _found(self, wanted: PersonRecord, posts: list[Post]) -> tuple[Cadre | None, bool]:
        """The cadre of the id, and whether it was joined to it only now; None: a new person."""
        external = self.linked.get(wanted.external_id)
        if external is None:
            units = {p.unit_id for p in posts if holds(p.valid_from, p.valid_to, self.day)}
            joined = self.known.find_same(wanted, units, self.day)
            if joined is not None:
                self._link(joined, wanted)
            return joined, joined is not None
        cadre = self.known.by_pk[external.cadre_id]
        if cadre.pk not in self.known.visible and not self._has_left(cadre):
            raise rejected(
                "external_id", "person_out_of_scope", _("This person is outside the key's units.")
            )
        self.known.refuse_other_number(cadre, wanted)
        return cadre, False

    def _has_left(self, cadre: Cadre) -> bool:
        """Who served in the key's units, and nowhere now, is still the key's to tell of."""
        posts = cadre.posts.all()
        is_serving = any(holds(p.valid_from, p.valid_to, self.day) for p in posts)
        return not is_serving and self.units.any_open({post.unit_id for post in posts})

    # --- Writing --------------------------------------------------------------------------

    def _link(self, cadre: Cadre, wanted: PersonRecord) -> None:
        if cadre.pk in self.known.taken:
            raise rejected(
                "external_id",
                "has_other_id",
                _("The person of this identity number has another id of this system."),
            )
        self.linked[wanted.external_id] = ExternalId.objects.create(
            source=self.source, value=wanted.external_id, cadre=cadre, linked_at=self.at
        )
        self.known.taken[cadre.pk] = wanted.external_id
        record("cadre.link", cadre, by=self.by, after={self.source: wanted.external_id})

    def _enter(self, wanted: PersonRecord, posts: list[Post]) -> Cadre:
        _refuse_overlap(posts)
        first = next((p for p in posts if p.is_main and p.valid_to is None), None)
        if first is None:
            raise rejected("posts", "no_main_post", _("A new person needs a main post held now."))
        _refuse_taken_phone(wanted.phone)
        new = NewCadre(
            code=next_codes(1)[0],
            full_name=wanted.full_name,
            gender=wanted.gender,
            born_on=wanted.born_on,
            kind=wanted.kind,
            unit=first.unit,
            position=first.position,
            since=first.valid_from,
            born_year_only=wanted.born_year_only,
            identity_number=wanted.identity_number or "",
            phone=wanted.phone or "",
            email=wanted.email or "",
        )
        [cadre] = register_all([new], by=self.by)
        for post in posts:
            if post is not first:
                post.cadre = cadre
                post.save()
        self.known.add(cadre)
        self._link(cadre, wanted)
        posts = list(cadre.posts.all())
        self._remember(wanted, _values_of(wanted) | {_key(post): _span(post) for post in posts})
        self.moved.add(cadre.pk)
        return cadre

    def _change(
        self, cadre: Cadre, wanted: PersonRecord, posts: list[Post]
    ) -> tuple[bool, tuple[FieldError, ...]]:
        """Whether anything was written, and what was kept from being."""
        amendment, said, kept = self._change_record(cadre, wanted)
        moved, posts_said, kept_posts = self._change_posts(cadre, wanted, posts)
        self._remember(wanted, said | posts_said)
        if amendment.after:
            self.amendments.append(amendment)
        if moved:
            self.moved.add(cadre.pk)
        return bool(amendment.after or moved), (*kept, *kept_posts)

    def _change_record(
        self, cadre: Cadre, wanted: PersonRecord
    ) -> tuple[Amendment, Values, list[FieldError]]:
        """What was changed, what the record says now of what the system said, what was kept."""
        theirs = _values_of(wanted)
        memory = self.memories.get(cadre.pk)
        weighed = weigh(
            theirs,
            stored_values(cadre, []),
            said=self.linked[wanted.external_id].said,
            refused=memory.refused if memory else {},
            journalled=self.journalled.get(cadre.pk, {}),
        )
        stays = weighed.by_hand | dict.fromkeys(weighed.refused, "")
        overruled = [field for field in stays if _NAMES.get(field, field) in wanted.overrule]
        taken = [*weighed.open, *overruled]
        amendment = amend(cadre, _columns_of(wanted, taken), reason=why_overruled(overruled))
        if amendment.after:
            write(amendment, self.origin)
        said = weighed.agreed | {field: theirs[field] for field in taken}
        return amendment, said, [_kept(f, day) for f, day in stays.items() if f not in overruled]

    def _remember(self, wanted: PersonRecord, said: Values) -> None:
        external = self.linked[wanted.external_id]
        if external.said | said != external.said:
            external.said |= said
            external.save(update_fields=["said"])

    def _change_posts(
        self, cadre: Cadre, record: PersonRecord, wanted: list[Post]
    ) -> tuple[bool, Values, list[FieldError]]:
        """Each post sent is the stored one of its unit and position at the time, else a new one.

        A post that is not sent stays; one is ended by sending its last day.
        """
        stored = list(cadre.posts.all())
        changed: list[tuple[Post, dict[str, Any]]] = []
        added: list[Post] = []
        kept: list[FieldError] = []
        said: list[Post] = []
        for number, post in enumerate(wanted):
            same = next((old for old in stored if _is_same_post(old, post)), None)
            if same is None:
                post.cadre = cadre
                added.append(post)
            elif self._is_edited(same, post, record):
                kept.append(_kept(f"posts.{number}", self._edited_on(cadre)))
                continue
            elif before := _moved(same, post):
                changed.append((same, before))
            said.append(same or post)
        if changed or added:
            _refuse_overlap([*stored, *added])
        # What ends is written first: one open main post at a time.
        for post, before in sorted(changed, key=lambda pair: pair[0].valid_to is None):
            post.save()
            self._tell_post("post.change", post, before)
        for post in added:
            post.save()
            self._tell_post("post.add", post, {})
        return bool(changed or added), {_key(post): _span(post) for post in said}, kept

    def _is_edited(self, stored: Post, post: Post, record: PersonRecord) -> bool:
        """Whether a hand has changed the days of a post since the system last told them."""
        if _span(stored) == _span(post) or "posts" in record.overrule:
            return False
        said = self.linked[record.external_id].said.get(_key(stored))
        return bool(self._edited_on(stored.cadre)) if said is None else said != _span(stored)

    def _edited_on(self, cadre: Cadre) -> str:
        return self.journalled.get(cadre.pk, {}).get("post", "")

    def _tell_post(self, deed: str, post: Post, before: dict[str, Any]) -> None:
        after = {"unit": str(post.unit), "position": str(post.position)}
        after |= {"from": str(post.valid_from), "to": str(post.valid_to or "")}
        told = {"valid_from": "from", "valid_to": "to"}
        was = {told[name]: str(value or "") for name, value in before.items() if name in told}
        after |= self.origin.told
        record(
            deed,
            post.cadre,
            by=self.by,
            before=was,
            after=after,
            at=self.at,
            units=[post.unit_id],
        )

    def announce(self) -> None:
        announce(self.amendments, self.moved)


# --- Fields and posts -------------------------------------------------------------------------


def _errors_of(wanted: PersonRecord) -> list[FieldError]:
    errors = []
    if len(clean(wanted.full_name).split()) < 2:
        message = _("Write the full name: family name, middle name and given name.")
        errors.append(FieldError("full_name", "name_too_short", message))
    if wanted.identity_number and not is_well_formed(wanted.identity_number):
        message = _("An identity number has 12 digits.")
        errors.append(FieldError("identity_number", "malformed", message))
    if wanted.phone and not (normal_phone(wanted.phone).startswith("0")
                             and len(normal_phone(wanted.phone)) == 10):  # fmt: skip
        message = _("A phone number has 10 digits and begins with 0.")
        errors.append(FieldError("phone", "malformed", message))
    return errors


# What the API calls a field where lists call it otherwise.
_NAMES = {"identity": "identity_number"}


def _values_of(wanted: PersonRecord) -> Values:
    values = values_of(wanted)
    if wanted.identity_number is None:
        del values["identity"]
    return values


def _columns_of(wanted: PersonRecord, fields: Sequence[str]) -> dict[str, Any]:
    columns = {name: getattr(wanted, name) for name in (_NAMES.get(f, f) for f in fields)}
    if "born_on" in columns:
        columns["born_year_only"] = wanted.born_year_only
    return columns


def _refuse_taken_phone(phone: str | None) -> None:
    if phone and User.objects.filter(phone=phone).exists():
        raise rejected(
            "phone", "phone_taken", _("Somebody signs in with this phone number already.")
        )


def _tidy(wanted: PersonRecord) -> PersonRecord:
    """As records are kept."""
    phone = None if wanted.phone is None else normal_phone(wanted.phone)
    return replace(wanted, full_name=clean(wanted.full_name), phone=phone)


def _kept(field: str, day: str) -> FieldError:
    words = (
        _("Corrected by hand here on %(day)s; kept. To take yours, name it in “overrule”.")
        % {"day": day}
        if day
        else _("Decided or corrected here since you last said it; kept. To take yours, name it in"
               " “overrule”.")
    )  # fmt: skip
    return FieldError(_NAMES.get(field, field), "kept_by_hand", words)


def _overlap(a: Post, b: Post) -> bool:
    return (b.valid_to is None or a.valid_from < b.valid_to) and (
        a.valid_to is None or b.valid_from < a.valid_to
    )


def _is_same_post(old: Post, new: Post) -> bool:
    same_place = old.unit_id == new.unit_id and old.position_id == new.position.pk
    return same_place and _overlap(old, new)


_SPAN = ("is_main", "valid_from", "valid_to")


def _key(post: Post) -> str:
    """What a system's memory calls a post."""
    return f"post:{post.pk}"


def _span(post: Post) -> str:
    return " ".join(str(getattr(post, name)) for name in _SPAN)


def _moved(post: Post, wanted: Post) -> dict[str, Any]:
    """Makes `post` as wanted; what it was, where that differs."""
    before = {
        name: getattr(post, name) for name in _SPAN if getattr(post, name) != getattr(wanted, name)
    }
    for name in before:
        setattr(post, name, getattr(wanted, name))
    return before


def _refuse_overlap(posts: list[Post]) -> None:
    main = [post for post in posts if post.is_main]
    for number, post in enumerate(main):
        if any(_overlap(post, other) for other in main[number + 1 :]):
            raise rejected(
                "posts",
                "two_main_posts",
                _("Two main posts would be held at the same time. End the former one first."),
            )
