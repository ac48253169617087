"""How a content type can be scored, and the register of who is scored how."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from h5p.scoring.fields import Params
from h5p.scoring.marks import Mark

# None: the question was never answered.
Scorer = Callable[[Params, str | None], Mark]

_LIBRARY = re.compile(r"([\w.-]{1,255}?)[ -](\d{1,5})\.\d{1,5}", re.ASCII)


class CannotVerify(Exception):
    """Raised by a scorer when responses to this very content do not tell the marks."""


@dataclass(frozen=True)
class Scored:
    """One question."""

    mark: Scorer


@dataclass(frozen=True)
class Piece:
    """A content within a content."""

    library: str
    params: Params
    sub_content_id: str = ""
    title: str = ""
    kind: Kind | None = None  # where the piece has no library of its own


@dataclass(frozen=True)
class Container:
    """Weighs what its pieces weigh together."""

    pieces: Callable[[Params], Iterable[Piece]]
    # How many of the pieces the browser draws; 0 for all.
    drawn: Callable[[Params], Decimal] = lambda _params: Decimal(0)
    # Whether every piece answers, and in order: then one without id is known by its place.
    in_order: Callable[[Params], bool] = lambda _params: False


@dataclass(frozen=True)
class CompletionOnly:
    """Nothing to score; `signal` is the xAPI verb that says it was gone through, if any does."""

    signal: str = ""


@dataclass(frozen=True)
class Unverifiable:
    """Scored in the browser alone."""

    reason: str


Kind = Scored | Container | CompletionOnly | Unverifiable
_UNKNOWN = Unverifiable("there is no scorer for this content type")


@dataclass
class Registry:
    """Who is scored how, by machine name and major version.

    Minor versions are compatible by H5P's own rule; a new major may mean other marks, so it is
    unverifiable until somebody registers it.
    """

    _kinds: dict[tuple[str, int], Kind] = field(default_factory=dict)

    def register(self, machine_name: str, kind: Kind, major: int = 1) -> None:
        self._kinds[machine_name, major] = kind

    def find(self, library: object) -> Kind:
        """`library` as content has it, "H5P.MultiChoice 1.16", or a manifest's Library."""
        found = _LIBRARY.fullmatch(str(library))
        return self._kinds.get((found[1], int(found[2])), _UNKNOWN) if found else _UNKNOWN

    def copy(self) -> Registry:
        return Registry(dict(self._kinds))
