"""The small tables of the demo, one .csv each in `data/`."""

from __future__ import annotations

import csv
from pathlib import Path

DATA = Path(__file__).parent / "data"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words(name: str) -> dict[str, list[str]]:
    """A table of `list`, `word`, `weight` as lists; a word of weight 3 stands there three times."""
    lists: dict[str, list[str]] = {}
    for row in table(name):
        lists.setdefault(row["list"], []).extend([row["word"]] * int(row["weight"]))
    return lists
