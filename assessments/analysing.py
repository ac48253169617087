"""What the answers say of the questions themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Avg, Count

from assessments.models import Question, QuestionVersion, Slot
from kit.dates import now
from kit.numbers import round_half_up

# Fewer answers say more of the people than of the question.
LEAST_ASKED = 20
LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Hard:
    """A question as it reads now, how often it was asked, and what share was earned, in percent."""

    version: QuestionVersion
    asked: int
    earned: Decimal


def hardest(count: int, *, at: datetime | None = None) -> list[Hard]:
    """The questions of final papers that earned least in the year before `at`; two queries."""
    graded = Slot.objects.filter(
        attempt__finished_at__gt=(at or now()) - LOOKED_BACK, fraction__isnull=False
    )
    asked = (
        graded.values("question_version__question")
        .annotate(asked=Count("pk"), earned=Avg("fraction"))
        .filter(asked__gte=LEAST_ASKED, earned__lt=1)
        .order_by("earned", "question_version__question")
        .values_list("question_version__question", "asked", "earned")
    )
    rows = list(asked[:count])
    newest = Question.objects.with_latest_version().filter(pk__in=[pk for pk, _a, _e in rows])
    now_reads = QuestionVersion.objects.filter(pk__in=newest.values("latest_id"))
    versions = {v.question_id: v for v in now_reads.select_related("question")}
    return [Hard(versions[pk], times, round_half_up(earned * 100)) for pk, times, earned in rows]
