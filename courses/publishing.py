"""Publishing a course: what it promises is checked, then an immutable edition is made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from accounts.models import User
from assessments.freezing import freeze, gaps_of
from assessments.writing import content_hash
from content.models import ChapterPage, CoursePage, LessonPage
from courses import compiling
from courses.models import Course, Edition, EditionCitation, EditionLesson
from courses.signals import edition_published
from kit.dates import now
from kit.errors import Refusal
from kit.text import slug
from media.citing import Cite, rows_of
from media.resolving import held_up_by
from operations.journalling import record

Chapters = list[tuple[ChapterPage, list[LessonPage]]]


@dataclass(frozen=True)
class Gap:
    """What a course lacks, in its author's words, and the page or paper where it is mended."""

    words: str | Promise
    where: models.Model

    def __str__(self) -> str:
        return str(self.words)


Check = Callable[[CoursePage], list[Gap]]

_checks: list[Check] = []


def publishing_check(check: Check) -> Check:
    """Registers a check of a floor above: it returns what the course lacks."""
    _checks.append(check)
    return check


def find_gaps(course: CoursePage) -> list[Gap]:
    """Everything that keeps `course` (as last saved) from keeping its promise."""
    chapters = compiling.chapters_of(course)
    gaps = [*_content_gaps(course, chapters), *_paper_gaps(course)]
    for check in _checks:
        gaps += check(course)
    return gaps


def _content_gaps(course: CoursePage, chapters: Chapters) -> list[Gap]:
    gaps: list[Gap] = []
    if not len(course.outcomes):
        gaps.append(Gap(gettext_lazy("The course names no learning outcome."), course))
    if course.issuing_unit is None:
        words = gettext_lazy("The course names no unit that issues its certificate.")
        gaps.append(Gap(words, course))
    if not any(lessons for _chapter, lessons in chapters):
        gaps.append(Gap(gettext_lazy("The course has no lesson."), course))
    for chapter, lessons in chapters:
        if not lessons:
            words = gettext_lazy("Chapter “{title}” has no lesson.")
            gaps.append(Gap(format_lazy(words, title=chapter.title), chapter))
    return gaps + _lesson_gaps([lesson for _chapter, lessons in chapters for lesson in lessons])


def _lesson_gaps(lessons: list[LessonPage]) -> list[Gap]:
    gaps: list[Gap] = []
    askable = compiling.practice_questions(lessons)
    codes: set[str] = set()
    for lesson in lessons:
        if not len(lesson.body):
            words = gettext_lazy("Lesson “{title}” is empty.")
            gaps.append(Gap(format_lazy(words, title=lesson.title), lesson))
        if lesson.code in codes:
            words = gettext_lazy("Two lessons have the number {code}.")
            gaps.append(Gap(format_lazy(words, code=lesson.code), lesson))
        codes.add(lesson.code)
        if compiling.practice_ids(lesson) - askable.keys():
            words = gettext_lazy("Lesson “{title}” has a practice question without any text.")
            gaps.append(Gap(format_lazy(words, title=lesson.title), lesson))
        if compiling.has_untold_picture(lesson):
            words = gettext_lazy("Lesson “{title}” has a picture without alternative text.")
            gaps.append(Gap(format_lazy(words, title=lesson.title), lesson))
    return gaps + _interactive_gaps(lessons)


def _interactive_gaps(lessons: list[LessonPage]) -> list[Gap]:
    """Contents that are gone, or that a library nobody has approved keeps from being played."""
    gaps: list[Gap] = []
    revisions = compiling.interactive_revisions(lessons)
    held_up = {pk: held_up_by(revision) for pk, revision in revisions.items()}
    unapproved = gettext_lazy(
        "Lesson “{title}”: “{content}” needs libraries that are not approved: {names}."
    )
    for lesson in lessons:
        ids = compiling.interactive_ids(lesson)
        if ids - revisions.keys():
            words = gettext_lazy("Lesson “{title}” has interactive content that is gone.")
            gaps.append(Gap(format_lazy(words, title=lesson.title), lesson))
        for pk in sorted(ids & revisions.keys()):
            if names := ", ".join(held_up[pk]):
                title = revisions[pk].title
                words = format_lazy(unapproved, title=lesson.title, content=title, names=names)
                gaps.append(Gap(words, lesson))
    return gaps


def _paper_gaps(course: CoursePage) -> list[Gap]:
    paper = course.final_paper
    if paper is None:
        return [Gap(gettext_lazy("The course has no final paper."), course)]
    return [Gap(words, paper) for words in gaps_of(paper)]


