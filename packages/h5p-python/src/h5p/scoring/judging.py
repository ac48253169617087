"""Walks content and answers side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from h5p.manifest import Library
from h5p.scoring.fields import Params
from h5p.scoring.kinds import (
    CannotVerify,
    CompletionOnly,
    Container,
    Kind,
    Piece,
    Registry,
    Scored,
    Unverifiable,
)
from h5p.scoring.marks import NOTHING, Outcome, Question, State
from h5p.scoring.official import OFFICIAL
from h5p.scoring.plain import clean
from h5p.scoring.submission import InvalidSubmission, Statement

_DEEPEST = 12
_DRAWN = "the browser drew the questions"
_NAMELESS = Unverifiable("it has no id that says which answers are its")


def score(
    library: Library | str,
    params: Params,
    submission: Statement,
    *,
    content_id: str = "",
    title: str = "",
    registry: Registry = OFFICIAL,
) -> Outcome:
    """Recomputes the marks of what was handed in.

    `params` is the content.json of the version that was played. Give `content_id` to refuse
    answers to another content. Raises InvalidSubmission where the answers are not to this one.
    """
    told = content_id or submission.content_id
    for statement in submission.tree():
        if statement.content_id not in ("", told):
            raise InvalidSubmission(statement.place, "belongs to another content")
    piece = Piece(str(library), params, title=title)
    return Outcome(tuple(_Judge(registry).questions(piece, submission, 0)))


class _Judge:
    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def questions(
        self, piece: Piece, statement: Statement | None, depth: int
    ) -> Iterator[Question]:
        kind: Kind = piece.kind or self.registry.find(piece.library)
        if isinstance(kind, Container) and depth > _DEEPEST:
            kind = Unverifiable("it is nested too deeply")
        if isinstance(kind, Scored):
            yield _marked(kind, piece, statement)
        elif isinstance(kind, Container):
            yield from self.within(kind, piece, statement, depth)
        elif isinstance(kind, Unverifiable):
            yield _unverifiable(piece, statement, kind.reason)

    def within(
        self, kind: Container, piece: Piece, statement: Statement | None, depth: int
    ) -> Iterator[Question]:
        in_order = kind.in_order(piece.params)
        pieces = [
            self.known(replace(inner, library=inner.library or piece.library), in_order)
            for inner in kind.pieces(piece.params)
        ]
        answered = _match(pieces, statement)
        judged = [
            tuple(self.questions(inner, given, depth + 1))
            for inner, given in zip(pieces, answered, strict=True)
        ]
        if drawn := int(kind.drawn(piece.params)):
            judged = _drawn(judged, answered, drawn, statement)
        for questions in judged:
            yield from questions

    def known(self, piece: Piece, in_order: bool) -> Piece:
        kind = piece.kind or self.registry.find(piece.library)
        if piece.sub_content_id or in_order or isinstance(kind, CompletionOnly):
            return piece
        return replace(piece, kind=_NAMELESS)


def _match(pieces: Sequence[Piece], statement: Statement | None) -> list[Statement | None]:
    """To each piece its answers, by id; those without id keep their order."""
    waiting: dict[str, deque[Statement]] = {piece.sub_content_id: deque() for piece in pieces}
    nameless = any(piece.kind is _NAMELESS for piece in pieces)
    for child in statement.children if statement else ():
        if nameless and not child.sub_content_id:
            continue
        if child.sub_content_id not in waiting:
            raise InvalidSubmission(child.place, "answers nothing in this content")
        waiting[child.sub_content_id].append(child)
    matched = [
        waiting[piece.sub_content_id].popleft() if waiting[piece.sub_content_id] else None
        for piece in pieces
    ]
    for child in (child for rest in waiting.values() for child in rest):
        raise InvalidSubmission(child.place, "is there twice")
    return matched


def _drawn(
    judged: Sequence[tuple[Question, ...]],
    answered: Sequence[Statement | None],
    drawn: int,
    statement: Statement | None,
) -> list[tuple[Question, ...]]:
    """Of a pool: what was answered, and where that is too little, the heaviest of the rest."""
    place = statement.place if statement else ""
    shown = [questions for questions, given in zip(judged, answered, strict=True) if given]
    rest = [questions for questions, given in zip(judged, answered, strict=True) if not given]
    if len(shown) > drawn:
        raise InvalidSubmission(place, f"answers more than the {drawn} questions drawn")
    rest.sort(key=lambda questions: Outcome(questions).maximum, reverse=True)
    return [
        tuple(_claimed(question) for question in questions)
        for questions in (*shown, *rest[: drawn - len(shown)])
    ]


def _claimed(question: Question) -> Question:
    if question.state is State.UNVERIFIABLE:
        return question
    return replace(question, state=State.CLAIMED, reason=_DRAWN)


def _marked(kind: Scored, piece: Piece, statement: Statement | None) -> Question:
    if statement and statement.children:
        raise InvalidSubmission(statement.children[0].place, "answers nothing in this content")
    try:
        mark = kind.mark(piece.params, statement.response if statement else None)
    except CannotVerify as refusal:
        return _unverifiable(piece, statement, str(refusal))
    return Question(
        library=piece.library,
        sub_content_id=piece.sub_content_id,
        state=State.VERIFIED,
        question=mark.question or piece.title,
        given=mark.given,
        right=mark.right,
        points=mark.points,
        maximum=mark.out_of,
        parts=mark.parts,
    )


def _unverifiable(piece: Piece, statement: Statement | None, reason: str) -> Question:
    return Question(
        library=piece.library,
        sub_content_id=piece.sub_content_id,
        state=State.UNVERIFIABLE,
        question=piece.title,
        given=clean((statement.response if statement else None) or ""),
        right="",
        points=NOTHING,
        maximum=NOTHING,
        reason=reason,
    )
