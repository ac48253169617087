"""Saying who is in a target group: by rules, by lists, from a day to a day.

A change is data, so that what is looked at before saving is what is saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.concerning import units_of
from cadres.models import Cadre, GroupListing, GroupRule, Position, Post, TargetGroup, Unit
from cadres.models.groups import EVER
from cadres.signals import groups_changed
from kit.dates import today
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record


class Change(Protocol):
    """What is to become of a group. `on` is the day from which it shows."""

    deed: str

    @property
    def on(self) -> date: ...

    @property
    def units(self) -> set[int]:
        """Those it names, or where whom it names is; for the journal."""

    def write(self, group: TargetGroup, by: User | None) -> dict[str, str]:
        """Writes it and tells it for the journal; refuses what cannot be."""


@dataclass(frozen=True)
class NewRule:
    """Whoever holds a post that fits is in the group; what is left open fits all."""

    since: date
    position: Position | None = None
    unit: Unit | None = None
    kind: str = ""
    until: date | None = None
    reason: str = ""
    deed = "group.rule"

    @property
    def on(self) -> date:
        return self.since

    @property
    def units(self) -> set[int]:
        return {self.unit.pk} if self.unit else set()

    def write(self, group: TargetGroup, by: User | None) -> dict[str, str]:
        _refuse_no_length(self.since, self.until)
        fits = {"position": self.position, "unit": self.unit, "kind": self.kind}
        if _from(group.rules.filter(**fits), self.since).exists():
            raise Refusal(_("The group has this rule already."))
        rule = GroupRule.objects.create(
            group=group,
            valid_from=self.since,
            valid_to=self.until,
            reason=clean(self.reason),
            made_by=by,
            **fits,
        )
        return {"rule": words_of(rule), "from": str(self.since), "to": str(self.until or "")}


@dataclass(frozen=True)
class NewListing:
    """One person is in the group, or out of it, whatever the rules say."""

    cadre: Cadre
    is_excluded: bool
    since: date
    reason: str
    until: date | None = None
    deed = "group.list"

    @property
    def on(self) -> date:
        return self.since

    @property
    def units(self) -> set[int]:
        return units_of([self.cadre.pk], self.since)

    def write(self, group: TargetGroup, by: User | None) -> dict[str, str]:
        _refuse_no_length(self.since, self.until)
        if not clean(self.reason):
            raise Refusal(_("Say why; the reason is kept."), status=400)
        try:
            with transaction.atomic():
                GroupListing.objects.create(
                    group=group,
                    cadre=self.cadre,
                    is_excluded=self.is_excluded,
                    valid_from=self.since,
                    valid_to=self.until,
                    reason=clean(self.reason),
                    made_by=by,
                )
        except IntegrityError:
            raise Refusal(
                _("%(name)s is on the list already in this time. End that entry first.")
                % {"name": self.cadre.full_name}
            ) from None
        name = "excluded" if self.is_excluded else "added"
        return {name: _told(self.cadre), "from": str(self.since), "to": str(self.until or "")}


@dataclass(frozen=True)
class Ending:
    """A rule or an entry of the list no longer holds from the day; one not begun is taken away."""

    entry: GroupRule | GroupListing
    on: date
    deed = "group.end"

    @property
    def units(self) -> set[int]:
        entry = self.entry
        if isinstance(entry, GroupListing):
            return units_of([entry.cadre_id], self.on)
        return {entry.unit_id} if entry.unit_id else set()

    def write(self, group: TargetGroup, by: User | None) -> dict[str, str]:
        entry = self.entry
        if entry.valid_to is not None and entry.valid_to <= self.on:
            raise Refusal(_("It has ended by then already."))
        if entry.valid_from >= self.on:
            entry.delete()
        else:
            type(entry)._default_manager.filter(pk=entry.pk).update(valid_to=self.on)
        told = words_of(entry) if isinstance(entry, GroupRule) else _told(entry.cadre)
        return {"rule" if isinstance(entry, GroupRule) else "entry": told, "to": str(self.on)}


@transaction.atomic
def change(group: TargetGroup, wanted: Change, *, by: User | None = None, reason: str = "") -> None:
    """Makes the change; figures and obligations follow."""
    before = _places(group, wanted.on)
    told = wanted.write(group, by)
    moved = before ^ _places(group, wanted.on)
    units = {unit for _cadre, unit in moved} | wanted.units
    record(wanted.deed, group, by=by, after=told, reason=clean(reason), units=units)
    groups_changed.send(TargetGroup, group_ids=[group.pk])


@dataclass(frozen=True)
class Preview:
    """Who would be in a group that is not, and the other way round, on the day it shows."""

    on: date
    before: int
    after: int
    entering: list[Cadre]
    leaving: list[Cadre]


def preview(group: TargetGroup, wanted: Change) -> Preview:
    """Makes the change, looks, and takes it back: it cannot disagree with the change itself."""
    with transaction.atomic():
        before = _members(group, wanted.on)
        wanted.write(group, None)
        after = _members(group, wanted.on)
        transaction.set_rollback(True)
    moving = Cadre.objects.with_main_post(wanted.on).in_bulk(before ^ after)
    people = sorted(moving.values(), key=lambda cadre: (cadre.name_key, cadre.pk))
    return Preview(
        on=wanted.on,
        before=len(before),
        after=len(after),
        entering=[cadre for cadre in people if cadre.pk in after],
        leaving=[cadre for cadre in people if cadre.pk in before],
    )


def _members(group: TargetGroup, day: date) -> set[int]:
    return {cadre for cadre, _unit in _places(group, day)}


def _places(group: TargetGroup, day: date) -> set[tuple[int, int]]:
    """The people of a group, each with the units of the posts that count."""
    posts = Post.objects.in_group(group, day)
    return set(posts.values_list("cadre_id", "unit_id"))


def put_position_in(group: TargetGroup, position: Position) -> None:
    """Whoever holds the position, wherever, has always been in the group."""
    rules = group.rules.filter(position=position, unit=None, kind="")
    if not _from(rules, today()).exists():
        change(group, NewRule(EVER, position=position))


def _from(rows: QuerySet[GroupRule], day: date) -> QuerySet[GroupRule]:
    """Those that hold on the day or later."""
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=day))


def _refuse_no_length(since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise Refusal(_("The last day is before the first. Choose a later one."), status=400)


def words_of(rule: GroupRule) -> str:
    """ "Cán bộ dân vận · Phường Hoa Lư and below · Công chức"."""
    parts = [
        str(rule.position) if rule.position else _("any position"),
        _("%(unit)s and below") % {"unit": rule.unit} if rule.unit else "",
        str(Cadre.Kind(rule.kind).label) if rule.kind else "",
    ]
    return " · ".join(part for part in parts if part)


def _told(cadre: Cadre) -> str:
    return f"{cadre.full_name} ({cadre.code})"


def groups_of(cadre: Cadre, day: date) -> QuerySet[TargetGroup]:
    """The groups a person is in on the day; one query."""
    group = models.OuterRef(models.OuterRef("pk"))
    held = Post.objects.filter(cadre=cadre).in_group(group, day)
    return TargetGroup.objects.filter(models.Exists(held))
