"""Who stands above whom from when to when: computed from the versions, read as of any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db import transaction

from cadres.models import Ancestry, Unit, UnitVersion
from cadres.models.units import valid_on
from cadres.signals import tree_changed

_Span = tuple[date, date | None]
COLUMNS = ("unit_id", "ancestor_id", "depth", "valid_from", "valid_to")


def hold_tree() -> None:
    """Whoever changes the tree, or posts people in it, waits here for whoever does so already.

    The oldest unit's row is the gate. PostgreSQL only; SQLite has one writer at a time anyway.
    """
    Unit.objects.select_for_update(no_key=True).order_by("pk").first()


def _overlap(a: _Span, b: _Span) -> _Span | None:
    start = max(a[0], b[0])
    ends = [end for end in (a[1], b[1]) if end is not None]
    end = min(ends) if ends else None
    return (start, end) if end is None or start < end else None


def _ancestors(
    unit_id: int, span: _Span, versions: dict[int, list[tuple[int | None, _Span]]], depth: int = 0
) -> Iterator[tuple[int, int, _Span]]:
    """(ancestor, depth, span) of a unit within `span`, itself first."""
    yield unit_id, depth, span
    for parent_id, version_span in versions[unit_id]:
        shared = _overlap(span, version_span)
        if parent_id is not None and shared:
            yield from _ancestors(parent_id, shared, versions, depth + 1)


def _ancestry(ancestor_id: int, unit_id: int, depth: int, span: _Span) -> Ancestry:
    return Ancestry(
        ancestor_id=ancestor_id,
        unit_id=unit_id,
        depth=depth,
        valid_from=span[0],
        valid_to=span[1],
    )


def _whole_life(spans: list[_Span]) -> _Span:
    last = max(spans, key=lambda s: s[0])
    return min(s[0] for s in spans), last[1]


def compute_ancestry() -> list[Ancestry]:
    """The ancestry rows that the versions imply, adjoining spans joined; nothing is written."""
    versions: dict[int, list[tuple[int | None, _Span]]] = defaultdict(list)
    for row in UnitVersion.objects.order_by("unit_id", "valid_from").values_list(
        "unit_id", "parent_id", "valid_from", "valid_to"
    ):
        versions[row[0]].append((row[1], (row[2], row[3])))
    rows = []
    for unit_id, own in list(versions.items()):
        spans: dict[tuple[int, int], list[_Span]] = defaultdict(list)
        for ancestor_id, depth, span in _ancestors(
            unit_id, _whole_life([s for _p, s in own]), versions
        ):
            spans[ancestor_id, depth].append(span)
        for (ancestor_id, depth), found in spans.items():
            rows += [_ancestry(ancestor_id, unit_id, depth, joined) for joined in _joined(found)]
    return rows


def _joined(spans: list[_Span]) -> list[_Span]:
    result: list[_Span] = []
    for span in sorted(spans, key=lambda s: s[0]):
        if result and result[-1][1] is not None and span[0] <= result[-1][1]:
            result[-1] = (result[-1][0], span[1])
        else:
            result.append(span)
    return result


@transaction.atomic
def rebuild_ancestry() -> int:
    """Makes the ancestry what the versions imply; returns its number of rows."""
    hold_tree()
    stored = {tuple(row[1:]): row[0] for row in Ancestry.objects.values_list("pk", *COLUMNS)}
    implied = {tuple(getattr(row, name) for name in COLUMNS): row for row in compute_ancestry()}
    gone = [pk for values, pk in stored.items() if values not in implied]
    Ancestry.objects.filter(pk__in=gone).delete()
    fresh = [row for values, row in implied.items() if values not in stored]
    Ancestry.objects.bulk_create(fresh, batch_size=500)
    tree_changed.send(Ancestry)
    return len(implied)


def path_of(unit: Unit, day: date) -> list[Unit]:
    """The units above `unit` on `day`, the highest first, itself last; named as on the day."""
    above = Ancestry.objects.filter(valid_on(day), unit=unit)
    depths = dict(above.values_list("ancestor_id", "depth"))
    versions = UnitVersion.objects.filter(valid_on(day), unit__in=depths).select_related("unit")
    return [_named(version) for version in sorted(versions, key=lambda v: -depths[v.unit_id])]


def _named(version: UnitVersion) -> Unit:
    """The unit as `named_on` gives it."""
    unit = version.unit
    for name in ("name", "kind", "code", "parent_id", "name_key"):
        setattr(unit, name, getattr(version, name))
    return unit


def grow_ancestry(version: UnitVersion) -> None:
    """The rows of a unit that has only this version: itself, and its parent's one deeper."""
    life = (version.valid_from, version.valid_to)
    rows = [_ancestry(version.unit_id, version.unit_id, 0, life)]
    for above in Ancestry.objects.filter(unit=version.parent_id) if version.parent_id else []:
        shared = _overlap(life, (above.valid_from, above.valid_to))
        if shared:
            rows.append(_ancestry(above.ancestor_id, version.unit_id, above.depth + 1, shared))
    Ancestry.objects.bulk_create(rows)
