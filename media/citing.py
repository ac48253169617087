"""Citing legal documents: what is cited while writing, and how a citation reads on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from kit.dates import format_day
from kit.text import clean
from media.models import Citation, LegalDocument

_Row = TypeVar("_Row", bound=Citation)
State = LegalDocument.State
# How a state looks: the kinds of the component `status`.
LOOKS = {
    State.UNKNOWN: "none",
    State.AWAITED: "due",
    State.IN_FORCE: "done",
    State.EXPIRED: "late",
    State.REPLACED: "late",
}


@dataclass(frozen=True)
class Cite:
    """A document, by id, and the article of it; the whole where `article` is blank."""

    document_id: int
    article: str = ""


@dataclass(frozen=True)
class Cited:
    """A citation as it reads on a day; of one that has ended, nothing is said of amendments."""

    document: LegalDocument
    article: str
    state: State
    is_amended: bool

    @property
    def look(self) -> str:
        return LOOKS[self.state]


def tidy(cites: Iterable[Cite]) -> list[Cite]:
    """Each once, in their order, the words of articles tidied."""
    return list(dict.fromkeys(Cite(cite.document_id, clean(cite.article)) for cite in cites))


def rows_of(model: type[_Row], cites: Iterable[Cite], **of: Any) -> list[_Row]:
    """Unsaved rows of a model of citations; `of`: what cites."""
    return [
        model(document_id=cite.document_id, article=cite.article, position=position, **of)
        for position, cite in enumerate(tidy(cites), 1)
    ]


def with_documents(citations: QuerySet[_Row]) -> QuerySet[_Row]:
    """Citations with what says their state, in the same query."""
    return citations.select_related("document__replaced_by", "document__amended_by")


def cited(citations: Iterable[Citation], on: date) -> list[Cited]:
    """`citations` come `with_documents`."""
    return [_cited(citation, on) for citation in citations]


def _cited(citation: Citation, on: date) -> Cited:
    document = citation.document
    state = document.state_on(on)
    is_amended = document.is_amended_on(on) and LOOKS[state] != "late"
    return Cited(document, citation.article, state, is_amended)


def in_print(citations: Iterable[Citation]) -> str:
    """In one line as on a paper: "Điều 5 Thông tư số 03/2023/TT-BNV ngày 30/4/2023; …"."""
    with translation.override(settings.LANGUAGE_CODE):
        return "; ".join(_printed(citation) for citation in citations)


def _printed(citation: Citation) -> str:
    document = citation.document
    words = " ".join(filter(None, [citation.article, document.name]))
    return f"{words} ngày {format_day(document.issued_on)}" if document.issued_on else words
