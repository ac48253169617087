"""A completed course asks for its certificate; a course is published only with an issuer."""

from __future__ import annotations

from typing import Any

from celery import current_app
from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cadres.signals import reorganisation_planned
from certificates.models import Issuer
from content.models import CoursePage
from courses.models import Completion
from courses.publishing import Gap, publishing_check
from courses.signals import course_completed


@receiver(course_completed)
def on_completed(completion: Completion, **_kwargs: Any) -> None:
    transaction.on_commit(
        lambda: current_app.send_task("certificates.issue_certificate", args=[completion.pk])
    )


@publishing_check
def issuer_gaps(course: CoursePage) -> list[Gap]:
    """That a unit is named at all is asked for below."""
    if course.issuing_unit and not Issuer.objects.filter(unit=course.issuing_unit).exists():
        words = _("The issuing unit has no certificate settings (number, place, signer) yet.")
        return [Gap(words, course)]
    return []


@receiver(reorganisation_planned)
def on_planned(ended_ids: set[int], **_kwargs: Any) -> list[tuple[str, str]]:
    """An issuer whose unit ends must be set up anew elsewhere; what it issued stays."""
    words = gettext("Its unit ends. What it issued stays valid; set up the next issuer.")
    return [(issuer.name, words) for issuer in Issuer.objects.filter(unit__in=ended_ids)]
