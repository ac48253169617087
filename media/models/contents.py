"""Interactive content: what it is, and what it said each time it was saved."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.search import index

from accounts.models import User
from h5p.libraries import Library, library_named
from kit.dates import now

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class InteractiveQuerySet(models.QuerySet["Interactive"]):
    def with_latest(self) -> Self:
        """Annotates `latest_id`, the newest revision."""
        newest = InteractiveRevision.objects.filter(content=OuterRef("pk")).order_by("-number")
        return self.annotate(latest_id=Subquery(newest.values("pk")[:1]))


class Interactive(index.Indexed, models.Model):
    """A content's identity; what is played is one of its revisions."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=255)
    created_at = models.DateTimeField(default=now, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    revisions: RelatedManager[InteractiveRevision]

    objects = InteractiveQuerySet.as_manager()
    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("interactive content")
        verbose_name_plural = _("interactive contents")

    def __str__(self) -> str:
        return self.title

    @property
    def latest(self) -> InteractiveRevision | None:
        return self.revisions.order_by("-number").first()


class InteractiveRevision(models.Model):
    """A content as it was saved once and for all.

    `params` is what the package said, `filtered` what of it the libraries' semantics know, which is
    all that is ever played: null while a library waits for approval, and worked out anew when a
    library's patch changes. `needs` is `["H5P.Image 1.1"]`, `files` is
    `{path: {"digest", "size"}}`. `source` is what it was made from, where that was no package.
    """

    class Way(models.TextChoices):
        UPLOADED = "uploaded", pgettext_lazy("revision", "Uploaded")
        EDITED = "edited", pgettext_lazy("revision", "Edited in place")
        COPIED = "copied", pgettext_lazy("revision", "Made from another content")
        BEGUN = "begun", pgettext_lazy("revision", "Begun from a template")
        RESTORED = "restored", pgettext_lazy("revision", "Restored")
        MOVED = "moved", pgettext_lazy("revision", "Moved to another version")

    content = models.ForeignKey(Interactive, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    language = models.CharField(max_length=10)
    library_name = models.CharField(max_length=255)
    library_major = models.PositiveIntegerField()
    library_minor = models.PositiveIntegerField()
    needs = models.JSONField()
    metadata = models.JSONField(default=dict)
    params = models.JSONField()
    filtered = models.JSONField(null=True)
    files = models.JSONField()
    digest = models.CharField(max_length=64)
    way = models.CharField(max_length=8, choices=Way.choices)
    source = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["content_id", "-number"]
        verbose_name = _("revision of interactive content")
        constraints = [
            models.UniqueConstraint(fields=["content", "number"], name="media_revision_once"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="media_revision_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(way__in=["uploaded", "edited", "copied", "begun"])
                | models.Q(way__in=["restored", "moved"], source__isnull=False),
                name="media_revision_made_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and set(kwargs.get("update_fields") or ["everything"]) != {"filtered"}:
            raise TypeError("A revision is never changed; make the next one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A revision is never deleted; lessons and results point at it.")

    @property
    def library(self) -> Library:
        """The main one, which plays it."""
        return Library(self.library_name, self.library_major, self.library_minor)

    @property
    def needed(self) -> list[Library]:
        """Every library the package asked for, in its order."""
        return [found for text in self.needs if (found := library_named(text))]
