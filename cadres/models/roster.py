"""Runs of the roster import: what a list said, what was decided, what was written."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cadres.models.people import Cadre
from cadres.models.units import Unit
from kit.dates import now, today
from operations.models import ChangeSet, Job

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from cadres.scopes import Access


class RosterRunQuerySet(models.QuerySet["RosterRun"]):
    def visible_to(self, access: Access) -> Self:
        """One's own; auditors and administrators see all."""
        if access.has("auditor", "admin"):
            return self
        return self.filter(started_by=access.user_id, started_by__isnull=False)


class RosterRun(models.Model):
    """One list that came in: its file, its differences and decisions, what it wrote."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        REFUSED = "refused", _("Cannot be read")
        OPEN = "open", _("Waiting for decisions")
        WRITTEN = "written", _("Written")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", pgettext_lazy("roster", "Put aside")

    class Coverage(models.TextChoices):
        """Whether who is not in the list has left."""

        PART = "part", _("No: it holds some people")
        LISTED = "listed", _("Yes, for every unit that occurs in it")
        BELOW = "below", _("Yes, for a unit and all below it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    file = models.CharField(max_length=200, blank=True)
    effective_on = models.DateField(default=today)
    coverage = models.CharField(max_length=6, choices=Coverage.choices, default=Coverage.PART)
    covers = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKING)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(default=now)
    counts = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    guessed = models.CharField(max_length=20, blank=True)
    # Ending the posts of more people than this stops a run; a list may state less, never more.
    MOST_LEAVING = 10
    # So many may leave even a small unit, where no lower share is stated.
    FEW_LEAVING = 5
    stop_share = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(MOST_LEAVING))
    stop_above = models.PositiveIntegerField(default=FEW_LEAVING)
    overruled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    overruled_reason = models.TextField(blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    written = models.JSONField(default=dict)
    change_set = models.OneToOneField(ChangeSet, models.PROTECT, null=True, related_name="+")
    differences: RelatedManager[RosterDifference]

    objects = RosterRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("roster run")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["written", "undone"])
                | Q(written_at__isnull=False, change_set__isnull=False),
                name="cadres_roster_run_written_whole",
            ),
            models.CheckConstraint(
                condition=Q(stop_share__gte=0, stop_share__lte=100),
                name="cadres_roster_run_share",
            ),
            models.CheckConstraint(
                condition=~Q(coverage="below") | Q(covers__isnull=False),
                name="cadres_roster_run_covers",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RosterDifferenceQuerySet(models.QuerySet["RosterDifference"]):
    def undecided(self) -> Self:
        """Of lists that wait to be written."""
        return self.filter(run__state=RosterRun.State.OPEN, decision="")

    def about(self) -> Iterator[tuple[uuid.UUID, set[int]]]:
        """The run of each, and the records it is about or may be about."""
        for run_id, cadre_id, candidates in self.values_list(
            "run_id", "cadre_id", "details__candidates"
        ):
            yield run_id, {cadre_id} if cadre_id else set(candidates or ())


class RosterDifference(models.Model):
    """One way in which a list differs from the records, and what was decided about it."""

    class Kind(models.TextChoices):
        NEW = "new", pgettext_lazy("roster", "New")
        CHANGED = "changed", pgettext_lazy("roster", "Changed")
        EDITED = "edited", pgettext_lazy("roster", "Corrected by hand here")
        DUPLICATE = "duplicate", pgettext_lazy("roster", "Perhaps known")
        LEFT = "left", pgettext_lazy("roster", "Not in the list")
        LACKING = "lacking", pgettext_lazy("roster", "Data lacking")

    class Decision(models.TextChoices):
        TAKE = "take", pgettext_lazy("roster", "Take")
        KEEP = "keep", pgettext_lazy("roster", "Keep ours")
        SKIP = "skip", pgettext_lazy("roster", "Skip")
        SAME = "same", pgettext_lazy("roster", "Same person")

    run = models.ForeignKey(RosterRun, models.CASCADE, related_name="differences")
    key = models.CharField(max_length=40)
    row = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120)
    place = models.CharField(max_length=250, blank=True)
    born = models.CharField(max_length=10, blank=True)
    cadre = models.ForeignKey(Cadre, models.PROTECT, null=True, related_name="+")
    details = models.JSONField(default=dict)
    decision = models.CharField(max_length=4, choices=Decision.choices, blank=True)
    same_as = models.ForeignKey(Cadre, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = RosterDifferenceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("difference of a roster")
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="cadres_roster_difference_once"),
            models.CheckConstraint(
                condition=Q(decision="same", same_as__isnull=False)
                | (~Q(decision="same") & Q(same_as=None)),
                name="cadres_roster_difference_same_as",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "kind", "decision"], name="cadres_roster_difference_kind")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_kind_display()}"


class RosterMemory(models.Model):
    """What the last list said of a cadre, and what was refused: tells a hand's edit from a list's.

    Both map a field to its value in the form that is compared (`roster.records`).
    """

    cadre = models.OneToOneField(Cadre, models.CASCADE, primary_key=True, related_name="+")
    said = models.JSONField(default=dict)
    refused = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("memory of a roster")

    def __str__(self) -> str:
        return f"{self.cadre_id}"

    def hears(self, said: dict[str, Any], refused: dict[str, Any]) -> bool:
        """Whether this is news."""
        return self.said != said or self.refused != refused
