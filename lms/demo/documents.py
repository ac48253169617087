"""The demo's legal documents, entered as a trainer does, and how its files cite them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from accounts.models import User
from kit.text import slug
from media.citing import Cite
from media.models import LegalDocument
from media.registering import change, register

SOURCE = Path(__file__).parent / "data" / "documents.yaml"
_LINKS = ("replaced_by", "amended_by")


def register_documents(*, by: User, at: datetime | None = None) -> int:
    """Those that are missing, then what replaces or amends which; returns how many are new."""
    rows = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    held = set(LegalDocument.objects.values_list("symbol", flat=True))
    missing = [row for row in rows if row["symbol"] not in held]
    for row in missing:
        register({name: row[name] for name in row if name not in _LINKS}, by=by, at=at)
    for row in missing:
        if links := {name: _document(row[name], SOURCE) for name in _LINKS if name in row}:
            change(_document(row["symbol"], SOURCE), links, by=by, at=at)
    return len(missing)


def cites_in(item: dict[str, Any], path: Path) -> list[Cite]:
    """What a lesson, a question or a course of a file cites: `cites: [{document, article}]`.

    ValueError, naming the file, for a symbol that nobody has entered.
    """
    return [
        Cite(_document(cite["document"], path).pk, cite.get("article", ""))
        for cite in item.get("cites", [])
    ]


def _document(symbol: str, path: Path) -> LegalDocument:
    found = LegalDocument.objects.filter(slug=slug(symbol)).first()
    if found is None:
        raise ValueError(f"{path.parent.name}/{path.name}: no legal document {symbol!r}")
    return found
