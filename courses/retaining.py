"""Erasing old traces of learning; progress and completions do not change by it."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy

from cadres.models.people import CadreQuerySet
from courses.models import LessonVisit, Obligation, PracticeAnswer
from kit.dates import today
from operations.retaining import Keeping


def end_visits(before: datetime, is_trial: bool) -> int:
    """All but the newest of each enrolment, which says where the learner was."""
    newest = LessonVisit.objects.filter(enrolment=OuterRef("enrolment"))
    last = newest.order_by("-visited_at", "-pk").values("pk")[:1]
    old = LessonVisit.objects.filter(visited_at__lt=before)
    ids = list(old.annotate(last=Subquery(last)).values_list("pk", "last"))
    gone = [pk for pk, kept in ids if pk != kept]
    if not is_trial:
        for start in range(0, len(gone), 500):
            LessonVisit.objects.filter(pk__in=gone[start : start + 500]).delete()
    return len(gone)


def end_practice(before: datetime, is_trial: bool) -> int:
    old = PracticeAnswer.objects.filter(answered_at__lt=before)
    return old.count() if is_trial else old.delete()[0]


def spare_who_owe(cadres: CadreQuerySet, on: date | None = None) -> CadreQuerySet:
    """Whoever still owes a course whose day has not passed is needed by name."""
    owed = Obligation.objects.standing().with_completion().filter(cadre=OuterRef("pk"))
    running = owed.filter(is_done=False, due_on__gte=on or today())
    return cadres.exclude(Exists(running))


KEEPINGS = [
    Keeping("visits", gettext_lazy("Visits to lessons"), gettext_lazy("the visit"), end_visits),
    Keeping(
        "practice",
        gettext_lazy("Answers to practice questions"),
        gettext_lazy("the answer"),
        end_practice,
    ),
]
