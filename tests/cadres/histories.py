"""Histories of a small province, drawn at random: merged, divided, moved, dissolved."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import strategies as st

from cadres.defining import define_position
from cadres.models import Cadre, Position, Post, Reorganisation, Succession, Unit, UnitVersion
from cadres.models.units import valid_on
from cadres.organising import rebuild_ancestry
from kit.text import alphabet_key, fold

HISTORY_BEGINS = date(2020, 1, 1)
HISTORY_ENDS = date(2026, 12, 31)
UNITS = 5
_WHOLE = ["merge", "move", "dissolve"]


class Step(NamedTuple):
    """What happens some days after the step before; numbers choose among the units there are."""

    kind: str
    after: int
    unit: int
    other: int
    share: Decimal
    lives_on: bool


def histories(*, only_whole: bool = False) -> st.SearchStrategy[list[Step]]:
    kinds = st.sampled_from(_WHOLE if only_whole else [*_WHOLE, "divide", "divide"])
    shares = st.decimals(Decimal("0.0001"), Decimal("0.9999"), places=4)
    numbers = st.integers(0, 20)
    after = st.integers(0, 500)  # 0: on the day of the step before
    step = st.builds(Step, kinds, after, numbers, numbers, shares, st.booleans())
    return st.lists(step, max_size=7)


def build_history(steps: list[Step]) -> None:
    """A province, five communes with two people each, and what the steps do to them."""
    root = _unit(None, HISTORY_BEGINS)
    position = define_position("can-bo", "Cán bộ", [])
    _people([_unit(root, HISTORY_BEGINS) for _number in range(UNITS)], position)
    day = HISTORY_BEGINS
    for step in steps:
        day += timedelta(days=step.after)
        if day > HISTORY_BEGINS:
            _do(step, day, root, position)
    rebuild_ancestry()


def _do(step: Step, day: date, root: Unit, position: Position) -> None:
    there = UnitVersion.objects.filter(valid_on(day), valid_from__lt=day).exclude(unit=root)
    units = [version.unit for version in there.select_related("unit").order_by("unit_id")]
    if len(units) < 2:
        return
    unit = units.pop(step.unit % len(units))
    other = units[step.other % len(units)]
    if step.kind == "merge":
        _succeed(unit, [(other, Decimal(1))], day)
        _move(unit, [other], day, position)
        _end(unit, day)
    elif step.kind == "divide":
        part = _unit(root, day)
        rest = [] if step.lives_on else [(other, 1 - step.share)]
        _succeed(unit, [(part, step.share), *rest], day)
        _move(unit, [part, unit if step.lives_on else other], day, position)
        if not step.lives_on:
            _end(unit, day)
    elif step.kind == "dissolve":
        _end(unit, day)
    elif not UnitVersion.objects.filter(unit=other, parent=unit).exists():
        _end(unit, day)
        _version(unit, root if step.lives_on else other, day)


def _unit(parent: Unit | None, day: date) -> Unit:
    unit = Unit.objects.create()
    _version(unit, parent, day)
    return unit


def _version(unit: Unit, parent: Unit | None, day: date) -> None:
    name = "Phường Hoa Lư"  # every one of them: a name is no key
    UnitVersion.objects.bulk_create(
        [
            UnitVersion(
                unit=unit,
                parent=parent,
                name=name,
                name_key=alphabet_key(name),
                folded=fold(name),
                kind="ward",
                valid_from=day,
            )
        ]
    )


def _end(unit: Unit, day: date) -> None:
    unit.versions.filter(valid_to=None).update(valid_to=day)


def _succeed(unit: Unit, shares: list[tuple[Unit, Decimal]], day: date) -> None:
    act = Reorganisation.objects.create(kind="merge", effective_on=day, document="NQ")
    for other, share in shares:
        Succession.objects.create(
            reorganisation=act, predecessor=unit, successor=other, share=share
        )


def _people(units: list[Unit], position: Position) -> None:
    cadres = Cadre.objects.bulk_create(
        Cadre(code=f"{number}", full_name="Trần Văn An", kind="official", born_on=HISTORY_BEGINS)
        for number in range(2 * len(units))
    )
    Post.objects.bulk_create(
        _post(cadre, units[number // 2], position, HISTORY_BEGINS)
        for number, cadre in enumerate(cadres)
    )


def _post(cadre: Cadre, unit: Unit, position: Position, day: date) -> Post:
    return Post(cadre=cadre, unit=unit, position=position, valid_from=day)


def _move(unit: Unit, others: list[Unit], day: date, position: Position) -> None:
    """The first goes to the first of `others`, the next to the next; the last leaves."""
    held = list(Post.objects.filter(unit=unit, valid_to=None).order_by("pk"))
    for number, post in enumerate(held):
        target = others[number % len(others)]
        if target == unit:
            continue
        if post.valid_from == day:
            Post.objects.filter(pk=post.pk).update(unit=target)
            continue
        Post.objects.filter(pk=post.pk).update(valid_to=day)
        if number != len(held) - 1:
            _post(post.cadre, target, position, day).save()
