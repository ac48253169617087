"""Writing questions: every change of what is asked makes the next version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from assessments.kinds import get_kind
from assessments.models import Question, QuestionBank, QuestionCitation, QuestionVersion
from kit.dates import now
from kit.text import clean
from media.citing import Cite, rows_of, tidy


def content_hash(*parts: object) -> str:
    """SHA-256 (hex) of the parts as canonical JSON."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def write_question(
    bank: QuestionBank,
    code: str,
    *,
    kind: str,
    stem: str,
    body: Mapping[str, Any],
    feedback: str = "",
    topic: str = "",
    practice_only: bool = False,
    cites: Iterable[Cite] = (),
    by: User | None = None,
) -> QuestionVersion:
    """Adds or changes a question; saying the same again leaves the version as it is."""
    checked = get_kind(kind).check(body)
    question, _is_new = Question.objects.update_or_create(
        code=code, defaults={"bank": bank, "topic": topic, "practice_only": practice_only}
    )
    rests_on = tidy(cites)
    # Nothing more than before where nothing is cited: what was written earlier stays as it is.
    cited = [[[cite.document_id, cite.article] for cite in rests_on]] if rests_on else []
    digest = content_hash(kind, clean(stem), checked, clean(feedback), *cited)
    latest = question.versions.order_by("-number").first()
    if latest and latest.content_hash == digest:
        return latest
    version = QuestionVersion.objects.create(
        question=question,
        number=latest.number + 1 if latest else 1,
        kind=kind,
        stem=clean(stem),
        body=checked,
        feedback=clean(feedback),
        content_hash=digest,
        created_by=by,
    )
    QuestionCitation.objects.bulk_create(rows_of(QuestionCitation, rests_on, version=version))
    return version


def retire(question: Question, is_retired: bool, *, at: datetime | None = None) -> None:
    """A retired question is drawn no more; tries and editions that have it keep it."""
    if is_retired == (question.retired_at is not None):
        return
    question.retired_at = (at or now()) if is_retired else None
    question.save(update_fields=["retired_at"])
