"""What an act of reorganisation means, in people's terms, before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cadres.acts import Ref, Send, Succeed
from cadres.continuing import Line
from cadres.foreseeing import Plan
from cadres.models import Cadre, Post, Role, RoleGrant
from cadres.models.units import valid_on
from cadres.signals import reorganisation_planned
from cadres.titling import title_of
from kit.dates import format_day

SHOWN_PEOPLE = 20
_SCOPED = (Role.MANAGER, Role.ISSUER)
_People = set[tuple[int, Ref]]


@dataclass(frozen=True)
class Flow:
    """How many people go from one unit to another; the first of them by name."""

    origin: str
    to: str
    count: int
    people: list[str]
    is_by_share: bool


@dataclass(frozen=True)
class UnitChange:
    """One unit as it was and as it will be; blank where it is not."""

    before: str
    after: str
    under: str
    code: str
    kind: str


@dataclass(frozen=True)
class Sight:
    """What somebody with a role on a unit gains and loses from the day on."""

    who: str
    role: str
    unit: str
    units_gained: int
    units_lost: int
    people_gained: int
    people_lost: int
    ends: bool


@dataclass(frozen=True)
class Touched:
    """Something of another floor that rests on a unit of the act."""

    what: str
    words: str


@dataclass(frozen=True)
class Preview:
    title: str
    day: date
    digest: str
    begun: list[UnitChange]
    ended: list[UnitChange]
    changed: list[UnitChange]
    flows: list[Flow]
    people: int
    sights: list[Sight]
    touched: list[Touched]
    warnings: list[str] = field(default_factory=list)


def preview(plan: Plan) -> Preview:
    """Read from the same plan that the deed writes."""
    seer = _Seer(plan)
    sights = seer.sights()
    return Preview(
        title=title_of(plan),
        day=plan.act.effective_on,
        digest=plan.digest,
        begun=seer.begun(),
        ended=seer.ended(),
        changed=seer.changed(),
        flows=seer.flows(),
        people=len({move.cadre for move in plan.moves}),
        sights=sights,
        touched=seer.touched(),
        warnings=[*seer.warnings(), *_unseen(sights)],
    )


def told(seen: Preview) -> list[str]:
    """The preview in a few lines."""
    numbers = _(
        "%(begun)d units begin, %(ended)d end, %(changed)d change; %(people)d people move."
    ) % {
        "begun": len(seen.begun),
        "ended": len(seen.ended),
        "changed": len(seen.changed),
        "people": seen.people,
    }
    return [f"{seen.title} ({format_day(seen.day)})", numbers, *seen.warnings]


def _unseen(sights: list[Sight]) -> Iterable[str]:
    count = sum(sight.ends for sight in sights)
    if count:
        yield _(
            "%(count)d roles are held on units that end. They give no access from that day on;"
            " appoint anew whoever is to go on."
        ) % {"count": count}


class _Seer:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.draft, self.day = plan, plan.draft, plan.act.effective_on
        self.eve = self.day - timedelta(days=1)
        stored: dict[Ref, list[Line]] = defaultdict(list)
        for line in self.draft.stored.values():
            stored[line.unit].append(line)
        self.were = _standing(stored, self.eve)
        self.will = _standing(self.draft.lines, self.day)

    # --- Units --------------------------------------------------------------------------------

    def begun(self) -> list[UnitChange]:
        return [self._told(step.key) for step in self.plan.established]

    def ended(self) -> list[UnitChange]:
        return [self._told(unit) for unit in self.plan.ended]

    def changed(self) -> list[UnitChange]:
        """Units that go on under another name or superior."""
        return [
            self._told(unit)
            for unit in self.draft.touched()
            if unit in self.were and unit in self.will and _differ(self.were[unit], self.will[unit])
        ]

    def _told(self, unit: Ref) -> UnitChange:
        old, new = self.were.get(unit), self.will.get(unit)
        line = new or old
        above = self.will.get(line.parent) if line and line.parent is not None else None
        return UnitChange(
            before=old.name if old else "",
            after=new.name if new else self._successors(unit),
            under=above.name if above and new else "",
            code=line.code if line else "",
            kind=line.kind if line else "",
        )

    def _successors(self, unit: Ref) -> str:
        found = [s.unit for s in self.draft.successors[unit] if s.on == self.day]
        return ", ".join(self.draft.name_of(successor) for successor in found)

    # --- People -------------------------------------------------------------------------------

    def flows(self) -> list[Flow]:
        people: dict[tuple[int, Ref], set[int]] = defaultdict(set)
        for move in self.plan.moves:
            people[move.origin, move.to].add(move.cadre)
        shown = {pk for ids in people.values() for pk in sorted(ids)[:SHOWN_PEOPLE]}
        names = {pk: str(cadre) for pk, cadre in Cadre.objects.in_bulk(shown).items()}
        return [
            Flow(
                origin=self.draft.name_of(origin),
                to=self.draft.name_of(to),
                count=len(ids),
                people=[names[pk] for pk in sorted(ids) if pk in names],
                is_by_share=self._is_by_share(origin),
            )
            for (origin, to), ids in people.items()
        ]

    def _is_by_share(self, unit: int) -> bool:
        """Whether some of the unit's people are dealt out by shares and not by name."""
        parts = [s for s in self.plan.act.steps if isinstance(s, Succeed) and s.predecessor == unit]
        is_named = any(isinstance(s, Send) and s.unit == unit for s in self.plan.act.steps)
        return not is_named and any(part.share < 1 for part in parts)

    @cached_property
    def _people(self) -> tuple[_People, _People]:
        """(cadre, unit) of every post on the eve, and as it will be on the day."""
        eve = Post.objects.filter(valid_on(self.eve)).values_list("cadre_id", "unit_id")
        rows = Post.objects.filter(valid_on(self.day)).values_list("pk", "cadre_id", "unit_id")
        gone = {*self.plan.dropped_posts, *(held.pk for held in self.plan.changed_posts)}
        after: _People = {(cadre, unit) for pk, cadre, unit in rows if pk not in gone}
        for held in [*self.plan.changed_posts, *self.plan.new_posts]:
            if held.start <= self.day and (held.end is None or held.end > self.day):
                after.add((held.cadre, held.unit))
        return set(eve), after

    # --- Roles --------------------------------------------------------------------------------

    def sights(self) -> list[Sight]:
        """Everyone whose view of units or people changes."""
        held = RoleGrant.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=self.day), role__in=_SCOPED, valid_from__lte=self.day
        )
        grants = list(held.select_related("user").order_by("pk"))
        if not grants:
            return []
        below_before, below_after = _children(self.were), _children(self.will)
        before, after = (_by_unit(people) for people in self._people)
        found = []
        for grant in grants:
            old = _subtree(grant.unit_id, below_before, self.were)
            new = _subtree(grant.unit_id, below_after, self.will)
            seen_old, seen_new = _seen(old, before), _seen(new, after)
            if old != new or seen_old != seen_new:
                found.append(
                    Sight(
                        who=str(grant.user),
                        role=grant.get_role_display(),
                        unit=self.draft.name_of(grant.unit_id or 0),
                        units_gained=len(new - old),
                        units_lost=len(old - new),
                        people_gained=len(seen_new - seen_old),
                        people_lost=len(seen_old - seen_new),
                        ends=grant.unit_id not in self.will,
                    )
                )
        return found

    # --- What rests on the units --------------------------------------------------------------

    def touched(self) -> list[Touched]:
        """What the floors above answer."""
        units = {unit for unit in self.draft.touched() if isinstance(unit, int)}
        answers = reorganisation_planned.send(
            type(self.plan.act),
            unit_ids=units,
            ended_ids=set(self.plan.ended),
            cadre_ids=self.plan.cadre_ids,
            day=self.day,
        )
        return [Touched(*row) for _receiver, rows in answers for row in rows or ()]

    def warnings(self) -> Iterable[str]:
        staffed = sorted({move.origin for move in self.plan.moves})
        for unit in staffed:
            words = {"unit": self.draft.name_of(unit)}
            if unit in self.draft.ended and not self._successors(unit):
                words["to"] = self.draft.name_of(next(self.draft.onward(unit, self.day)).unit)
                text = _("%(unit)s has people and no successor: who is not placed goes to %(to)s.")
                yield text % words
            elif self._is_by_share(unit):
                yield (
                    _(
                        "The people of %(unit)s are dealt out by shares, not by name. Correct their"
                        " posts afterwards, or name them now."
                    )
                    % words
                )


