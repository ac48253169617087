"""The outline of an edition as one learner sees it: what is done, where one is, what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from courses.models import Edition, Enrolment, LessonDone


@dataclass(frozen=True)
class Entry:
    """A lesson in the outline."""

    id: int
    code: str
    slug: str
    title: str
    minutes: int
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class Outline:
    chapters: list[tuple[str, list[Entry]]]
    entries: list[Entry]

    @property
    def done(self) -> int:
        return sum(entry.is_done for entry in self.entries)

    @property
    def minutes_left(self) -> int:
        return sum(entry.minutes for entry in self.entries if not entry.is_done)

    @property
    def is_all_done(self) -> bool:
        return self.done == len(self.entries)

    @property
    def position(self) -> int:
        """The place of the current lesson, from 1; 0 when none is."""
        places = (place for place, entry in enumerate(self.entries, 1) if entry.is_current)
        return next(places, 0)

    @property
    def chapter(self) -> str:
        """The chapter of the current lesson."""
        titles = (t for t, entries in self.chapters if any(e.is_current for e in entries))
        return next(titles, "")

    @property
    def previous(self) -> Entry | None:
        return self.entries[self.position - 2] if self.position > 1 else None

    @property
    def next(self) -> Entry | None:
        return self.entries[self.position] if 0 < self.position < len(self.entries) else None

    def find(self, lesson_id: int | None) -> Entry | None:
        return next((entry for entry in self.entries if entry.id == lesson_id), None)

    @property
    def first_left(self) -> Entry | None:
        """The first lesson that is not done, after the current one if there is any."""
        later = self.entries[self.position :] + self.entries[: self.position]
        return next((entry for entry in later if not entry.is_done), None)


def outline_of(
    edition: Edition, done: frozenset[int] = frozenset(), current: int | None = None
) -> Outline:
    """`done` and `current` are lesson ids."""
    chapters = [
        (chapter["title"], [_entry(lesson, done, current) for lesson in chapter["lessons"]])
        for chapter in edition.outline
    ]
    return Outline(chapters, [entry for _title, entries in chapters for entry in entries])


def _entry(lesson: dict[str, Any], done: frozenset[int], current: int | None) -> Entry:
    return Entry(**lesson, is_done=lesson["id"] in done, is_current=lesson["id"] == current)


def done_by(enrolment: Enrolment) -> frozenset[int]:
    """The ids of the lessons the learner has finished."""
    done = LessonDone.objects.filter(enrolment=enrolment)
    return frozenset(done.values_list("lesson_id", flat=True))
