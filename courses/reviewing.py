"""What rests on documents that have ended, end soon or were amended; whoever wrote it is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from assessments.models import Question, QuestionCitation, QuestionVersion
from cadres.models import Role
from cadres.models.units import valid_on
from content.models import AuthoredPage, CoursePage, LessonPage
from courses.models import Course, EditionCitation, EditionLesson
from kit.dates import day_of, format_day, today
from kit.numbers import format_number
from media.models import LegalDocument
from media.models.documents import SOON
from operations.notifying import notify

LESSON, QUESTION, COURSE = "lesson", "question", "course"
EXPIRED, REPLACED, ENDING, AMENDED = "expired", "replaced", "ending", "amended"
WHY: dict[str, str | Promise] = {
    EXPIRED: pgettext_lazy("legal document", "No longer in force"),
    REPLACED: pgettext_lazy("legal document", "Replaced"),
    ENDING: pgettext_lazy("legal document", "Ends soon"),
    AMENDED: pgettext_lazy("legal document", "Amended"),
}
Cites = dict[int, list[str]]  # articles by the document's id


@dataclass(frozen=True)
class Resting:
    """A lesson, a question or a course with what it cites. `path`: where it is edited.

    `has_draft`: it was changed since it was published, and waits to be published.
    """

    kind: str
    title: str
    path: str
    owner: User | None
    cites: Cites
    is_published: bool = True
    has_draft: bool = False
    written_on: date | None = None  # of what never changes once it is written

    def has_seen(self, amendment: LegalDocument, since: date) -> bool:
        """Whether it cites the amendment, or was written when that was in force already."""
        is_later = self.written_on is not None and self.written_on >= since
        return is_later or amendment.pk in self.cites


@dataclass(frozen=True)
class Found:
    """A document that calls for a review, why, since when, and what rests on it."""

    document: LegalDocument
    why: str
    since: date
    resting: list[Resting]

    @property
    def look(self) -> str:
        return "due" if self.why in (ENDING, AMENDED) else "late"

    @property
    def word(self) -> str:
        return str(WHY[self.why])

    @property
    def other(self) -> LegalDocument | None:
        """What replaces or amends it."""
        amending = self.document.amended_by
        return amending if self.why == AMENDED else self.document.replaced_by

    @property
    def pieces(self) -> list[tuple[Resting, list[str]]]:
        """Each with the articles it names."""
        return [(one, [a for a in one.cites[self.document.pk] if a]) for one in self.resting]


def to_review(on: date) -> list[Found]:
    """In at most five queries; what ended longest ago first."""
    rows = LegalDocument.objects.to_review_on(on).select_related("replaced_by", "amended_by")
    documents = list(rows)
    if not documents:
        return []
    watched = {row.pk for row in documents} | {row.amended_by_id or 0 for row in documents}
    resting = [*_pages(watched), *_questions(watched)]
    found = [_found(document, resting, on) for document in documents]
    return sorted(
        (one for one in found if one.resting), key=lambda one: (one.since, one.document.symbol)
    )


def _found(document: LegalDocument, resting: Iterable[Resting], on: date) -> Found:
    why, since = _why(document, on)
    hit = [one for one in resting if document.pk in one.cites]
    if why == AMENDED and document.amended_by:
        hit = [one for one in hit if not one.has_seen(document.amended_by, since)]
    return Found(document, why, since, hit)


def _why(document: LegalDocument, on: date) -> tuple[str, date]:
    """For a document that is `to_review_on(on)`; an end goes before an amendment."""
    ends, amending = document.in_force_to, document.amended_by
    if ends and ends <= on:
        return REPLACED if document.replaced_by_id else EXPIRED, ends
    if ends and ends <= on + SOON:
        return ENDING, ends
    return AMENDED, (amending and amending.in_force_from) or on


# --- What rests on them -------------------------------------------------------------------------


@dataclass
class _Published:
    title: str
    cites: Cites


def _pages(watched: set[int]) -> Iterator[Resting]:
    """Courses and lessons as they are learnt now, and drafts that nobody learns yet."""
    courses, lessons = _published(watched)
    current = Course.objects.filter(current__isnull=False)
    unpublished = ~Exists(current.filter(page=OuterRef("pk")))
    pages = CoursePage.objects.filter(Q(pk__in=courses) | unpublished)
    yield from _pieces(COURSE, courses, {page.pk: page for page in _drafted(pages)}, watched)
    learnt = EditionLesson.objects.filter(
        edition__in=current.values("current"), key=OuterRef("translation_key")
    )
    written = LessonPage.objects.filter(Q(translation_key__in=lessons) | ~Exists(learnt))
    by_key = {page.translation_key: page for page in _drafted(written.defer("body"))}
    yield from _pieces(LESSON, lessons, by_key, watched)


def _published(watched: set[int]) -> tuple[dict[Any, _Published], dict[Any, _Published]]:
    """Of current editions: courses by the id of their page, lessons by their key."""
    current = Course.objects.filter(current__isnull=False).values("current")
    rows = EditionCitation.objects.filter(edition__in=current, document__in=watched)
    columns = (
        "lesson__key",
        "lesson__code",
        "lesson__title",
        "edition__title",
        "edition__course__code",
        "edition__course__page",
        "document",
        "article",
    )
    courses: dict[Any, _Published] = {}
    lessons: dict[Any, _Published] = {}
    ordered = rows.order_by("edition__course__code", "lesson__position", "position")
    for key, code, title, course, course_code, page, document, article in ordered.values_list(
        *columns
    ):
        if key is None:
            named = _Published(f"{course_code} · {course}", {})
            piece = courses.setdefault(page, named)
        else:
            named = _Published(f"{course_code} · {code} {title}", {})
            piece = lessons.setdefault(key, named)
        piece.cites.setdefault(document, []).append(article)
    return courses, lessons


def _drafted(pages: QuerySet[Any]) -> Iterable[Any]:
    """With what their newest draft cites, and nothing else of it."""
    drafted = F("latest_revision__content__cites")
    return pages.select_related("owner").annotate(drafted=drafted).order_by("path")


def _pieces(
    kind: str, published: dict[Any, _Published], pages: dict[Any, Any], watched: set[int]
) -> Iterator[Resting]:
    for key, piece in published.items():
        yield _of_page(kind, piece.title, pages.get(key), piece.cites)
    for key, page in pages.items():
        if key not in published and (cites := _cites_in(page, watched)):
            yield _of_page(kind, f"{page.code} {page.title}", page, cites, is_published=False)


def _cites_in(page: Any, watched: set[int]) -> Cites:
    """What a draft cites of the watched documents. Databases differ in how deep they read JSON."""
    drafted = page.drafted
    if isinstance(drafted, str):
        drafted = json.loads(drafted)
    cites: Cites = {}
    for block in page.cites.raw_data if drafted is None else drafted:
        value = block["value"]
        if value["document"] in watched:
            cites.setdefault(value["document"], []).append(value.get("article") or "")
    return cites


def _of_page(
    kind: str, title: str, page: AuthoredPage | None, cites: Cites, *, is_published: bool = True
) -> Resting:
    if page is None:
        return Resting(kind, title, "", None, cites, is_published)
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    has_draft = is_published and page.has_unpublished_changes
    return Resting(kind, title, path, page.owner, cites, is_published, has_draft)


def _questions(watched: set[int]) -> Iterator[Resting]:
    """The newest version of every question that is still asked."""
    newest = Question.objects.in_use().with_latest_version().values("latest_id")
    rows = QuestionCitation.objects.filter(version__in=newest, document__in=watched)
    versions: dict[int, QuestionVersion] = {}
    cites: dict[int, Cites] = {}
    for row in rows.select_related("version__question", "version__created_by").order_by(
        "version__question__code", "position"
    ):
        versions[row.version_id] = row.version
        cites.setdefault(row.version_id, {}).setdefault(row.document_id, []).append(row.article)
    for pk, version in versions.items():
        path = reverse("wagtailsnippets_assessments_question:edit", args=[version.question_id])
        title = f"{version.question.code} · {shorten(version.stem, 90, placeholder='…')}"
        written_on = day_of(version.created_at)
        yield Resting(QUESTION, title, path, version.created_by, cites[pk], written_on=written_on)


# --- Telling those who wrote it -----------------------------------------------------------------


@transaction.atomic
def tell_owners(*, on: date | None = None) -> int:
    """Each owner once for each document and what happened to it; returns how many were told now."""
    day = on or today()
    return sum(_tell(found, day) for found in to_review(day))


def _tell(found: Found, on: date) -> int:
    told = 0
    for user in _owners(found, on):
        notice = notify(
            user,
            key=_key(found),
            title=_title(found)[:200],
            body=_body(found, user),
            address=f"{reverse('courses:to_review')}#{found.document.slug}",
        )
        told += notice is not None
    return told


def _owners(found: Found, on: date) -> list[User]:
    """Whoever wrote what rests on it; administrators where nobody is left who did."""
    owners = {one.owner.pk: one.owner for one in found.resting if one.owner}
    if active := [user for user in owners.values() if user.is_active]:
        return active
    held = valid_on(on, "grants__")
    return list(User.objects.filter(held, grants__role=Role.ADMIN, is_active=True).distinct())


def _key(found: Found) -> str:
    """An end that is foreseen and has come is told once; a corrected day is told again."""
    what = f"amended-{found.document.amended_by_id}" if found.why == AMENDED else "ends"
    return f"legal:{found.document.pk}:{what}:{found.since.isoformat()}"


def _title(found: Found) -> str:
    words = {
        EXPIRED: _("To review: %(document)s is no longer in force since %(day)s"),
        REPLACED: _("To review: %(document)s has been replaced since %(day)s"),
        ENDING: _("To review: %(document)s is no longer in force from %(day)s"),
        AMENDED: _("To review: %(document)s has been amended since %(day)s"),
    }[found.why]
    return words % {"document": found.document.name, "day": format_day(found.since)}


def _body(found: Found, user: User) -> str:
    own = [one for one in found.resting if one.owner == user] or found.resting
    counted = {
        name: format_number(sum(one.kind == kind for one in own))
        for name, kind in (("lessons", LESSON), ("questions", QUESTION), ("courses", COURSE))
    }
    words = _(
        "These rest on it: %(lessons)s lessons, %(questions)s questions, %(courses)s courses."
        " Please look at them again and put their legal basis right."
    )
    return words % counted
