"""The code that plays interactive content: one row a version, and who let it in."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from h5p.libraries import Library, Release, read_release
from kit.dates import now


class LibraryQuerySet(models.QuerySet["LibraryVersion"]):
    def approved(self) -> Self:
        return self.filter(state=LibraryVersion.State.APPROVED)

    def waiting(self) -> Self:
        return self.filter(state=LibraryVersion.State.PROPOSED)

    def serving(self) -> Self:
        """The approved version with the highest patch of every major.minor: the one that plays."""
        place = Window(
            RowNumber(),
            partition_by=[F("machine_name"), F("major"), F("minor")],
            order_by=F("patch").desc(),
        )
        return self.approved().annotate(place=place).filter(place=1)

    def of(self, library: Library) -> Self:
        """Every patch of a major.minor."""
        return self.filter(
            machine_name=library.machine_name, major=library.major, minor=library.minor
        )


class LibraryVersion(models.Model):
    """One version of a library, known by the digest of its bytes.

    `files` is `{path: {"digest", "size"}}`; `definition` is its library.json. A version that has
    been proposed twice with other bytes is two rows; at most one of them is approved.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("library", "Waiting for approval")
        APPROVED = "approved", pgettext_lazy("library", "Approved")
        REFUSED = "refused", pgettext_lazy("library", "Refused")

    machine_name = models.CharField(max_length=255)
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField()
    patch = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    licence = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField()
    files = models.JSONField()
    definition = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = LibraryQuerySet.as_manager()

    class Meta:
        ordering = ["machine_name", "-major", "-minor", "-patch", "id"]
        verbose_name = _("library of interactive content")
        constraints = [
            models.UniqueConstraint(
                fields=["machine_name", "major", "minor", "patch", "digest"],
                name="media_library_bytes_once",
            ),
            models.UniqueConstraint(
                fields=["machine_name", "major", "minor", "patch"],
                condition=Q(state="approved"),
                name="media_library_version_approved_once",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None)
                | ~Q(state="proposed") & Q(decided_at__isnull=False),
                name="media_library_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="media_library_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.machine_name} {self.number}"

    @property
    def number(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def library(self) -> Library:
        """What contents ask for: the major.minor, whatever the patch."""
        return Library(self.machine_name, self.major, self.minor)

    @property
    def release(self) -> Release:
        return read_release(self.definition)
