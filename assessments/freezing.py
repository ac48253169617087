"""Freezing an author's paper into a version that can be sat and is never changed again."""

from __future__ import annotations

from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.models import Paper, PaperVersion
from assessments.writing import content_hash


def gaps_of(paper: Paper) -> list[str | Promise]:
    """What keeps the paper from being sat, in the author's words."""
    available = paper.bank.questions.for_papers().count()
    if available < paper.draw:
        return [
            format_lazy(
                _("The paper draws {draw} questions but its bank has only {available}."),
                draw=paper.draw,
                available=available,
            )
        ]
    return []


@transaction.atomic
def freeze(paper: Paper) -> PaperVersion:
    """The version for the paper as it is now; an unchanged paper keeps its newest version."""
    questions = paper.bank.questions.for_papers().with_latest_version()
    pool = sorted(questions.values_list("latest_id", flat=True))
    digest = content_hash(
        paper.title, paper.draw, paper.minutes, paper.tries, f"{paper.pass_grade:.2f}", pool
    )
    latest = paper.versions.order_by("-number").first()
    if latest and latest.content_hash == digest:
        return latest
    version = PaperVersion.objects.create(
        paper=paper,
        number=latest.number + 1 if latest else 1,
        title=paper.title,
        draw=paper.draw,
        minutes=paper.minutes,
        tries=paper.tries,
        pass_grade=paper.pass_grade,
        content_hash=digest,
    )
    version.pool.set(pool)
    return version
