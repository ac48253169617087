"""What a learner is shown of an attempt: the questions while it runs, the verdicts afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assessments.kinds import get_kind
from assessments.kinds.base import ONE, ZERO, chosen_of
from assessments.merging import Said, merged, said_in
from assessments.models import Attempt, QuestionCitation, Slot
from media.citing import Cited, cited, with_documents


@dataclass(frozen=True)
class ShownChoice:
    """`is_right` is None where it is kept back."""

    key: str
    text: str
    is_chosen: bool
    is_right: bool | None = None
    feedback: str = ""


@dataclass(frozen=True)
class ShownQuestion:
    """`verdict` is `right`, `partial`, `wrong` or `blank`; empty while the attempt runs."""

    position: int
    stem: str
    many: bool
    choices: list[ShownChoice]
    answered_at: datetime | None
    verdict: str = ""
    explanation: str = ""
    topic: str = ""
    cites: Sequence[Cited] = ()

    @property
    def chosen(self) -> list[str]:
        return [choice.key for choice in self.choices if choice.is_chosen]

    @property
    def is_answered(self) -> bool:
        return bool(self.chosen)


@dataclass(frozen=True)
class Sheet:
    """The questions with the answers given; `version` is the newest event they know of."""

    questions: list[ShownQuestion]
    version: int

    @property
    def unanswered(self) -> list[int]:
        return [question.position for question in self.questions if not question.is_answered]

    @property
    def answered_count(self) -> int:
        return len(self.questions) - len(self.unanswered)


def sheet_of(attempt: Attempt) -> Sheet:
    """The running attempt: nothing here says what is right. Two queries."""
    slots = attempt.slots.select_related("question_version").defer("question_version__feedback")
    words = said_in(attempt)
    counting = merged(words)
    questions = [_open(slot, counting.get(slot.pk)) for slot in slots]
    return Sheet(questions, max((said.id for said in words), default=0))


def _open(slot: Slot, said: Said | None) -> ShownQuestion:
    question = slot.question_version
    chosen = chosen_of(said.response) if said else frozenset()
    texts = {choice["key"]: choice["text"] for choice in question.body["choices"]}
    return ShownQuestion(
        position=slot.position,
        stem=question.stem,
        many=get_kind(question.kind).many,
        choices=[ShownChoice(key, texts[key], key in chosen) for key in slot.choice_order],
        answered_at=said.answered_at if said and chosen else None,
    )


def answers_now(attempt: Attempt) -> tuple[dict[int, list[str]], int]:
    """What counts now by position, and the newest event it knows of: for a page to catch up."""
    words = said_in(attempt)
    positions = dict(attempt.slots.values_list("pk", "position"))
    counting = merged(words)
    answers = {positions[pk]: list(said.response["chosen"]) for pk, said in counting.items()}
    return answers, max((said.id for said in words), default=0)


def may_reveal(attempts: Sequence[Attempt], tries: int) -> bool:
    """Whether right answers are shown: once the learner has passed, or has no try left.

    While a failed learner may try again, the result shows the verdict on each question, the
    feedback to what was chosen, the explanation and the lesson to read again, but not which
    choice is right: the next try should come from reading, not from copying. A try that is
    still running keeps everything back, even after an earlier pass.
    """
    if any(not attempt.is_finished for attempt in attempts):
        return False
    return any(attempt.passed for attempt in attempts) or len(attempts) >= tries


def results_of(attempt: Attempt, *, reveals: bool, on: date) -> list[ShownQuestion]:
    """The finished attempt, question by question; right answers only if `reveals`. Three queries.

    What a question rests on is told with its state of the day `on`.
    """
    slots = attempt.slots.select_related("question_version__question")
    counting = merged(said_in(attempt))
    cites = _cites_in(attempt)
    return [
        _closed(
            slot, counting.get(slot.pk), reveals, cited(cites.get(slot.question_version_id, []), on)
        )
        for slot in slots
    ]


def _cites_in(attempt: Attempt) -> dict[int, list[QuestionCitation]]:
    """By the id of the question's version."""
    versions = attempt.slots.values("question_version")
    found: dict[int, list[QuestionCitation]] = {}
    for row in with_documents(QuestionCitation.objects.filter(version__in=versions)):
        found.setdefault(row.version_id, []).append(row)
    return found


def _closed(slot: Slot, said: Said | None, reveals: bool, cites: Sequence[Cited]) -> ShownQuestion:
    question = slot.question_version
    chosen = chosen_of(said.response) if said else frozenset()
    choices = {choice["key"]: choice for choice in question.body["choices"]}
    return ShownQuestion(
        position=slot.position,
        stem=question.stem,
        many=get_kind(question.kind).many,
        choices=[_judged(choices[key], key in chosen, reveals) for key in slot.choice_order],
        answered_at=said.answered_at if said and chosen else None,
        verdict=_verdict(slot, chosen),
        explanation=question.feedback,
        topic=question.question.topic,
        cites=cites,
    )


def _judged(choice: dict[str, Any], is_chosen: bool, reveals: bool) -> ShownChoice:
    shows = is_chosen or (reveals and choice["right"])
    return ShownChoice(
        key=choice["key"],
        text=choice["text"],
        is_chosen=is_chosen,
        is_right=choice["right"] if reveals else None,
        feedback=choice["feedback"] if shows else "",
    )


def _verdict(slot: Slot, chosen: frozenset[str]) -> str:
    fraction = slot.fraction or ZERO
    if not chosen and not fraction:  # an old answer may be erased; its mark is kept
        return "blank"
    if fraction == ONE:
        return "right"
    return "partial" if fraction else "wrong"
