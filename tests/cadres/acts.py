"""Files of reorganisation as offices send them."""

from __future__ import annotations

from datetime import date
from typing import Any

from cadres.transcribing import CHANGE, COLUMNS
from kit.sheets import write_sheet

DOCUMENT = "Nghị quyết số 1674/NQ-UBTVQH15"


def act_sheet(day: date, *rows: dict[str, Any]) -> bytes:
    """Lines by column key; the first gets document and day."""
    first = {"document": DOCUMENT, "issued_on": "16/06/2025", "effective_on": day} | rows[0]
    titles = [column.title for column in COLUMNS]
    lines = [[row.get(c.key, "") for c in COLUMNS] for row in (first, *rows[1:])]
    return write_sheet("Sắp xếp", titles, lines)


def renaming_sheet(day: date) -> bytes:
    return act_sheet(day, {"deed": CHANGE, "old_code": "14329", "new_name": "Phường Hoa Lư Mới"})
