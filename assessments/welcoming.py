"""What the home page tells authors of their questions."""

from __future__ import annotations

from django.db.models import Avg, Count
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Attempt, Question, Slot
from cadres.models import Role
from cadres.scopes import Access
from kit.numbers import format_number
from kit.tiles import Line, Tile

ATTEMPTS_LOOKED_AT = 300
LEAST_ANSWERS = 10
SHOWN = 3


def tiles_for(access: Access) -> list[Tile]:
    """Three queries over the newest attempts alone, for authors."""
    if not access.has(Role.TRAINER, Role.REVIEWER):
        return []
    path = reverse("wagtailsnippets_assessments_question:list")
    return [Tile(_("Questions most often answered wrong"), path, _hardest() or [_nothing(path)])]


def _hardest() -> list[Line]:
    newest = Attempt.objects.filter(finished_at__isnull=False).order_by("-finished_at")
    attempts = list(newest.values_list("pk", flat=True)[:ATTEMPTS_LOOKED_AT])
    asked = (
        Slot.objects.filter(attempt__in=attempts, fraction__isnull=False)
        .order_by()
        .values("question_version__question")
        .annotate(answers=Count("pk"), fraction=Avg("fraction"))
        .filter(answers__gte=LEAST_ANSWERS)
        .order_by("fraction", "question_version__question")[:SHOWN]
    )
    found = list(asked)
    questions = Question.objects.in_bulk([row["question_version__question"] for row in found])
    return [
        Line(
            _("%(percent)s%% right: %(question)s")
            % {
                "percent": format_number(round(row["fraction"] * 100)),
                "question": questions[row["question_version__question"]],
            },
            reverse(
                "wagtailsnippets_assessments_question:edit",
                args=[row["question_version__question"]],
            ),
        )
        for row in found
    ]


def _nothing(path: str) -> Line:
    return Line(_("No question has been answered often enough to say"), path)
