"""What an edition cites, and which lessons cite a document, as far as one may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from cadres.scopes import Access
from courses.models import Edition, EditionCitation, Enrolment
from media.citing import Cited, cited, with_documents
from media.models import LegalDocument


def lessons_citing(document: LegalDocument, access: Access) -> Iterable[EditionCitation]:
    """Of the editions one learns, and of all other courses on offer: those of today. One query.

    Annotates `is_mine`: whether the lesson itself is open to the asker.
    """
    own = Enrolment.objects.filter(cadre=access.cadre_id or 0)
    is_mine = Q(edition__in=own.values("edition"))
    is_offered = Q(edition=F("edition__course__current")) & ~Q(
        edition__course__in=own.values("course")
    )
    rows = EditionCitation.objects.filter(is_mine | is_offered, document=document)
    return (
        rows.select_related("lesson", "edition__course")
        .defer("lesson__segments", "edition__outline", "edition__folded")
        .annotate(is_mine=Q(edition__in=own.values("edition")))
        .order_by("edition__course__code", F("lesson__position").asc(nulls_first=True), "position")
    )


@dataclass(frozen=True)
class Basis(Cited):
    """Of a lesson, by its number, or of the course itself."""

    lesson_code: str | None


def basis_of(edition: Edition, on: date) -> list[Basis]:
    """All that an edition cites: the course first, then its lessons in order. One query."""
    rows = with_documents(EditionCitation.objects.filter(edition=edition))
    rows = rows.select_related("lesson").defer("lesson__segments")
    ordered = list(rows.order_by(F("lesson__position").asc(nulls_first=True), "position"))
    return [
        Basis(one.document, one.article, one.state, one.is_amended, _code(row))
        for row, one in zip(ordered, cited(ordered, on), strict=True)
    ]


def _code(row: EditionCitation) -> str | None:
    return row.lesson.code if row.lesson else None
