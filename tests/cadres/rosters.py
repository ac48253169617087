"""Rosters for the tests: rows by column key, as an .xlsx."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cadres.roster.looking import Look, Reading, Source
from cadres.roster.reading import COLUMNS, TITLES
from kit.sheets import Sheet, read_sheet, write_sheet

GOOD = {
    "full_name": "Vũ Thị Lan",
    "gender": "Nữ",
    "born_on": "05/9/1980",
    "kind": "Công chức",
    "unit_code": "14329",
    "unit_name": "Phường Hoa Lư",
    "position": "Cán bộ dân vận",
    "since": "01/8/2025",
}


def row(**given: Any) -> dict[str, Any]:
    return {**GOOD, **given}


def roster(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return write_sheet(
        "Danh sách", list(TITLES.values()), ([r.get(key) for key in TITLES] for r in rows)
    )


DAY = date(2026, 9, 30)


def look(*rows: Mapping[str, Any], **given: Any) -> Look:
    """A list beside the records; nothing is written."""
    return Reading(Source(roster(rows), **{"on": DAY, **given})).compare()


def kinds_of(found: Look) -> list[str]:
    return [difference.kind for difference in found.differences.found]


def sheet_of(*rows: Mapping[str, Any]) -> Sheet:
    return read_sheet(roster(rows), COLUMNS)
