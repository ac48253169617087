"""What an act of reorganisation would change: all of it worked out in memory, nothing written.

The preview shows a `Plan`, the deed writes it: they cannot disagree. A unit's history is written
forward: an act that touches a unit of which something later is recorded is refused.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cadres.acts import WHOLE, Act, Change, End, Establish, Ref, Send, Succeed
from cadres.continuing import Histories, Line, Successor
from cadres.moving import Held, Move, Staff
from kit.dates import format_day
from kit.errors import Refusal
from kit.text import clean

_ROUNDING = Decimal("0.01")


@dataclass
class Plan:
    """The difference between the records as they are and as they would be after the act."""

    act: Act
    draft: Draft = field(repr=False)
    new_lines: list[Line]
    changed_lines: list[Line]
    dropped_lines: list[int]
    new_posts: list[Held]
    changed_posts: list[Held]
    dropped_posts: list[int]
    moves: list[Move]

    @property
    def established(self) -> list[Establish]:
        return [step for step in self.act.steps if isinstance(step, Establish)]

    @property
    def successions(self) -> list[Succeed]:
        return [step for step in self.act.steps if isinstance(step, Succeed)]

    @property
    def ended(self) -> list[int]:
        return [step.unit for step in self.act.steps if isinstance(step, End)]

    @property
    def cadre_ids(self) -> list[int]:
        posts = [*self.new_posts, *self.changed_posts]
        return sorted({post.cadre for post in posts} | {move.cadre for move in self.moves})

    @property
    def digest(self) -> str:
        """The same for the same changes: whether what was shown is still what would be done."""
        changes = (
            self.act,
            self.new_lines, self.changed_lines, self.dropped_lines,
            self.new_posts, self.changed_posts, self.dropped_posts,
        )  # fmt: skip
        return hashlib.sha256(repr(changes).encode()).hexdigest()[:32]


def plan(act: Act) -> Plan:
    """Works the act out; raises a refusal where it cannot be."""
    draft = Draft(act)
    staff = Staff(draft.passing, act.effective_on)
    for unit in sorted(draft.passing):
        staff.leave(unit, draft.named[unit], draft.targets_of(unit))
    staff.settle(draft.onward)
    return Plan(
        act,
        draft,
        *draft.difference(),
        *staff.difference(),
        moves=staff.moves,
    )


class Draft(Histories):
    """The histories of all units as they would be after the act."""

    def __init__(self, act: Act) -> None:
        super().__init__()
        self.act, self.day = act, act.effective_on
        self.stored = {line.pk: replace(line) for lines in self.lines.values() for line in lines}
        self.ended: set[int] = set()
        self.named: dict[int, dict[int, Ref]] = defaultdict(dict)
        self._take_steps()
        self._outlive_parents()
        self._check_successions()
        self._check_standing()

    @property
    def passing(self) -> set[int]:
        """Units whose people leave, all or some."""
        giving = {step.predecessor for step in self.act.steps if isinstance(step, Succeed)}
        return self.ended | giving | set(self.named)

    # --- Steps --------------------------------------------------------------------------------

    def _take_steps(self) -> None:
        """What begins comes before what changes, what ends comes last."""
        takers: dict[type, Callable[[Any], None]] = {
            Establish: self._establish,
            Change: self._change,
            Succeed: self._succeed,
            Send: self._send,
            End: self._end,
        }
        if not self.act.steps:
            raise Refusal(_("The act changes nothing."))
        for kind, take in takers.items():
            for step in self.act.steps:
                if isinstance(step, kind):
                    take(step)

    def _establish(self, step: Establish) -> None:
        name = clean(step.name)
        if not name:
            raise Refusal(_("A unit needs a name."))
        if len(name) > 200 or len(step.code) > 20:
            raise Refusal(
                _("The name or the code of “%(name)s” is too long.") % {"name": name[:60]}
            )
        if self.lines[step.key]:
            raise Refusal(_("“%(name)s” would begin twice in this act.") % {"name": name})
        parent = step.parent
        self.lines[step.key] = [
            Line(None, step.key, parent, name, step.kind, clean(step.code), self.day, None)
        ]

    def _change(self, step: Change) -> None:
        line = self._from_the_day(self._settled(step.unit))
        given: dict[str, Ref | None] = {
            "name": step.name and clean(step.name),
            "kind": step.kind,
            "code": step.code,
            "parent": step.parent,
        }
        changes = {key: value for key, value in given.items() if value is not None}
        if all(getattr(line, key) == value for key, value in changes.items()):
            raise Refusal(_("%(unit)s is so already.") % {"unit": line.name})
        for key, value in changes.items():
            setattr(line, key, value)

    def _succeed(self, step: Succeed) -> None:
        old = self._settled(step.predecessor)
        held = self.successors[step.predecessor]
        if step.successor == step.predecessor or not self.lines[step.successor]:
            raise Refusal(_("Choose the units that merge, and another one that they merge into."))
        if any(s.unit == step.successor and s.on == self.day for s in held):
            raise Refusal(
                _("%(old)s would go into %(new)s twice.")
                % {"old": old.name, "new": self.name_of(step.successor)}
            )
        if not 0 < step.share <= 1:
            raise Refusal(_("A share is more than 0 and at most 1."))
        held.append(Successor(step.successor, step.share, self.day))

    def _send(self, step: Send) -> None:
        self._settled(step.unit)
        if not self.lines[step.to]:
            raise Refusal(_("This unit is not known."), status=404)
        named = self.named[step.unit]
        if twice := named.keys() & step.cadre_ids:
            raise Refusal(_("%(count)d people are sent to two units.") % {"count": len(twice)})
        named |= dict.fromkeys(step.cadre_ids, step.to)

    def _end(self, step: End) -> None:
        last = self._settled(step.unit)
        kept = [line for line in self.lines[step.unit] if line.start < self.day]
        if not kept:
            raise Refusal(
                _("%(unit)s begins on %(day)s, so it cannot end on that day.")
                % {"unit": last.name, "day": format_day(self.day)}
            )
        kept[-1].end = self.day
        self.lines[step.unit] = kept
        self.ended.add(step.unit)

    def _settled(self, unit: int) -> Line:
        """The unit's last version, when it stands on the day and nothing later is recorded."""
        if not self.lines[unit]:
            raise Refusal(_("This unit is not known."), status=404)
        last = self.lines[unit][-1]
        words = {"unit": last.name, "day": format_day(self.day)}
        if last.end is not None and last.end <= self.day:
            raise Refusal(_("%(unit)s has already ended.") % words)
        if self.lines[unit][0].start > self.day:
            raise Refusal(_("%(unit)s does not exist on %(day)s.") % words)
        if last.end is not None or last.start > self.day:
            later = last.end or last.start
            raise Refusal(
                _("A change of %(unit)s on %(later)s is recorded already. Undo that one first.")
                % {"unit": last.name, "later": format_day(later)}
            )
        return last

    def _from_the_day(self, line: Line) -> Line:
        """The version that holds from the day on: cut off from `line`, or itself."""
        if line.start == self.day:
            return line
        fresh = replace(line, pk=None, start=self.day)
        line.end = self.day
        self.lines[line.unit].append(fresh)
        return fresh

    # --- What follows from them ---------------------------------------------------------------

    def _outlive_parents(self) -> None:
        """Whatever outlives the unit above it goes on under that unit's heir."""
        for unit in list(self.lines):
            self.lines[unit] = [
                piece for line in self.lines[unit] for piece in self._under_heirs(line)
            ]

    def _under_heirs(self, line: Line) -> list[Line]:
        is_concerned = line != self.stored.get(line.pk) or line.parent in self.ended
        if line.parent is None or not is_concerned or not self.lines[line.parent]:
            return [line]
        if line.end is not None and line.end <= self.day:
            return [line]
        pieces = [
            replace(
                line,
                pk=None,
                parent=self._not_itself(line, span.unit),
                start=span.start,
                end=span.end,
            )
            for span in self.onward(line.parent, line.start, line.end)
        ]
        pieces[0].pk = line.pk
        return pieces

    def _not_itself(self, line: Line, parent: Ref) -> Ref | None:
        """A unit that succeeds the one above it comes to stand where that one stood."""
        if parent != line.unit or line.parent is None:
            return parent
        above = self.lines[line.parent][-1].parent
        return None if above is None else next(self.onward(above, self.day)).unit

    def stored_name(self, unit: Ref) -> str:
        """What the unit was called last before the act."""
        return [line for line in self.stored.values() if line.unit == unit][-1].name

    def targets_of(self, unit: int) -> list[tuple[Ref, Decimal]]:
        """Where the people of a unit go, with shares; the unit itself where it lives on."""
        targets = [(s.unit, s.share) for s in self.successors[unit] if s.on == self.day]
        if unit not in self.ended:
            rest = WHOLE - sum(share for _unit, share in targets)
            return [(unit, WHOLE)] if self.named[unit] else [*targets, (unit, rest)]
        if targets:
            return targets
        return [(unit, WHOLE)]  # gone on with from there: its heir is the superior

    def _check_successions(self) -> None:
        for unit in {step.predecessor for step in self.act.steps if isinstance(step, Succeed)}:
            shares = [s.share for s in self.successors[unit] if s.on == self.day]
            is_whole = abs(sum(shares) - WHOLE) <= _ROUNDING
            if unit in self.ended and not is_whole:
                raise Refusal(
                    _("The shares of %(unit)s do not add up to the whole.")
                    % {"unit": self.name_of(unit)}
                )
            if unit not in self.ended and sum(shares) >= WHOLE:
                raise Refusal(
                    _("%(unit)s gives everything away but does not end.")
                    % {"unit": self.name_of(unit)}
                )
            for successor in self.successors[unit]:
                if successor.on == self.day and self.line_on(successor.unit, self.day) is None:
                    raise self._missing(successor.unit, self.day)

    def _missing(self, unit: Ref, day: date) -> Refusal:
        return Refusal(
            _("%(unit)s does not exist on %(day)s.")
            % {"unit": self.name_of(unit), "day": format_day(day)}
        )

    def touched(self) -> list[Ref]:
        """Units with a version that is new or different."""
        return [
            unit
            for unit, lines in self.lines.items()
            if any(line != self.stored.get(line.pk) for line in lines)
        ]

    def _check_standing(self) -> None:
        """On no day from the act on is a unit under one that is not there, or below itself."""
        lines = [line for held in self.lines.values() for line in held]
        days = {self.day} | {line.start for line in lines if line.start > self.day}
        touched = self.touched()
        for day in sorted(days):
            parents = {line.unit: line.parent for line in lines if line.holds(day)}
            for unit in touched:
                self._check_path(unit, parents, day)

    def _check_path(self, unit: Ref, parents: dict[Ref, Ref | None], day: date) -> None:
        above, path = parents.get(unit), {unit}
        while above is not None:
            if above not in parents:
                raise self._missing(above, day)
            if above in path:
                raise Refusal(
                    _("%(parent)s is below %(unit)s, so it cannot stand above it.")
                    % {"parent": self.name_of(above), "unit": self.name_of(unit)}
                )
            path.add(above)
            above = parents[above]

    def difference(self) -> tuple[list[Line], list[Line], list[int]]:
        """Versions that are new, those that are different, ids of those that go."""
        lines = [line for held in self.lines.values() for line in held]
        kept = {line.pk for line in lines}
        return (
            [line for line in lines if line.pk is None],
            [line for line in lines if line.pk and line != self.stored[line.pk]],
            sorted(pk for pk in self.stored if pk not in kept),
        )
