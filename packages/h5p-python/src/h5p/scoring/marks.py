"""What scoring tells: a mark for one question, and the outcome of a whole content."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

NOTHING = Decimal(0)


class State(StrEnum):
    """How far a result can be believed; listed from best to worst."""

    VERIFIED = "verified"  # recomputed here, from responses and content
    CLAIMED = "claimed"  # rests on something only the browser can know
    UNVERIFIABLE = "unverifiable"  # something that counts cannot be recomputed


@dataclass(frozen=True)
class Part:
    """One blank, one word, one option: what was given, what is right, in words."""

    given: str
    right: str
    correct: bool


@dataclass(frozen=True)
class Mark:
    """What one question is worth; a scorer returns it."""

    points: Decimal
    out_of: Decimal
    question: str = ""  # plain text
    given: str = ""
    right: str = ""
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if not NOTHING <= self.points <= self.out_of:
            raise ValueError(f"{self.points} points out of {self.out_of}")

    @property
    def correct(self) -> bool:
        return self.points == self.out_of


@dataclass(frozen=True)
class Question:
    """One line of the report."""

    library: str
    sub_content_id: str  # empty for the content itself
    state: State
    question: str
    given: str
    right: str
    points: Decimal
    maximum: Decimal
    parts: tuple[Part, ...] = ()
    reason: str = ""  # why it is not verified

    @property
    def correct(self) -> bool:
        return self.state is not State.UNVERIFIABLE and self.points == self.maximum


@dataclass(frozen=True)
class Outcome:
    questions: tuple[Question, ...]

    @property
    def state(self) -> State:
        """The worst of the questions'. Where nothing was asked, completion is only claimed."""
        states = {question.state for question in self.questions} or {State.CLAIMED}
        return max(states, key=list(State).index)

    @property
    def points(self) -> Decimal:
        """Of what could be recomputed; a mark only where the state is verified."""
        return sum((question.points for question in self.questions), NOTHING)

    @property
    def maximum(self) -> Decimal:
        return sum((question.maximum for question in self.questions), NOTHING)

    @property
    def fraction(self) -> Decimal | None:
        return self.points / self.maximum if self.maximum else None
