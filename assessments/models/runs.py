"""Runs of interactive content: what was sent is kept, what it is worth is worked out here."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from cadres.models import Cadre
from kit.dates import now
from media.models import InteractiveRevision

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Strength(models.TextChoices):
    """How far a result can be believed."""

    VERIFIED = "verified", pgettext_lazy("result", "Verified by the server")
    CLAIMED = "claimed", pgettext_lazy("result", "Only the browser's word")
    UNVERIFIABLE = "unverifiable", pgettext_lazy("result", "Cannot be verified")


class Run(models.Model):
    """One playing of one revision by one cadre. Its id is the registration, given by the server.

    `place` is where it is played: the id of the block in the lesson. `points` and `maximum` are
    worked out from the responses; what a browser says of points is not looked at.
    """

    # What was answered in time may arrive this much after the end.
    GRACE = timedelta(minutes=2)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="+")
    revision = models.ForeignKey(InteractiveRevision, models.PROTECT, related_name="+")
    place = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # False of a finished run: its time passed and nothing had come.
    is_handed_in = models.BooleanField(default=False)
    strength = models.CharField(max_length=12, choices=Strength.choices, blank=True)
    points = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    maximum = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    states: RelatedManager[RunState]
    questions: RelatedManager[RunQuestion]
    submission: RunSubmission

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["cadre", "place", "number"], name="assessments_run_number_once"
            ),
            models.UniqueConstraint(
                fields=["cadre", "place"],
                condition=Q(finished_at=None),
                name="assessments_run_one_open",
            ),
            models.CheckConstraint(
                condition=Q(deadline=None) | Q(deadline__gt=F("started_at")),
                name="assessments_run_has_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    finished_at=None, is_handed_in=False, strength="", points=None, maximum=None
                )
                | Q(finished_at__isnull=False, points__isnull=False, maximum__isnull=False)
                & Q(strength__in=["verified", "claimed", "unverifiable"]),
                name="assessments_run_scored_when_finished",
            ),
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__gte=0, points__lte=F("maximum")),
                name="assessments_run_points_in_range",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_verified(self) -> bool:
        return self.strength == Strength.VERIFIED

    def is_open_at(self, at: datetime) -> bool:
        in_time = self.deadline is None or at < self.deadline + self.GRACE
        return self.finished_at is None and in_time


class RunState(models.Model):
    """Where the learner is in a run, as the content itself writes it down; the newest replaces."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="states")
    part = models.CharField(max_length=200)
    kind = models.CharField(max_length=50)
    content = models.TextField()
    saved_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "part", "kind"], name="assessments_run_state_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.part}"


class RunSubmission(models.Model):
    """What was handed in, as it was sent (JSON); at most one a run."""

    run = models.OneToOneField(Run, models.PROTECT, primary_key=True, related_name="submission")
    content = models.TextField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.run_id)


class RunQuestion(models.Model):
    """One line of a run's report, as the server worked it out."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=200, blank=True)
    library = models.CharField(max_length=280)
    question = models.TextField(blank=True)
    given = models.TextField(blank=True)
    right = models.TextField(blank=True)
    strength = models.CharField(max_length=12, choices=Strength.choices)
    points = models.DecimalField(max_digits=9, decimal_places=3)
    maximum = models.DecimalField(max_digits=9, decimal_places=3)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "position"], name="assessments_run_question_once"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=F("maximum")),
                name="assessments_run_question_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position}"
