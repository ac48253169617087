"""The unit tree as of any date: two thousand units with ten years of reorganisations.

And the real act of 01/7/2025 with four thousand people: how long looking and doing take.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import cycle, islice, pairwise
from typing import Any

from django.db import connection, transaction

from cadres.acts import Act, Change, Document, Establish, Kind, Step, merging
from cadres.climbing import path_of
from cadres.continuing import predecessors_of, successors_of
from cadres.defining import define_position
from cadres.models import Ancestry, Cadre, Succession, Unit, UnitVersion
from cadres.previewing import preview
from cadres.registering import NewCadre, register_all
from cadres.reorganising import apply, undo
from cadres.transcribing import foresee_file
from lms.demo.reorganisation import RECORD_BEGINS, city_merger, opening, province_sheet

UNITS, YEARS, BEGUN_ON = 2000, 10, date(2016, 1, 1)
_DOCUMENT = Document.read("Nghị quyết số 1/NQ-HĐND")


def _opening() -> Act:
    """A province, twenty districts, two hundred communes, cells below them."""
    steps: list[Step] = [Establish("0", "Tỉnh", "province", None)]
    for number in range(1, UNITS):
        parent = "0" if number <= 20 else str(1 + number % 20)
        if number > 220:
            parent = str(21 + number % 200)
        steps.append(Establish(str(number), f"Đơn vị {number}", "body", parent))
    return Act(Kind.ESTABLISH, BEGUN_ON, _DOCUMENT, tuple(steps))


def _year(number: int, chance: random.Random) -> Act:
    """In a year one in ten is renamed, one in fifty goes into another."""
    day = BEGUN_ON + timedelta(days=365 * (number + 1))
    standing = list(UnitVersion.objects.filter(valid_to=None).order_by("pk"))
    low = [version.unit_id for version in standing[221:]]
    chance.shuffle(low)
    steps: list[Step] = [
        Change(unit, name=f"Đơn vị {unit}, năm {number}") for unit in low[: UNITS // 10]
    ]
    ending, into = low[UNITS // 10 :][:40], low[UNITS // 10 + 40 :][:40]
    for old, new in zip(ending, into, strict=True):
        steps += merging([old], new)
    return Act(Kind.COMPOUND, day, _DOCUMENT, tuple(steps))


def measure() -> dict[str, Any]:
    """Median and slowest of each question, in milliseconds; the tree is gone afterwards."""
    chance = random.Random(7)  # noqa: S311 (the same tree each time)
    with transaction.atomic():
        apply(_opening(), by=None)
        for number in range(YEARS):
            apply(_year(number, chance), by=None)
        found = _ask(chance)
        transaction.set_rollback(True)
    return found


PEOPLE = 4000


def reorganise() -> dict[str, float]:
    """Seconds for the act of 01/7/2025 to be seen from its file, carried out and undone."""
    with transaction.atomic():
        apply(opening(), by=None)
        _populate()
        apply(city_merger(), by=None)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        sheet, marks = province_sheet(), [time.perf_counter()]
        _transcript, foreseen = foresee_file(sheet)
        if foreseen is None:
            raise ValueError("the act of 01/7/2025 cannot be read")
        seen = preview(foreseen)
        marks.append(time.perf_counter())
        act = apply(foreseen.act, by=None, seen=seen.digest)
        marks.append(time.perf_counter())
        undo(act, by=None, reason="Đo")
        marks.append(time.perf_counter())
        transaction.set_rollback(True)
    names = ("preview", "apply", "undo")
    taken = {
        name: after - before for name, (before, after) in zip(names, pairwise(marks), strict=True)
    }
    told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in taken.items())
    print(f"01/7/2025, {PEOPLE} people: {told}", flush=True)
    return taken


def _populate() -> None:
    """People in all communes alike."""
    communes = Unit.objects.filter(versions__kind__in=("commune", "ward", "town")).order_by("pk")
    position = define_position("can-bo-dan-van", "Cán bộ dân vận")
    places = islice(cycle(communes), PEOPLE)
    register_all(
        [
            NewCadre(
                code=f"B{number:06d}",
                full_name="Nguyễn Văn An",
                gender=Cadre.Gender.MALE,
                born_on=date(1980, 9, 5),
                kind=Cadre.Kind.CIVIL_SERVANT,
                unit=unit,
                position=position,
                since=RECORD_BEGINS,
            )
            for number, unit in enumerate(places)
        ]
    )


def _ask(chance: random.Random) -> dict[str, Any]:
    units = list(Unit.objects.order_by("pk"))
    days = [BEGUN_ON + timedelta(days=chance.randrange(365 * YEARS)) for _number in range(40)]
    questions: dict[str, Callable[[Unit, date], Any]] = {
        "subtree of a district": lambda unit, day: list(
            Unit.objects.within([units[5].pk], day).values_list("pk", flat=True)
        ),
        "path of a unit": path_of,
        "successors": lambda unit, day: successors_of(unit),
        "predecessors": lambda unit, day: predecessors_of(unit),
        "unit of a day": lambda unit, day: unit.version_on(day),
    }
    table: dict[str, Any] = {
        "units": len(units),
        "versions": UnitVersion.objects.count(),
        "successions": Succession.objects.count(),
        "ancestry": Ancestry.objects.count(),
    }
    for name, ask in questions.items():
        times = []
        for day in days:
            unit = chance.choice(units)
            begun = time.perf_counter()
            ask(unit, day)
            times.append((time.perf_counter() - begun) * 1000)
        table[name] = {"median_ms": statistics.median(times), "slowest_ms": max(times)}
        print(f"{name:<26}{statistics.median(times):>10.2f}{max(times):>10.2f}", flush=True)
    return table
