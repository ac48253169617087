"""Attempts as events: every answer is appended; marks and grades follow from them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.models.papers import PaperVersion
from assessments.models.questions import QuestionVersion
from cadres.models import Cadre
from kit.dates import now

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Sitting(models.Model):
    """A cadre's permission to sit one version of a paper, as many times as it allows."""

    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="+")
    paper_version = models.ForeignKey(PaperVersion, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=now)
    attempts: RelatedManager[Attempt]

    def __str__(self) -> str:
        return f"{self.cadre_id} {self.paper_version_id}"


class Attempt(models.Model):
    """One try. It ends when it is submitted or when `deadline` passes, whichever is first."""

    class End(models.TextChoices):
        LEARNER = "learner", _("Submitted by the learner")
        DEADLINE = "deadline", _("Time was up")

    # An answer given before the deadline may arrive this much after it.
    GRACE = timedelta(minutes=2)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField()
    started_at = models.DateTimeField()
    deadline = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=End.choices, blank=True)
    grade = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)
    slots: RelatedManager[Slot]
    gradings: RelatedManager[Grading]

    class State(Enum):
        """What an attempt is at an instant."""

        RUNNING = "running"
        GRACE = "grace"  # over, but answers given in time may still arrive
        OVER = "over"  # over, not yet written down
        FINISHED = "finished"

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "number"], name="assessments_attempt_number_once"
            ),
            models.UniqueConstraint(
                fields=["sitting"],
                condition=Q(finished_at=None),
                name="assessments_attempt_one_running",
            ),
            models.CheckConstraint(
                condition=Q(deadline__gt=F("started_at")), name="assessments_attempt_has_time"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, grade=None, passed=None)
                | Q(finished_at__isnull=False, grade__isnull=False, passed__isnull=False),
                name="assessments_attempt_graded_when_finished",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def is_open_at(self, at: datetime) -> bool:
        """Whether answers given at `at` count: a function of facts, whenever a job runs."""
        return self.finished_at is None and at < self.deadline

    def state_at(self, at: datetime) -> State:
        """A pure function of the facts: no job need have run."""
        if self.finished_at is not None:
            return self.State.FINISHED
        if at < self.deadline:
            return self.State.RUNNING
        return self.State.GRACE if at < self.deadline + self.GRACE else self.State.OVER

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class Slot(models.Model):
    """One question of an attempt: the version drawn, the order of its choices, its weight."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField()
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    choice_order = models.JSONField(default=list)
    max_mark = models.DecimalField(max_digits=6, decimal_places=3, default=1)
    fraction = models.DecimalField(max_digits=8, decimal_places=7, null=True)
    events: RelatedManager[AnswerEvent]

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position"], name="assessments_slot_position_once"
            ),
            models.UniqueConstraint(
                fields=["attempt", "question_version"], name="assessments_slot_question_once"
            ),
            models.CheckConstraint(
                condition=Q(fraction=None) | Q(fraction__gte=0, fraction__lte=1),
                name="assessments_slot_fraction_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"


class AnswerEvent(models.Model):
    """An answer as it was sent. Events of several devices merge in any order, each once.

    `answered_at` is when it was given by the server's clock, worked out from the device's.
    """

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        LATE = "late", _("Refused: given after the end")

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="events")
    device = models.CharField(max_length=36)
    sequence = models.PositiveIntegerField()
    response = models.JSONField()
    answered_at = models.DateTimeField()
    received_at = models.DateTimeField(default=now)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)

    class Meta:
        ordering = ["answered_at", "device", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "device", "sequence"], name="assessments_event_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slot_id}/{self.device}/{self.sequence}"


class Grading(models.Model):
    """A grade given to an attempt. A regrade appends another; the newest one counts."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="gradings")
    fractions = models.JSONField()
    grade = models.DecimalField(max_digits=4, decimal_places=2)
    passed = models.BooleanField()
    graded_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.grade}"
