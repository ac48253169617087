"""What a floor says on the home page: a place of work, and what is to be known of it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cadres.scopes import Access


@dataclass(frozen=True)
class Line:
    """A figure in words, and where it opens; `kind`: late, due, done or nothing."""

    words: str
    path: str
    kind: str = ""


@dataclass(frozen=True)
class Tile:
    """A place one's roles open, with its lines."""

    title: str
    path: str
    lines: list[Line]


# A floor's part of the home page, in a number of queries that does not grow.
Welcome = Callable[["Access"], list[Tile]]
