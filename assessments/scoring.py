"""What a run's answers are worth. The only module that knows the library that works it out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from assessments.models import Strength
from h5p.scoring import (
    InvalidSubmission,
    Mark,
    Params,
    Scored,
    read_submission,
    register,
    score,
)
from kit.errors import Refusal
from media.h5p_scoring import SCORERS as own_scorers
from media.models import InteractiveRevision

_PLACES = Decimal("0.001")


def _own(name: str) -> Scored:
    """How a content type of the house is marked, as the library wants it said."""

    def mark(params: Params, response: str | None) -> Mark:
        points, most = own_scorers[name](dict(params), response or "")
        return Mark(points, most, given=response or "")

    return Scored(mark)


for _name in own_scorers:
    register(_name, _own(_name))


@dataclass(frozen=True)
class Line:
    """One question of a run."""

    part: str
    library: str
    question: str
    given: str
    right: str
    strength: Strength
    points: Decimal
    maximum: Decimal
    reason: str


@dataclass(frozen=True)
class Outcome:
    strength: Strength
    points: Decimal
    maximum: Decimal
    lines: list[Line]


def score_run(revision: InteractiveRevision, submission: str) -> Outcome:
    """From the responses and the content that was played; the browser's own figures do not count.

    Refusal when what was handed in does not belong to this content.
    """
    try:
        found = score(
            str(revision.library),
            revision.filtered or {},
            read_submission(submission),
            title=revision.title,
        )
    except InvalidSubmission as invalid:
        raise Refusal(unreadable(), status=400) from invalid
    lines = [
        Line(
            part=question.sub_content_id,
            library=question.library,
            question=question.question,
            given=question.given,
            right=question.right,
            strength=Strength(question.state.value),
            points=_rounded(question.points),
            maximum=_rounded(question.maximum),
            reason=question.reason[:300],
        )
        for question in found.questions
    ]
    strength = Strength(found.state.value)
    return Outcome(strength, _rounded(found.points), _rounded(found.maximum), lines)


def unreadable() -> str:
    return _(
        "The answers could not be read, so nothing was marked. What you did is kept: open the"
        " exercise again and hand in once more."
    )


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_PLACES, rounding=ROUND_HALF_UP)
