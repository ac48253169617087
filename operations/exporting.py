"""The journal as an .xlsx."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kit.errors import Refusal
from kit.sheets import write_sheet
from operations.journalling import DEED_NAMES, actor_of, details_of
from operations.models import JournalEntry

MOST = 50_000


def journal_sheet(entries: QuerySet[JournalEntry]) -> bytes:
    """The entries, newest first; refuses more than a spreadsheet is good for."""
    if entries.count() > MOST:
        raise Refusal(
            _("More than 50,000 lines are found. Choose fewer days, then download again."),
            status=413,
        )
    header = [
        _("When"),
        _("By whom"),
        _("From address"),
        _("Deed"),
        _("Of what"),
        _("Details"),
        _("Why"),
    ]
    return write_sheet(_("Journal"), header, _cells(entries))


def _cells(entries: QuerySet[JournalEntry]) -> Iterator[list[object]]:
    for entry in entries.iterator(2000):
        yield [
            entry.at,
            actor_of(entry),
            entry.address or "",
            DEED_NAMES.get(entry.deed, entry.deed),
            entry.subject_name,
            "; ".join(details_of(entry)),
            entry.reason,
        ]
