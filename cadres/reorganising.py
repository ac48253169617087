"""Carrying out an act of reorganisation as it was foreseen, and undoing it to the letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.acts import Act, Ref
from cadres.climbing import hold_tree, rebuild_ancestry
from cadres.concerning import UNDO
from cadres.continuing import Line
from cadres.foreseeing import Plan, plan
from cadres.models import Cadre, Post, Reorganisation, Succession, Unit, UnitVersion
from cadres.models.units import valid_on
from cadres.moving import Held
from cadres.signals import posts_changed, posts_put_back
from cadres.titling import title_of
from kit.errors import Refusal
from kit.text import clean
from operations import changing
from operations.changing import Recorder, find_obstacles
from operations.concerning import units_told_of
from operations.journalling import record
from operations.models import ChangeSet

_VERSION = ("parent", "name", "name_key", "folded", "kind", "code", "valid_from", "valid_to")
_POST = ("is_main", "valid_from", "valid_to")


@transaction.atomic
def apply(
    act: Act, *, by: User | None, at: datetime | None = None, seen: str = ""
) -> Reorganisation:
    """Writes what the act changes, all or nothing.

    `seen` is the digest of the plan that was looked at: where another one would be carried out
    by now, it refuses.
    """
    hold_tree()
    foreseen = plan(act)
    if seen and seen != foreseen.digest:
        raise Refusal(
            _(
                "People or units have changed since this was looked at. Nothing was written; look"
                " at it once more."
            )
        )
    writing = _Writing(foreseen, by, at)
    done = writing.write()
    record(
        f"unit.{act.kind}",
        done,
        by=by,
        after={
            "from": str(act.effective_on),
            "units": len(foreseen.draft.touched()),
            "people": len({move.cadre for move in foreseen.moves}),
        },
        reason=act.document.cited,
        units=writing.units,
    )
    rebuild_ancestry()
    if foreseen.cadre_ids:
        posts_changed.send(Cadre, cadre_ids=foreseen.cadre_ids)
    return done


class _Writing:
    """A plan on its way into the database; what goes, goes before what comes."""

    def __init__(self, foreseen: Plan, by: User | None, at: datetime | None) -> None:
        self.plan, self.by = foreseen, by
        self.title = title_of(foreseen)
        self.recorder = Recorder(self.title, by=by, at=at)
        self.ids: dict[Ref, int] = {}

    def write(self) -> Reorganisation:
        established = self.plan.established
        units = self.recorder.create([Unit() for _step in established])
        self.ids = {step.key: unit.pk for step, unit in zip(established, units, strict=True)}
        done = self._write_act()
        self._write_versions()
        self.recorder.create(
            Succession(
                reorganisation=done,
                predecessor_id=step.predecessor,
                successor_id=self._id(step.successor),
                share=step.share,
            )
            for step in self.plan.successions
        )
        self._write_posts()
        return done

    @property
    def units(self) -> set[int]:
        """Those with a new or different version, and whence and whither people or lineage pass."""
        foreseen = self.plan
        passing = [(move.origin, move.to) for move in foreseen.moves]
        passing += [(step.predecessor, step.successor) for step in foreseen.successions]
        refs = {*foreseen.draft.touched(), *chain.from_iterable(passing)}
        return {pk for ref in refs if (pk := self._id(ref)) is not None}

    def _id(self, ref: Ref | None) -> int | None:
        return self.ids[ref] if isinstance(ref, str) else ref

    def _write_act(self) -> Reorganisation:
        act, recorded = self.plan.act, self.recorder.change_set
        (done,) = self.recorder.create(
            [
                Reorganisation(
                    kind=act.kind,
                    title=self.title,
                    effective_on=act.effective_on,
                    document=act.document.cited,
                    number=act.document.number,
                    symbol=act.document.symbol,
                    issued_on=act.document.issued_on,
                    abstract=act.document.abstract,
                    recorded_at=recorded.made_at,
                    recorded_by=self.by,
                    change_set=recorded,
                )
            ]
        )
        return done

    def _write_versions(self) -> None:
        foreseen = self.plan
        stored = UnitVersion.objects.in_bulk(
            [*foreseen.dropped_lines, *(line.pk for line in foreseen.changed_lines)]
        )
        self.recorder.delete(stored[pk] for pk in foreseen.dropped_lines)
        changed = [self._version(line, stored[line.pk or 0]) for line in foreseen.changed_lines]
        self.recorder.update(changed, _VERSION)
        self.recorder.create(
            self._version(line, UnitVersion(unit_id=self._id(line.unit)))
            for line in foreseen.new_lines
        )

    def _version(self, line: Line, version: UnitVersion) -> UnitVersion:
        version.parent_id = self._id(line.parent)
        version.name, version.kind, version.code = line.name, line.kind, line.code
        version.valid_from, version.valid_to = line.start, line.end
        version.derive()
        return version

    def _write_posts(self) -> None:
        foreseen = self.plan
        stored = Post.objects.in_bulk(
            [*foreseen.dropped_posts, *(held.pk for held in foreseen.changed_posts)]
        )
        self.recorder.delete(stored[pk] for pk in foreseen.dropped_posts)
        changed = [self._post(held, stored[held.pk or 0]) for held in foreseen.changed_posts]
        self.recorder.update(changed, _POST)
        self.recorder.create(
            self._post(held, Post(cadre_id=held.cadre, position_id=held.position))
            for held in foreseen.new_posts
        )

    def _post(self, held: Held, post: Post) -> Post:
        post.unit_id = self._id(held.unit)  # type: ignore[assignment]
        post.is_main, post.valid_from, post.valid_to = held.is_main, held.start, held.end
        return post


# --- Undoing ----------------------------------------------------------------------------------


@transaction.atomic
def undo(act: Reorganisation, *, by: User | None, reason: str, at: datetime | None = None) -> None:
    """Puts every row back as it was before the act, which itself goes from the record.

    Refuses while something else rests on what the act wrote, and says what.
    """
    if not clean(reason):
        raise Refusal(_("Say why the act is undone; the reason is kept."), status=400)
    hold_tree()
    act = _locked(act)
    if standing := list(obstacles(act)):
        raise Refusal(_("This act can no longer be undone. Nothing was changed."), gaps=standing)
    change_set: ChangeSet = act.change_set  # type: ignore[assignment]
    posts = _Touched(change_set).posts
    cadre_ids = sorted(set(posts.values_list("cadre_id", flat=True)))
    record(
        UNDO,
        act,
        by=by,
        before={
            "from": str(act.effective_on),
            "document": act.document,
            "ids": _falling_back(change_set),
        },
        reason=clean(reason),
        units=units_told_of(act),
    )
    changing.undo(change_set, by=by, reason=clean(reason), at=at)
    rebuild_ancestry()
    posts_put_back.send(
        Cadre, cadre_ids=cadre_ids, since=change_set.made_at, by=by, reason=clean(reason)
    )
    posts_changed.send(Cadre, cadre_ids=cadre_ids)


def _falling_back(change_set: ChangeSet) -> list[tuple[int, int]]:
    """Each unit that goes with the act, with those it was made of, else those it was under.

    The journal finds by it what concerned such a unit in its time.
    """
    made = _keys(change_set, Unit)
    found = Succession.objects.filter(successor__in=made).values_list("successor", "predecessor")
    alone = made - {new for new, _old in found}
    above = UnitVersion.objects.filter(unit__in=alone).exclude(parent=None)
    return sorted({*found, *above.values_list("unit", "parent")})


def _locked(act: Reorganisation) -> Reorganisation:
    found = Reorganisation.objects.select_for_update().filter(pk=act.pk).first()
    if found is None:
        raise Refusal(_("This has been undone already."))
    return found


def obstacles(act: Reorganisation) -> Iterable[str]:
    """What keeps the act from being undone, in words."""
    if act.change_set is None:
        yield _("It was entered without a record of what it changed.")
        return
    yield from _later_acts(act)
    yield from _later_posts(act)
    yield from find_obstacles(act.change_set)


class _Touched:
    """What a change set wrote, and the units it is about."""

    def __init__(self, change_set: ChangeSet) -> None:
        self.versions = UnitVersion.objects.filter(pk__in=_keys(change_set, UnitVersion))
        self.posts = Post.objects.filter(pk__in=_keys(change_set, Post))
        self.successions = Succession.objects.filter(pk__in=_keys(change_set, Succession))

    @property
    def units(self) -> set[int]:
        return {
            *self.versions.values_list("unit_id", flat=True),
            *self.posts.values_list("unit_id", flat=True),
            *self.successions.values_list("successor_id", flat=True),
        }

    @property
    def parents(self) -> set[int | None]:
        return set(self.versions.values_list("parent_id", flat=True))


def _keys(change_set: ChangeSet, model: type[Model]) -> set[int]:
    changes = change_set.changes.filter(model=model._meta.label_lower)
    return {line["pk"] for change in changes.iterator(chunk_size=10) for line in change.rows}


def _later_acts(act: Reorganisation) -> Iterable[str]:
    """Acts recorded afterwards that touch the same units, or put units under them."""
    units = _Touched(act.change_set).units  # type: ignore[arg-type]
    later = Reorganisation.objects.filter(pk__gt=act.pk).exclude(change_set=None)
    for other in later.select_related("change_set").order_by("pk"):
        touched = _Touched(other.change_set)  # type: ignore[arg-type]
        if units & (touched.units | touched.parents):
            yield _("Undo this act first: %(act)s.") % {"act": other}


def _later_posts(act: Reorganisation) -> Iterable[str]:
    """People entered since into a unit that the act ends: they go on where it says."""
    change_set: ChangeSet = act.change_set  # type: ignore[assignment]
    mine, day = _keys(change_set, Post), act.effective_on
    ended = _Touched(change_set).versions.filter(valid_to=day).values("unit")
    left = Post.objects.filter(
        cadre=OuterRef("cadre"), position=OuterRef("position"), unit__in=ended, valid_to=day
    )
    begun = Post.objects.filter(Exists(left), valid_from=day).exclude(unit__in=ended)
    count = sum(1 for pk in begun.values_list("pk", flat=True) if pk not in mine)
    if count:
        yield _("%(count)d posts have been entered since that follow this act.") % {"count": count}


def successions_of(act: Reorganisation) -> QuerySet[Succession]:
    """The act's predecessors and successors, named as of the eve and of the day."""
    eve = act.effective_on - timedelta(days=1)
    before = UnitVersion.objects.filter(valid_on(eve), unit=OuterRef("predecessor"))
    after = UnitVersion.objects.filter(valid_on(act.effective_on), unit=OuterRef("successor"))
    return (
        act.successions.select_related("predecessor", "successor")
        .annotate(
            old_name=Subquery(before.values("name")[:1]),
            new_name=Subquery(after.values("name")[:1]),
            new_key=Subquery(after.values("name_key")[:1]),
            old_key=Subquery(before.values("name_key")[:1]),
        )
        .order_by("new_key", "successor", "old_key", "pk")
    )


def acts_by(day: date) -> tuple[list[Reorganisation], list[Reorganisation]]:
    """The acts that take effect after the day, the next one first, and those that have."""
    acts = Reorganisation.objects.select_related("recorded_by")
    coming = acts.filter(effective_on__gt=day).order_by("effective_on", "pk")
    return list(coming), list(acts.filter(effective_on__lte=day).order_by("-effective_on", "-pk"))
