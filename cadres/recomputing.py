"""Whether what is computed about units still follows from their versions."""

from __future__ import annotations

from cadres.climbing import COLUMNS, compute_ancestry
from cadres.models import Ancestry


def ancestry_differences() -> list[str]:
    """Rows that are missing or too many; nothing is written."""
    stored = set(Ancestry.objects.values_list(*COLUMNS))
    implied = {tuple(getattr(row, name) for name in COLUMNS) for row in compute_ancestry()}
    missing = [f"ancestry missing: {row}" for row in implied - stored]
    return sorted(missing + [f"ancestry too many: {row}" for row in stored - implied])
