"""Units through time: the tree of any day, units by former names and what they became."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from cadres.locating import bare
from cadres.models import Reorganisation, Succession, Unit, UnitVersion
from cadres.models.units import valid_on
from kit.text import fold

_LONGEST_CHAIN = 12
_AT_A_GLANCE = 12
_SHOWN_ENDS = 6


@dataclass
class Branch:
    """A unit of the tree on a day, with those below it."""

    public_id: UUID
    name: str
    code: str
    kind: str
    below: list[Branch] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(1 + branch.size for branch in self.below)

    @property
    def shelves(self) -> list[Shelf]:
        """Those below; very many of them by kind, so that a level can be taken in at a glance."""
        if len(self.below) <= _AT_A_GLANCE:
            return [Shelf("", self.below)]
        kinds: dict[str, list[Branch]] = defaultdict(list)
        for branch in self.below:
            kinds[branch.kind].append(branch)
        labels = {kind.value: str(kind.label) for kind in UnitVersion.Kind}
        return [Shelf(labels[kind], kinds[kind]) for kind in labels if kind in kinds]


@dataclass(frozen=True)
class Shelf:
    """Units of one level and one kind."""

    title: str
    branches: list[Branch]


@dataclass(frozen=True)
class Link:
    """One unit of a lineage, by its last name; the act that made it, where it came from one."""

    public_id: UUID
    name: str
    valid_from: date
    valid_to: date | None
    document: str = ""


@dataclass(frozen=True)
class Hit:
    """A unit found by a name it has or had, its lineage, and the units of today it leads to."""

    public_id: UUID
    name: str
    kind: str
    code: str
    valid_from: date
    valid_to: date | None
    lineage: list[Link]
    now: list[Link]


def tree_on(day: date) -> list[Branch]:
    """The units that stood on the day, the highest first, each level by name. One query."""
    rows = list(
        UnitVersion.objects.filter(valid_on(day)).select_related("unit").order_by("name_key", "pk")
    )
    branches = {
        row.unit_id: Branch(row.unit.public_id, row.name, row.code, row.kind) for row in rows
    }
    tops: list[Branch] = []
    for row in rows:
        above = branches.get(row.parent_id) if row.parent_id else None
        (above.below if above else tops).append(branches[row.unit_id])
    return tops


class Lineage:
    """All successions, read in two queries; chains of units follow from them."""

    def __init__(self) -> None:
        self._links: dict[int, Link] = {}
        self._documents: dict[int, str] = {}
        self._after: dict[int, list[int]] = defaultdict(list)
        self._before: dict[int, list[int]] = defaultdict(list)
        for succession in Succession.objects.select_related("reorganisation").order_by("pk"):
            old, new = succession.predecessor_id, succession.successor_id
            self._after[old].append(new)
            self._before[new].append(old)
            self._documents[new] = succession.reorganisation.document
        self.versions = list(
            UnitVersion.objects.select_related("unit").order_by("unit_id", "valid_from")
        )
        for version in self.versions:
            first = self._links.get(version.unit_id)
            self._links[version.unit_id] = Link(
                version.unit.public_id,
                version.name,
                first.valid_from if first else version.valid_from,
                version.valid_to,
                self._documents.get(version.unit_id, ""),
            )

    def forward(self, unit_id: int) -> list[list[Link]]:
        """From the unit to what it became, one chain for each end."""
        return [self._told(chain) for chain in _chains(unit_id, self._after)]

    def _told(self, chain: Iterator[int] | list[int]) -> list[Link]:
        return [self._links[unit_id] for unit_id in chain if unit_id in self._links]


def _chains(unit_id: int, onward: dict[int, list[int]]) -> list[list[int]]:
    """Paths from the unit to where nothing follows; a circle in the data ends a path."""
    waiting, found = [[unit_id]], []
    while waiting:
        path = waiting.pop()
        following = [n for n in onward.get(path[-1], []) if n not in path]
        if not following or len(path) == _LONGEST_CHAIN:
            found.append(path)
        waiting += [[*path, n] for n in reversed(following)]
    return found


def find_units(text: str) -> list[Hit]:
    """Units by any name they have or had, or by code; those of today first. Two queries."""
    wanted = fold(text)
    if not wanted:
        return []
    lineage = Lineage()
    hits: dict[int, Hit] = {}
    for version in lineage.versions:
        if f" {wanted}" in f" {version.folded}" or wanted == version.code.lower():
            chains = lineage.forward(version.unit_id)
            ends = {chain[-1].public_id: chain[-1] for chain in chains[:_SHOWN_ENDS]}
            hits[version.unit_id] = Hit(
                version.unit.public_id,
                version.name,
                version.get_kind_display(),
                version.code,
                version.valid_from,
                version.valid_to,
                chains[0],
                [end for end in ends.values() if end.public_id != version.unit.public_id],
            )
    return sorted(hits.values(), key=lambda hit: _nearest_first(hit, wanted))


def _nearest_first(hit: Hit, wanted: str) -> tuple[bool, bool, str]:
    """Names that are what was asked but for the level, before those that only hold it."""
    name = fold(hit.name)
    return wanted not in (name, bare(name)), hit.valid_to is not None, name


def days_of_change() -> list[date]:
    """The days on which an act took effect, the latest first."""
    days = Reorganisation.objects.order_by("-effective_on").values_list("effective_on", flat=True)
    return list(days.distinct()[:_SHOWN_ENDS])


def children_on(unit: Unit, day: date) -> list[UnitVersion]:
    below = UnitVersion.objects.filter(valid_on(day), parent=unit).select_related("unit")
    return list(below.order_by("name_key", "pk"))
