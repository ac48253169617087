"""How the courses stand for those who write them: what is taught, what is being changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

from content.models import ChapterPage, CoursePage, LessonPage
from courses.models import Course, Edition
from courses.publishing import Gap, find_gaps

# A draft is read whole to say what it lacks: the others say it once they are opened.
MOST_READ = 12


@dataclass(frozen=True)
class Standing:
    """A course page, the edition taught of it (None: none yet), and what came since.

    `gaps` is None where they were not looked for.
    """

    page: CoursePage
    edition: Edition | None
    lessons: int
    is_changed: bool
    edited_at: datetime | None
    edited_by: str
    gaps: list[Gap] | None = None


class _Row(NamedTuple):
    """A course, chapter or lesson as the tree has it."""

    path: str
    content_type: int
    live: bool
    is_changed: bool
    edited_at: datetime | None
    edited_by: str | None


def survey() -> list[Standing]:
    """Every course: those being changed first, among them the one edited last."""
    pages = list(CoursePage.objects.order_by("code"))
    rows = _rows(pages)
    courses = Course.objects.select_related("current").filter(page_id__in=rows)
    taught = {course.page_id: course.current for course in courses}
    found = [_standing(page, rows[page.pk], taught.get(page.pk)) for page in pages]
    found.sort(key=lambda s: s.edited_at.timestamp() if s.edited_at else 0, reverse=True)
    found.sort(key=lambda s: not s.is_changed)
    return [
        replace(s, gaps=find_gaps(s.page)) if s.is_changed and number < MOST_READ else s
        for number, s in enumerate(found)
    ]


def _rows(pages: list[CoursePage]) -> dict[int, list[_Row]]:
    """Each course's own row and those below it, by its id; one query."""
    kinds = ContentType.objects.get_for_models(CoursePage, ChapterPage, LessonPage).values()
    found = Page.objects.filter(content_type__in=[kind.pk for kind in kinds]).values_list(
        "path",
        "content_type",
        "live",
        "has_unpublished_changes",
        "latest_revision__created_at",
        "latest_revision__user__full_name",
    )
    ids = {page.path: page.pk for page in pages}
    rows: dict[int, list[_Row]] = {pk: [] for pk in ids.values()}
    for row in map(_Row._make, found):
        # Courses all stand on the one shelf, so their paths are of one length.
        rows[ids[row.path[: len(pages[0].path)]]].append(row)
    return rows


def _standing(page: CoursePage, rows: list[_Row], edition: Edition | None) -> Standing:
    lesson = ContentType.objects.get_for_model(LessonPage).pk
    edited = [row for row in rows if row.edited_at]
    last = max(edited, key=lambda row: str(row.edited_at), default=None)
    return Standing(
        page=page,
        edition=edition,
        lessons=sum(row.content_type == lesson for row in rows),
        is_changed=edition is None or any(row.is_changed or not row.live for row in rows),
        edited_at=last.edited_at if last else None,
        edited_by=(last.edited_by if last else "") or "",
    )
