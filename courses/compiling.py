"""Turning a lesson's blocks into what learners are served: HTML once, questions as data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from wagtail.models import Page

from assessments.models import Question, QuestionVersion
from content.models import ChapterPage, CoursePage, LessonPage
from kit.text import fold
from media.citing import Cite, tidy
from media.models import Interactive, InteractiveRevision

Outline = list[dict[str, Any]]


def latest(page: Page) -> Any:
    """The page as its author last saved it, published or not."""
    return page.get_latest_revision_as_object().specific


def chapters_of(course: CoursePage) -> list[tuple[ChapterPage, list[LessonPage]]]:
    """Chapters with their lessons in the order of the tree, each as last saved."""
    return [
        (latest(chapter), [latest(lesson) for lesson in chapter.get_children()])
        for chapter in course.get_children()
    ]


def practice_ids(lesson: LessonPage) -> set[int]:
    """The ids of the questions embedded in the lesson; 0 stands for one that is gone."""
    return {
        block.value["question"].pk if block.value["question"] else 0
        for block in lesson.body
        if block.block_type == "practice"
    }


def practice_questions(lessons: list[LessonPage]) -> dict[int, QuestionVersion]:
    """The newest version of every question embedded in `lessons`, by question id."""
    ids = {pk for lesson in lessons for pk in practice_ids(lesson)}
    newest = Question.objects.filter(pk__in=ids).with_latest_version()
    versions = QuestionVersion.objects.in_bulk(newest.values_list("latest_id", flat=True))
    return {version.question_id: version for version in versions.values()}


def has_untold_picture(lesson: LessonPage) -> bool:
    """Whether a picture lacks the words for those who cannot see it."""
    pictures = (block for block in lesson.body if block.block_type == "picture")
    return any(not block.value["alt"].strip() for block in pictures)


def interactive_ids(lesson: LessonPage) -> set[int]:
    """The ids of the interactive contents in the lesson; 0 stands for one that is gone."""
    return {
        block.value["content"].pk if block.value["content"] else 0
        for block in lesson.body
        if block.block_type == "interactive"
    }


def interactive_revisions(lessons: list[LessonPage]) -> dict[int, InteractiveRevision]:
    """The newest revision of every interactive content in `lessons`, by content id."""
    ids = {pk for lesson in lessons for pk in interactive_ids(lesson)}
    if not ids:
        return {}
    newest = Interactive.objects.filter(pk__in=ids).with_latest()
    rows = InteractiveRevision.objects.select_related("content")
    revisions = rows.in_bulk([pk for pk in newest.values_list("latest_id", flat=True) if pk])
    return {revision.content_id: revision for revision in revisions.values()}


def cites_of(page: CoursePage | LessonPage) -> list[Cite]:
    """The documents it says it rests on, each once."""
    return tidy(Cite(cite.value["document"].pk, cite.value["article"] or "") for cite in page.cites)


def segments_of(
    lesson: LessonPage,
    questions: dict[int, QuestionVersion],
    interactive: dict[int, InteractiveRevision],
) -> list[dict[str, Any]]:
    """Adjoining blocks joined into one piece of HTML; what is answered stands alone.

    Written in the learners' language, whatever the publishing author's is.
    """
    segments: list[dict[str, Any]] = []
    with translation.override(settings.LANGUAGE_CODE):
        for block in lesson.body:
            if block.block_type == "practice":
                segments.append(question_segment(questions[block.value["question"].pk]))
            elif block.block_type == "interactive":
                segments.append(interactive_segment(block, interactive))
            elif segments and "html" in segments[-1]:
                segments[-1]["html"] += block.render()
            else:
                segments.append({"html": str(block.render())})
    return segments


def question_segment(version: QuestionVersion) -> dict[str, Any]:
    """A practice question as the page needs it; which choice is right stays on the server."""
    choices = [{"key": c["key"], "text": c["text"]} for c in version.body["choices"]]
    return {
        "question": version.pk,
        "kind": version.kind,
        "stem": version.stem,
        "choices": choices,
    }


def interactive_segment(block: Any, interactive: dict[int, InteractiveRevision]) -> dict[str, Any]:
    """Which revision is played at this place of the lesson, and when it counts as finished."""
    revision = interactive[block.value["content"].pk]
    return {
        "interactive": revision.pk,
        "place": str(block.id),
        "title": revision.title,
        "required": block.value["required"],
        "rule": block.value["rule"],
        "least": block.value["least"],
        "minutes": block.value["minutes"],
    }


def folded_words(course: CoursePage, lesson_titles: list[str]) -> str:
    """What the catalogue searches."""
    outcomes = [str(outcome.value) for outcome in course.outcomes]
    parts = [course.code, course.title, course.summary, course.audience, *outcomes, *lesson_titles]
    return fold(" ".join(parts))


def picture_of(course: CoursePage) -> dict[str, Any]:
    """Addresses of the course picture for small and large screens."""
    if course.picture is None:
        return {}
    small = course.picture.get_rendition("fill-480x270|format-webp")
    large = course.picture.get_rendition("fill-960x540|format-webp")
    return {
        "small": small.url,
        "large": large.url,
        "alt": course.picture.description or course.picture.title,
    }
