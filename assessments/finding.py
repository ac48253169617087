"""Finding questions by words, written with or without accents."""

from __future__ import annotations

from assessments.models import Question, QuestionVersion
from kit.text import fold


def find_questions(query: str) -> list[int]:
    """The ids of the questions whose code, topic or newest stem has every word of the query
    at the beginning of some word."""
    words = fold(query).split()
    newest = Question.objects.with_latest_version().values("latest_id")
    rows = QuestionVersion.objects.filter(pk__in=newest).values_list(
        "question_id", "question__code", "question__topic", "stem"
    )
    return [pk for pk, *texts in rows if _has_all(" ".join(texts), words)]


def _has_all(text: str, words: list[str]) -> bool:
    folded = f" {fold(text)}"
    return all(f" {word}" in folded for word in words)
