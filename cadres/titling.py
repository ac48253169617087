"""What an act of reorganisation is called, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.acts import Change, End, Establish, Kind, Ref, Succeed
from cadres.foreseeing import Plan

_NAMED = 2
_Step = TypeVar("_Step")


def title_of(plan: Plan) -> str:
    """For example “Merge 2 units into Phường Hoa Lư”; names as they are from the day on."""
    tellers: dict[str, Callable[[Plan], str]] = {
        Kind.ESTABLISH: _established,
        Kind.RENAME: _renamed,
        Kind.MERGE: _merged,
        Kind.ABSORB: _merged,
        Kind.SPLIT: _split,
        Kind.TRANSFER: _transferred,
        Kind.DISSOLVE: _dissolved,
        Kind.COMPOUND: _compound,
    }
    return tellers[plan.act.kind](plan)[:250]


def _told(plan: Plan, units: Sequence[Ref]) -> str:
    names = [plan.draft.name_of(unit) for unit in units]
    if len(names) <= _NAMED:
        return _(" and ").join(names)
    return ngettext("%(count)d unit", "%(count)d units", len(names)) % {"count": len(names)}


def _steps(plan: Plan, kind: type[_Step]) -> list[_Step]:
    return [step for step in plan.act.steps if isinstance(step, kind)]


def _established(plan: Plan) -> str:
    units = [step.key for step in _steps(plan, Establish)]
    return _("Establish %(units)s") % {"units": _told(plan, units)}


def _renamed(plan: Plan) -> str:
    unit = _steps(plan, Change)[0].unit
    words = {"old": plan.draft.stored_name(unit), "new": plan.draft.name_of(unit)}
    return _("Rename %(old)s to %(new)s") % words


def _merged(plan: Plan) -> str:
    rows = _steps(plan, Succeed)
    old = [row.predecessor for row in rows]
    words = {"units": _told(plan, old), "successor": plan.draft.name_of(rows[0].successor)}
    return _("Merge %(units)s into %(successor)s") % words


def _split(plan: Plan) -> str:
    rows = _steps(plan, Succeed)
    words = {
        "unit": plan.draft.name_of(rows[0].predecessor),
        "units": _told(plan, [row.successor for row in rows]),
    }
    if _steps(plan, End):
        return _("Split %(unit)s into %(units)s") % words
    return _("Split %(units)s off %(unit)s") % words


def _transferred(plan: Plan) -> str:
    step = _steps(plan, Change)[0]
    words = {"unit": plan.draft.name_of(step.unit), "parent": plan.draft.name_of(step.parent or 0)}
    return _("Put %(unit)s under %(parent)s") % words


def _dissolved(plan: Plan) -> str:
    units = [step.unit for step in _steps(plan, End)]
    return _("Dissolve %(units)s") % {"units": _told(plan, units)}


def _compound(plan: Plan) -> str:
    return _("Reorganise %(old)d units; %(new)d begin") % {
        "old": len(plan.draft.touched()) - len(plan.established),
        "new": len(plan.established),
    }
