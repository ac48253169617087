"""The bank: a question is an identity; what was asked is an immutable version of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kit.dates import now
from media.models import Citation

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

# How much of a stem a list shows.
STEM_START = 90


class QuestionBank(models.Model):
    code = models.SlugField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        ordering = ["code"]
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")

    def __str__(self) -> str:
        return self.title


class QuestionQuerySet(models.QuerySet["Question"]):
    def in_use(self) -> Self:
        return self.filter(retired_at=None)

    def for_papers(self) -> Self:
        return self.in_use().filter(practice_only=False)

    def with_latest_version(self) -> Self:
        """Annotates `latest_id`, the id of the newest version."""
        latest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
        return self.annotate(latest_id=Subquery(latest.values("id")[:1]))


class QuestionManager(models.Manager.from_queryset(QuestionQuerySet)):
    """Every question knows how its newest stem begins: lists and choosers show it."""

    def get_queryset(self) -> QuestionQuerySet:
        newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
        start = newest.annotate(start=Left("stem", STEM_START)).values("start")[:1]
        questions: QuestionQuerySet = super().get_queryset()
        return questions.annotate(stem_start=Subquery(start))


class Question(models.Model):
    """A question's identity. `practice_only` ones live in lessons and are never drawn."""

    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="questions")
    code = models.CharField(_("code"), max_length=40, unique=True)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    practice_only = models.BooleanField(_("for practice only"), default=False)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    versions: RelatedManager[QuestionVersion]

    objects = QuestionManager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return f"{self.code} · {self.beginning}" if self.beginning else self.code

    @property
    def beginning(self) -> str:
        """How the newest stem begins, where the row was fetched with it."""
        start: str = getattr(self, "stem_start", None) or ""
        return f"{start.rstrip()}…" if len(start) == STEM_START else start

    @property
    def purpose(self) -> str:
        return str(_("Practice in lessons") if self.practice_only else _("Papers"))

    @property
    def kind_name(self) -> str:
        """The kind in words, where the newest kind was fetched along."""
        return str(QuestionVersion.Kind(getattr(self, "kind")).label)  # noqa: B009 (annotated)


class QuestionVersion(models.Model):
    """What is asked, exactly. Written once; a change makes the next number.

    `body` is the kind's own: `{"choices": [{"key", "text", "right", "feedback"}]}` for all
    choice kinds.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", _("Single choice")
        MULTIPLE = "multiple", _("Multiple choice")
        TRUE_FALSE = "true_false", _("True or false")

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    stem = models.TextField(_("question"))
    body = models.JSONField()
    feedback = models.TextField(_("explanation"), blank=True)
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cites: RelatedManager[QuestionCitation]

    class Meta:
        ordering = ["question_id", "-number"]
        verbose_name = _("question version")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="assessments_question_version_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["single", "multiple", "true_false"]),
                name="assessments_question_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.number}"


class QuestionCitation(Citation):
    """What the right answer rests on; written with the version, once."""

    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="cites")

    class Meta(Citation.Meta):
        verbose_name = _("legal basis of a question")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "document", "article"], name="assessments_question_cites_once"
            )
        ]
