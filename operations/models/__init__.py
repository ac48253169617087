from operations.models.changes import Change, ChangeSet
from operations.models.corrections import Correction
from operations.models.jobs import Job
from operations.models.journal import (
    EntryUnit,
    JournalEntry,
    JournalHead,
    JournalLink,
    Unchangeable,
)
from operations.models.keeping import PurposeRead, RetentionRule
from operations.models.notices import Notice

__all__ = [
    "Change",
    "ChangeSet",
    "Correction",
    "EntryUnit",
    "Job",
    "JournalEntry",
    "JournalHead",
    "JournalLink",
    "Notice",
    "PurposeRead",
    "RetentionRule",
    "Unchangeable",
]
