from __future__ import annotations

from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import CollectionMember
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from accounts.models import User
from kit.dates import now


class Picture(AbstractImage):
    """A picture with the words that stand for it; `description` is the alternative text."""

    admin_form_fields = (
        "title",
        "file",
        "description",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )


class Rendition(AbstractRendition):
    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class Attachment(AbstractDocument):
    """A file to read or to fill in, with who stated that it is no secret.

    Those uploaded before the statement was asked for have none.
    """

    stated_open_at = models.DateTimeField(null=True, editable=False)
    stated_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    admin_form_fields = ("title", "file", "collection", "tags")


class Recording(CollectionMember, index.Indexed, models.Model):
    """Video or audio, never without words for those who cannot hear or play it."""

    class Kind(models.TextChoices):
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Audio")

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    file = models.FileField(
        _("file"),
        upload_to="recordings",
        validators=[FileExtensionValidator(["mp4", "webm", "mp3", "m4a", "ogg"])],
    )
    captions = models.FileField(
        _("captions (.vtt)"),
        upload_to="recordings",
        blank=True,
        validators=[FileExtensionValidator(["vtt"])],
    )
    transcript = models.TextField(_("transcript"), blank=True)
    uploaded_at = models.DateTimeField(default=now, editable=False)
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )

    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(captions="", transcript=""),
                name="media_recording_has_words",
                violation_error_message=_(
                    "Add captions or a transcript, for those who cannot hear or play it."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title


register_snippet(Recording)
