"""What is wrong with a package, and the one error that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    code: str  # for programs: "name-escapes", "title-missing" …
    place: str  # the entry of the archive, or the field of h5p.json; empty for the whole
    message: str  # for people


class InvalidPackage(Exception):
    """The package is refused; `problems` lists why, never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.place}: {p.message}" for p in self.problems[:5]))
