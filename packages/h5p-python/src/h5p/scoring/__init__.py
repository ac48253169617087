"""Recomputes what a learner's answers are worth; the browser's own score is not looked at."""

from h5p.scoring.fields import Params
from h5p.scoring.judging import score
from h5p.scoring.kinds import (
    CannotVerify,
    CompletionOnly,
    Container,
    Kind,
    Piece,
    Registry,
    Scored,
    Scorer,
    Unverifiable,
)
from h5p.scoring.marks import Mark, Outcome, Part, Question, State
from h5p.scoring.official import OFFICIAL, official, register
from h5p.scoring.playing import score_package
from h5p.scoring.submission import (
    InvalidSubmission,
    Statement,
    SubmissionLimits,
    read_submission,
)

__all__ = [
    "OFFICIAL",
    "CannotVerify",
    "CompletionOnly",
    "Container",
    "InvalidSubmission",
    "Kind",
    "Mark",
    "Outcome",
    "Params",
    "Part",
    "Piece",
    "Question",
    "Registry",
    "Scored",
    "Scorer",
    "State",
    "Statement",
    "SubmissionLimits",
    "Unverifiable",
    "official",
    "read_submission",
    "register",
    "score",
    "score_package",
]
