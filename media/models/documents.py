"""Legal documents: what they are, from when to when they are in force, what takes their place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kit.dates import now
from kit.text import clean, fold, slug

# What rests on a document is looked at again this long before it ends.
SOON = timedelta(days=60)


class LegalDocumentQuerySet(models.QuerySet["LegalDocument"]):
    def to_review_on(self, day: date) -> Self:
        """Those that have ended, end within `SOON`, or have been amended by `day`."""
        ending = Q(in_force_to__lte=day + SOON)
        return self.filter(ending | Q(amended_by__in_force_from__lte=day))

    def matching(self, query: str) -> Self:
        """Those whose symbol, title or issuer has every word of `query`, accents or not."""
        found = self
        for word in fold(query).split():
            found = found.filter(folded__contains=word)
        return found


class LegalDocument(models.Model):
    """A document that lessons, questions and certificates rest on; kept for good once entered.

    `in_force_to` is the first day on which it is in force no longer. A blank day is one that
    nobody has looked up yet. A file is kept only with the statement that it is no secret.
    """

    class Kind(models.TextChoices):
        LAW = "law", pgettext_lazy("legal document", "Law")
        RESOLUTION = "resolution", pgettext_lazy("legal document", "Resolution")
        DECREE = "decree", pgettext_lazy("legal document", "Decree")
        CIRCULAR = "circular", pgettext_lazy("legal document", "Circular")
        DIRECTIVE = "directive", pgettext_lazy("legal document", "Directive")
        DECISION = "decision", pgettext_lazy("legal document", "Decision")
        REGULATION = "regulation", pgettext_lazy("legal document", "Regulation")
        CONCLUSION = "conclusion", pgettext_lazy("legal document", "Conclusion")
        GUIDANCE = "guidance", pgettext_lazy("legal document", "Guidance")
        PLAN = "plan", pgettext_lazy("legal document", "Plan")
        OTHER = "other", pgettext_lazy("legal document", "Document")

    class State(models.TextChoices):
        """What a document is on a day: computed, never stored."""

        UNKNOWN = "unknown", pgettext_lazy("legal document", "Not known whether in force")
        AWAITED = "awaited", pgettext_lazy("legal document", "Not in force yet")
        IN_FORCE = "in_force", pgettext_lazy("legal document", "In force")
        EXPIRED = "expired", pgettext_lazy("legal document", "No longer in force")
        REPLACED = "replaced", pgettext_lazy("legal document", "Replaced")

    symbol = models.CharField(
        _("number and symbol"),
        max_length=60,
        help_text=_(
            "As it stands on the document, for example 136/2025/QH15. Where two documents have the"
            " same one, write the year behind it: 33/CT-TTg (2020)."
        ),
    )
    slug = models.SlugField(max_length=80, unique=True, editable=False)
    kind = models.CharField(
        pgettext_lazy("legal document", "kind of document"), max_length=10, choices=Kind.choices
    )
    title = models.CharField(_("abstract"), max_length=500)
    issuer = models.CharField(_("issued by"), max_length=200)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    in_force_from = models.DateField(
        _("in force from"),
        null=True,
        blank=True,
        help_text=_("Blank as long as nobody has looked it up; learners read that it is not known"),
    )
    in_force_to = models.DateField(
        _("no longer in force from"),
        null=True,
        blank=True,
        help_text=_("The first day on which it is in force no longer"),
    )
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("replaced by"),
    )
    amended_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("amended by"),
        help_text=_("The latest document that amends it; what is not amended stays in force"),
    )
    file = models.FileField(
        _("file (.pdf)"),
        upload_to="legal",
        blank=True,
        validators=[FileExtensionValidator(["pdf"])],
    )
    stated_open_at = models.DateTimeField(null=True, editable=False)
    stated_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    entered_at = models.DateTimeField(default=now, editable=False)
    folded = models.TextField(editable=False, default="")

    objects = LegalDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["symbol"]
        verbose_name = _("legal document")
        verbose_name_plural = _("legal documents")
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_from=None)
                | Q(in_force_to=None)
                | Q(in_force_to__gt=F("in_force_from")),
                name="media_document_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | Q(in_force_to__isnull=False),
                name="media_document_replaced_ends",
            ),
            models.CheckConstraint(
                condition=~Q(replaced_by=F("id")) & ~Q(amended_by=F("id")),
                name="media_document_not_by_itself",
            ),
            models.CheckConstraint(
                condition=Q(file="", stated_open_at=None)
                | ~Q(file="") & Q(stated_open_at__isnull=False),
                name="media_document_file_stated_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} · {self.title}"

    def clean(self) -> None:
        """Tidies what was typed, and refuses what cannot be true of a document."""
        self.symbol, self.title, self.issuer = map(clean, (self.symbol, self.title, self.issuer))
        self.slug = slug(self.symbol)
        with translation.override(settings.LANGUAGE_CODE):
            self.folded = fold(f"{self.name} {self.title} {self.issuer}")
        if self.replaced_by and self.in_force_to is None:
            self.in_force_to = self.replaced_by.in_force_from
        if problems := {**self._problems_of_symbol(), **self._problems_of_time()}:
            raise ValidationError(problems)

    def _problems_of_symbol(self) -> dict[str, str]:
        if not self.slug:
            return {"symbol": gettext("Write letters or digits of the document's symbol.")}
        taken = LegalDocument.objects.filter(slug=self.slug).exclude(pk=self.pk).first()
        if taken:
            words = gettext("There is a document with this symbol already: %(document)s.")
            return {"symbol": words % {"document": taken}}
        return {}

    def _problems_of_time(self) -> dict[str, str]:
        begins, ends = self.in_force_from, self.in_force_to
        if begins and ends and ends <= begins:
            return {"in_force_to": gettext("This day must come after the day it came into force.")}
        if self.replaced_by and ends is None:
            words = gettext(
                "Write from which day it is no longer in force: the document that replaces it does"
                " not say from when it is."
            )
            return {"in_force_to": words}
        if self.pk and self.amended_by_id == self.pk:
            return {"amended_by": gettext("A document does not amend itself.")}
        if self.pk and self.pk in self._successors():
            return {"replaced_by": gettext("That document is itself replaced by this one.")}
        return {}

    def _successors(self) -> set[int]:
        """The ids of what replaces it, what replaces that, and so on."""
        found: set[int] = set()
        after = self.replaced_by
        while after and after.pk not in found:
            found.add(after.pk)
            after = after.replaced_by if after.pk != self.pk else None
        return found

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A legal document is never deleted; drafts and editions cite it.")

    @property
    def name(self) -> str:
        """Such as "Luật số 136/2025/QH15"."""
        return gettext("%(kind)s %(symbol)s") % {
            "kind": self.get_kind_display(),
            "symbol": self.symbol,
        }

    def state_on(self, day: date) -> State:
        if self.in_force_to and self.in_force_to <= day:
            return self.State.REPLACED if self.replaced_by_id else self.State.EXPIRED
        if self.in_force_from is None:
            return self.State.UNKNOWN
        return self.State.AWAITED if self.in_force_from > day else self.State.IN_FORCE

    def is_amended_on(self, day: date) -> bool:
        amending = self.amended_by
        return bool(amending and amending.in_force_from and amending.in_force_from <= day)


class Citation(models.Model):
    """That something rests on a document, or on one article of it."""

    document = models.ForeignKey(LegalDocument, models.PROTECT, related_name="+")
    article = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.article, self.document.symbol]))