def _standing(lines: dict[Ref, list[Line]], day: date) -> dict[Ref, Line]:
    return {line.unit: line for held in lines.values() for line in held if line.holds(day)}


def _differ(old: Line, new: Line) -> bool:
    return (old.name, old.kind, old.code, old.parent) != (new.name, new.kind, new.code, new.parent)


def _children(standing: dict[Ref, Line]) -> dict[Ref | None, list[Ref]]:
    children: dict[Ref | None, list[Ref]] = defaultdict(list)
    for unit, line in standing.items():
        children[line.parent].append(unit)
    return children


def _subtree(
    top: Ref | None, children: dict[Ref | None, list[Ref]], standing: dict[Ref, Line]
) -> set[Ref]:
    waiting: list[Ref] = [top] if top is not None and top in standing else []
    found: set[Ref] = set()
    while waiting:
        unit = waiting.pop()
        found.add(unit)
        waiting += children.get(unit, [])
    return found


def _by_unit(people: _People) -> dict[Ref, set[int]]:
    found: dict[Ref, set[int]] = defaultdict(set)
    for cadre, unit in people:
        found[unit].add(cadre)
    return found


def _seen(units: set[Ref], people: dict[Ref, set[int]]) -> set[int]:
    return {cadre for unit in units for cadre in people.get(unit, ())}
