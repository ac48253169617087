"""Which entries of the journal are about some rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.functions import Cast

from operations.models import JournalEntry


def about(
    entries: models.QuerySet[JournalEntry], rows: Iterable[models.QuerySet[Any]]
) -> models.QuerySet[JournalEntry]:
    """The entries whose subject is one of the rows, which may be of several models.

    Each model's entries are looked up by the index of subjects, so that a small unit costs little
    in a long journal.
    """
    first, *others = (_entries_of(found) for found in rows)
    return entries.filter(pk__in=first.union(*others, all=True))


def _entries_of(rows: models.QuerySet[Any]) -> models.QuerySet[JournalEntry, int]:
    entries = JournalEntry.objects.filter(
        subject_type=rows.model._meta.label_lower, subject_id__in=_keys(rows)
    )
    return entries.order_by().values_list("pk", flat=True)


def _keys(rows: models.QuerySet[Any]) -> Any:
    """As the journal writes them. A UUID is stored otherwise than it is written."""
    if isinstance(rows.model._meta.pk, models.UUIDField):
        return [str(pk) for pk in rows.order_by().values_list("pk", flat=True)]
    written = Cast("pk", models.CharField())
    return rows.order_by().annotate(written=written).values("written")
