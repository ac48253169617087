"""Establishing, renaming, merging, splitting, moving and dissolving units: each an act of its own.

Many at once are one `Act` of many steps, carried out by `reorganising.apply`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.acts import (
    Act,
    Change,
    Document,
    Kind,
    Part,
    Ref,
    Step,
    dissolving,
    equal_shares,
    merging,
    splitting,
)
from cadres.climbing import compute_ancestry, grow_ancestry, hold_tree, path_of, rebuild_ancestry
from cadres.continuing import lay_out_version
from cadres.models import Cadre, Reorganisation, Unit, UnitVersion
from cadres.reorganising import apply
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record

__all__ = [
    "compute_ancestry",
    "dissolve",
    "establish",
    "merge",
    "path_of",
    "rebuild_ancestry",
    "rename",
    "split",
    "transfer",
]


@transaction.atomic
def establish(
    name: str,
    kind: str,
    *,
    parent: Unit | None,
    valid_from: date,
    valid_to: date | None = None,
    code: str = "",
    by: User | None = None,
) -> Unit:
    """Enters a unit as it stands, without an act: with its first version, under its parent.

    Where the parent is known to end, the unit goes on under the parent's heir.
    """
    if not clean(name):
        raise Refusal(_("A unit needs a name."))
    hold_tree()
    unit = Unit.objects.create()
    first = UnitVersion(
        unit=unit,
        parent=parent,
        name=clean(name),
        kind=kind,
        code=code,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    versions = lay_out_version(first)
    for version in versions:
        version.save()
    if len(versions) == 1:
        grow_ancestry(versions[0])
    else:
        rebuild_ancestry()
    record("unit.establish", unit, by=by, after={"name": first.name, "from": str(valid_from)})
    return unit


def _act(kind: str, day: date, document: Document | str, steps: Iterable[Step]) -> Act:
    ground = Document.read(document) if isinstance(document, str) else document
    return Act(kind, day, ground, tuple(steps))


def merge(
    predecessors: Iterable[Unit],
    successor: Unit,
    *,
    effective_on: date,
    document: Document | str,
    by: User | None = None,
) -> Reorganisation:
    """Ends the predecessors on the day and keeps the lineage.

    Their posts, and the units below them, pass to the successor on that day.
    """
    units = [unit.pk for unit in predecessors]
    if not units or successor.pk in units:
        raise Refusal(_("Choose the units that merge, and another one that they merge into."))
    begun_before = successor.versions.filter(valid_from__lt=effective_on).exists()
    kind = Kind.ABSORB if begun_before else Kind.MERGE
    return apply(_act(kind, effective_on, document, merging(units, successor.pk)), by=by)


def split(
    unit: Unit,
    parts: Mapping[Unit, Decimal | Iterable[Cadre] | None],
    *,
    effective_on: date,
    document: Document | str,
    lives_on: bool = False,
    by: User | None = None,
) -> Reorganisation:
    """A unit goes on in several: each takes a share, or the people named; None: an equal share."""
    shares = equal_shares(len(parts) + lives_on)[: len(parts)]
    rows = [
        _part(to.pk, taken, share)
        for (to, taken), share in zip(parts.items(), shares, strict=False)
    ]
    steps = splitting(unit.pk, rows, lives_on=lives_on)
    return apply(_act(Kind.SPLIT, effective_on, document, steps), by=by)


def _part(successor: Ref, taken: Decimal | Iterable[Cadre] | None, equal: Decimal) -> Part:
    if taken is None or isinstance(taken, Decimal):
        return Part(successor, equal if taken is None else taken)
    return Part(successor, equal, frozenset(cadre.pk for cadre in taken))


def rename(
    unit: Unit,
    name: str,
    *,
    effective_on: date,
    document: Document | str,
    kind: str | None = None,
    code: str | None = None,
    by: User | None = None,
) -> Reorganisation:
    """A unit has another name (kind, code) from the day on; what it was called stays known."""
    if not clean(name):
        raise Refusal(_("A unit needs a name."))
    step = Change(unit.pk, name=name, kind=kind, code=code)
    return apply(_act(Kind.RENAME, effective_on, document, [step]), by=by)


def transfer(
    unit: Unit,
    parent: Unit,
    *,
    effective_on: date,
    document: Document | str,
    by: User | None = None,
) -> Reorganisation:
    """Puts a unit under another one from the day on; what it was before stays known."""
    step = Change(unit.pk, parent=parent.pk)
    return apply(_act(Kind.TRANSFER, effective_on, document, [step]), by=by)


def dissolve(
    unit: Unit,
    *,
    effective_on: date,
    document: Document | str,
    placed: Mapping[Unit, Sequence[Cadre]] | None = None,
    by: User | None = None,
) -> Reorganisation:
    """Ends a unit without a successor; its people go where they are placed, else to the superior.

    The units below it come under the superior.
    """
    named = [
        (to.pk, frozenset(cadre.pk for cadre in cadres)) for to, cadres in (placed or {}).items()
    ]
    steps = dissolving(unit.pk, named)
    return apply(_act(Kind.DISSOLVE, effective_on, document, steps), by=by)
