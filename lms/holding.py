"""Everything that is held about one person, gathered from every floor."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

import assessments.holding
import cadres.holding
import certificates.holding
import courses.holding
import operations.holding
from accounts.models import User
from cadres.models import Cadre
from kit.dates import now
from kit.held import Held
from kit.sheets import write_book
from lms.keeping import kept
from operations.journalling import record

_OF_A_CADRE = [
    cadres.holding.held_about,
    courses.holding.held_about,
    assessments.holding.held_about,
    certificates.holding.held_about,
]


@dataclass(frozen=True)
class Section:
    """A kind of thing held, with how long it is kept in words."""

    held: Held
    how_long: str


def held_about(user: User) -> list[Section]:
    """The record first, then learning, then the account."""
    cadre = Cadre.objects.filter(user=user).first()
    found = [held for gather in _OF_A_CADRE for held in gather(cadre)] if cadre else []
    spans = _spans()
    return [
        Section(held, spans.get(held.rule, _("As long as the platform is used.")))
        for held in [*found, *operations.holding.held_about(user)]
    ]


def _spans() -> dict[str, str]:
    words = _("%(months)d months from %(since)s (%(document)s).")
    return {
        thing.code: words
        % {
            "months": thing.rule.months,
            "since": thing.keeping.since,
            "document": thing.rule.document,
        }
        for thing in kept()
        if thing.rule
    }


# --- To take away -------------------------------------------------------------------------------


def as_json(user: User, *, at: datetime | None = None) -> bytes:
    """For machines: the same as on the page, by fixed keys; the identity number stays masked."""
    sections = held_about(user)
    content = {
        "made_at": (at or now()).isoformat(),
        "held": {
            section.held.key: {
                "title": str(section.held.title),
                "why": str(section.held.why),
                "how_long": section.how_long,
                "columns": [str(column) for column in section.held.columns],
                "rows": [[_plain(cell) for cell in row] for row in section.held.rows],
            }
            for section in sections
        },
    }
    _journal(user, "json")
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def as_sheets(user: User) -> bytes:
    """For people: one sheet for each kind of thing, and a first one that says why and how long."""
    sections = held_about(user)
    first = (
        _("What is held and why"),
        [_("What"), _("Why"), _("For how long"), _("Lines")],
        [(s.held.title, s.held.why, s.how_long, len(s.held.rows)) for s in sections],
    )
    _journal(user, "xlsx")
    return write_book([first, *_sheets(sections)])


def _sheets(sections: Iterable[Section]) -> Iterable[tuple[str, list[str], Any]]:
    for number, section in enumerate(sections, 1):
        held = section.held
        title = f"{number}. {held.title}"
        yield title, [str(column) for column in held.columns], held.rows


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if cell is None or isinstance(cell, bool | int):
        return cell
    return str(cell) if not isinstance(cell, Decimal) else format(cell.normalize(), "f")


def _journal(user: User, kind: str) -> None:
    record("own.export", user, by=user, after={"kind": kind})
