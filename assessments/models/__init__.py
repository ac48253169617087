from assessments.models.attempts import AnswerEvent, Attempt, Grading, Sitting, Slot
from assessments.models.papers import Paper, PaperVersion
from assessments.models.questions import Question, QuestionBank, QuestionCitation, QuestionVersion
from assessments.models.runs import Run, RunQuestion, RunState, RunSubmission, Strength

__all__ = [
    "AnswerEvent",
    "Attempt",
    "Grading",
    "Paper",
    "PaperVersion",
    "Question",
    "QuestionBank",
    "QuestionCitation",
    "QuestionVersion",
    "Run",
    "RunQuestion",
    "RunState",
    "RunSubmission",
    "Sitting",
    "Slot",
    "Strength",
]
