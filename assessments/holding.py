"""What this floor holds about a cadre."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext as _

from assessments.models import Attempt, Run
from cadres.models import Cadre
from kit.held import Held


def held_about(cadre: Cadre) -> list[Held]:
    return [_tries(cadre), _runs(cadre)]


def _runs(cadre: Cadre) -> Held:
    rows = Run.objects.filter(cadre=cadre).select_related("revision", "submission")
    return Held(
        "runs",
        _("Interactive exercises: runs, results and answers"),
        _("So that you go on where you were, and a lesson that must be finished is."),
        [
            _("Exercise"),
            _("Try"),
            _("Begun at"),
            _("Ended at"),
            _("How sure"),
            _("Points"),
            _("Answers as they were handed in"),
        ],
        [
            (
                row.revision.title,
                row.number,
                row.started_at,
                row.finished_at,
                row.get_strength_display(),
                row.points if row.is_verified else None,
                row.submission.content if hasattr(row, "submission") else "",
            )
            for row in rows.order_by("-started_at")
        ],
        rule="runs",
    )


def _tries(cadre: Cadre) -> Held:
    rows = (
        Attempt.objects.filter(sitting__cadre=cadre)
        .select_related("sitting__paper_version")
        .annotate(answers=Count("slots__events"))
        .order_by("-started_at")
    )
    return Held(
        "tries",
        _("Tests: tries, grades and answers"),
        _("They decide whether you have completed a course."),
        [_("Paper"), _("Try"), _("Begun at"), _("Ended at"), _("Grade"), _("Answers kept")],
        [
            (
                row.sitting.paper_version.title,
                row.number,
                row.started_at,
                row.finished_at,
                row.grade,
                row.answers,
            )
            for row in rows
        ],
        rule="answers",
    )
