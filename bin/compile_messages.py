"""Compiles the message catalogues (.po to .mo) that changed, without gettext's tools."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import polib

HOUSE = Path(__file__).resolve().parent.parent


def is_fresh(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime > catalogue.stat().st_mtime


def main() -> None:
    shelves = chain(HOUSE.glob("[a-z]*/locale"), HOUSE.glob("[a-z]*/*/locale"))
    for catalogue in chain.from_iterable(shelf.glob("*/LC_MESSAGES/*.po") for shelf in shelves):
        if not is_fresh(catalogue):
            polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))


if __name__ == "__main__":
    main()
