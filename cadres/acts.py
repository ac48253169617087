"""What an act of reorganisation says, as data: its day, its legal document, its steps.

A step names a unit that stands by its id, and one that the act itself establishes by a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cadres.models import Reorganisation
from kit.text import clean

Ref = int | str
Kind = Reorganisation.Kind
WHOLE = Decimal(1)
_PLACES = Decimal("0.0001")
_NUMBERED = re.compile(r"^(?P<kind>.*?)\s*số\s+(?P<number>\d+\w*)/(?P<symbol>\S+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """The legal ground of an act; `cited` is how it is named where the act is."""

    cited: str
    number: str = ""
    symbol: str = ""
    issued_on: date | None = None
    abstract: str = ""

    @classmethod
    def read(cls, cited: str, issued_on: date | None = None, abstract: str = "") -> Document:
        """From "Nghị quyết số 1674/NQ-UBTVQH15", its number and symbol where it has them."""
        text = clean(cited)
        found = _NUMBERED.match(text)
        number, symbol = (found["number"], found["symbol"]) if found else ("", "")
        return cls(text[:200], number[:20], symbol[:40], issued_on, clean(abstract)[:300])


@dataclass(frozen=True)
class Establish:
    """A unit begins on the day."""

    key: str
    name: str
    kind: str
    parent: Ref | None
    code: str = ""


@dataclass(frozen=True)
class Change:
    """A unit goes on under another name, kind, code or superior; what is None stays."""

    unit: int
    name: str | None = None
    kind: str | None = None
    code: str | None = None
    parent: Ref | None = None


@dataclass(frozen=True)
class Succeed:
    """A unit, or a share of it, goes on in another one."""

    predecessor: int
    successor: Ref
    share: Decimal = WHOLE


@dataclass(frozen=True)
class Send:
    """These people of a unit go to another one, whatever becomes of the others."""

    unit: int
    to: Ref
    cadre_ids: frozenset[int]


@dataclass(frozen=True)
class End:
    """A unit ends. Who is left in it goes to its successors, or to its superior."""

    unit: int


Step = Establish | Change | Succeed | Send | End


@dataclass(frozen=True)
class Act:
    kind: str
    effective_on: date
    document: Document
    steps: tuple[Step, ...] = field(repr=False)


@dataclass(frozen=True)
class Part:
    """What one successor takes of a unit that is split: these people, or a share of them."""

    successor: Ref
    share: Decimal = WHOLE
    cadre_ids: frozenset[int] = frozenset()


def equal_shares(count: int) -> list[Decimal]:
    """So many shares that add up to the whole."""
    share = (WHOLE / count).quantize(_PLACES)
    return [*[share] * (count - 1), WHOLE - share * (count - 1)]


def merging(unit_ids: Iterable[int], successor: Ref) -> list[Step]:
    """Units end and go on, whole, in one."""
    return [step for unit in unit_ids for step in (Succeed(unit, successor), End(unit))]


def splitting(unit: int, parts: Sequence[Part], *, lives_on: bool) -> list[Step]:
    """A unit goes on in several, or gives parts of itself away and lives on."""
    steps: list[Step] = [Succeed(unit, part.successor, part.share) for part in parts]
    steps += [Send(unit, p.successor, p.cadre_ids) for p in parts if p.cadre_ids]
    return steps if lives_on else [*steps, End(unit)]


def dissolving(unit: int, placed: Iterable[tuple[Ref, frozenset[int]]] = ()) -> list[Step]:
    """A unit ends without a successor; whoever is not placed goes to the superior."""
    return [*[Send(unit, to, cadre_ids) for to, cadre_ids in placed], End(unit)]
