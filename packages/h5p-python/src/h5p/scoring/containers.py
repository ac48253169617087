"""Which pieces a content is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from h5p.scoring.choices import first_is_right, first_try
from h5p.scoring.fields import Params, entries, flag, group, groups, number, text
from h5p.scoring.kinds import Piece, Scored
from h5p.scoring.plain import plain

_FIRST_IS_RIGHT = Scored(first_is_right)
_FIRST_TRY = Scored(first_try)


def question_set(params: Params) -> Iterator[Piece]:
    return _libraries(groups(params, "questions"))


def is_in_order(params: Params) -> bool:
    return not flag(params, "randomQuestions", False) and not pool(params)


def pool(params: Params) -> Decimal:
    size = number(params, "poolSize", 0)
    return size if 0 < size < len(entries(params, "questions")) else Decimal(0)


def column(params: Params) -> Iterator[Piece]:
    return _libraries(group(row, "content") for row in groups(params, "content"))


def course_presentation(params: Params) -> Iterator[Piece]:
    slides = groups(group(params, "presentation"), "slides")
    return _libraries(
        group(element, "action") for slide in slides for element in groups(slide, "elements")
    )


def single_choice_set(params: Params) -> Iterator[Piece]:
    for choice in groups(params, "choices"):
        if entries(choice, "answers"):
            yield Piece("", choice, text(choice, "subContentId"), kind=_FIRST_IS_RIGHT)


def summary(params: Params) -> Iterator[Piece]:
    title = plain(text(params, "intro"))
    for panel in groups(params, "summaries"):
        if "summary" in panel:
            yield Piece("", panel, text(panel, "subContentId"), title, kind=_FIRST_TRY)


def _libraries(contents: Iterable[Params]) -> Iterator[Piece]:
    """Rows in which the author has chosen no library yet play nothing."""
    for content in contents:
        if library := text(content, "library"):
            yield Piece(
                library,
                group(content, "params"),
                text(content, "subContentId"),
                plain(text(group(content, "metadata"), "title")),
            )