@transaction.atomic
def publish(page: Page, *, by: User | None, at: datetime | None = None) -> Edition:
    """Publishes the course page with all below it and makes the next edition of them.

    Refusal with the list of gaps when the course cannot keep its promise; an edition equal to
    the newest one is not made again.
    """
    course_page: CoursePage = compiling.latest(page)
    if gaps := find_gaps(course_page):
        raise Refusal(_("The course cannot be published yet. Still missing:"), gaps=gaps)
    chapters = compiling.chapters_of(course_page)
    _make_live(course_page, chapters, by)
    course, _is_new = Course.objects.update_or_create(
        page_id=course_page.pk, defaults={"code": course_page.code, "slug": course_page.slug}
    )
    lessons = _unsaved_lessons(chapters)
    edition = _unsaved_edition(course, course_page, lessons)
    cites = _cites_of(course_page, chapters)
    edition.content_hash = _hash_of(edition, chapters, lessons, cites)
    newest = course.editions.order_by("-number").first()
    if newest and newest.content_hash == edition.content_hash:
        return newest
    edition.number = newest.number + 1 if newest else 1
    edition.published_by, edition.published_at = by, at or now()
    edition.save()
    _save_lessons(edition, chapters, lessons)
    _save_cites(edition, lessons, cites)
    course.current = edition
    course.save(update_fields=["current"])
    record("edition.publish", edition, by=by, after={"number": edition.number})
    edition_published.send(Edition, edition=edition)
    return edition


def _make_live(course: CoursePage, chapters: Chapters, by: User | None) -> None:
    pages = [course, *(page for chapter, lessons in chapters for page in (chapter, *lessons))]
    for page in pages:
        if page.has_unpublished_changes or not page.live:
            revision = page.get_latest_revision() or page.save_revision(user=by)
            revision.publish(user=by, changed=False)


def _unsaved_lessons(chapters: Chapters) -> list[EditionLesson]:
    pages = [lesson for _chapter, lessons in chapters for lesson in lessons]
    questions = compiling.practice_questions(pages)
    interactive = compiling.interactive_revisions(pages)
    return [
        EditionLesson(
            key=page.translation_key,
            position=position,
            slug=f"{slug(page.code)}-{slug(page.title)}"[:110].strip("-"),
            code=page.code,
            title=page.title,
            summary=page.summary,
            minutes=page.minutes,
            segments=compiling.segments_of(page, questions, interactive),
        )
        for position, page in enumerate(pages, 1)
    ]


def _unsaved_edition(course: Course, page: CoursePage, lessons: list[EditionLesson]) -> Edition:
    assert page.final_paper and page.issuing_unit  # noqa: S101 (find_gaps saw to both)
    return Edition(
        course=course,
        title=page.title,
        summary=page.summary,
        audience=page.audience,
        outcomes=[str(outcome.value) for outcome in page.outcomes],
        hours=page.hours,
        picture=compiling.picture_of(page),
        issuing_unit=page.issuing_unit,
        paper_version=freeze(page.final_paper),
        lesson_count=len(lessons),
        folded=compiling.folded_words(page, [lesson.title for lesson in lessons]),
        outline=[],
    )


def _cites_of(course: CoursePage, chapters: Chapters) -> list[list[Cite]]:
    """Of the course itself, then of each lesson in turn."""
    pages = [course, *(lesson for _chapter, lessons in chapters for lesson in lessons)]
    return [compiling.cites_of(page) for page in pages]


def _save_cites(edition: Edition, lessons: list[EditionLesson], cites: list[list[Cite]]) -> None:
    EditionCitation.objects.bulk_create(
        row
        for lesson, cited in zip([None, *lessons], cites, strict=True)
        for row in rows_of(EditionCitation, cited, edition=edition, lesson=lesson)
    )


def _hash_of(
    edition: Edition,
    chapters: Chapters,
    lessons: list[EditionLesson],
    cites: list[list[Cite]],
) -> str:
    """Changes with anything a learner could see."""
    cited = [[[cite.document_id, cite.article] for cite in some] for some in cites]
    return content_hash(
        edition.title,
        edition.summary,
        edition.audience,
        edition.outcomes,
        edition.hours.normalize(),
        edition.picture,
        edition.issuing_unit_id,
        edition.paper_version_id,
        [[chapter.title, len(pages)] for chapter, pages in chapters],
        [
            [lesson.code, lesson.title, lesson.summary, lesson.minutes, lesson.segments]
            for lesson in lessons
        ],
        # Nothing more than before where nothing is cited: an old edition stays the same as its
        # pages.
        *([cited] if any(cited) else []),
    )


def _save_lessons(edition: Edition, chapters: Chapters, lessons: list[EditionLesson]) -> None:
    for lesson in lessons:
        lesson.edition = edition
    EditionLesson.objects.bulk_create(lessons)
    saved = iter(lessons)
    edition.outline = [
        {
            "title": chapter.title,
            "lessons": [
                {
                    "id": lesson.pk,
                    "code": lesson.code,
                    "slug": lesson.slug,
                    "title": lesson.title,
                    "minutes": lesson.minutes,
                }
                for lesson in (next(saved) for _page in pages)
            ],
        }
        for chapter, pages in chapters
    ]
    edition.save(update_fields=["outline"])
