"""A paper: how a test is drawn and marked. Authors edit the paper; learners sit a version."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.questions import QuestionBank, QuestionVersion
from kit.dates import now

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class PaperRules(models.Model):
    """What a paper promises; the same in the author's paper and in every version of it."""

    draw = models.PositiveSmallIntegerField(
        _("questions drawn"), default=20, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes allowed"), default=30, validators=[MinValueValidator(1), MaxValueValidator(300)]
    )
    tries = models.PositiveSmallIntegerField(
        _("tries allowed"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    pass_grade = models.DecimalField(
        _("pass mark (of 10)"),
        max_digits=4,
        decimal_places=2,
        default=Decimal(5),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(10))],
    )

    class Meta:
        abstract = True


class Paper(PaperRules):
    """The author's paper: edited freely; nobody sits it until it is frozen into a version."""

    code = models.SlugField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    bank = models.ForeignKey(
        QuestionBank, models.PROTECT, related_name="+", verbose_name=_("question bank")
    )
    versions: RelatedManager[PaperVersion]

    class Meta:
        ordering = ["code"]
        verbose_name = _("paper")
        verbose_name_plural = _("papers")

    def __str__(self) -> str:
        return self.title


class PaperVersion(PaperRules):
    """A paper as it may be sat: rules and pool of question versions, never changed again."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    pool = models.ManyToManyField(QuestionVersion, related_name="+")
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "number"], name="assessments_paper_version_once"
            ),
            models.CheckConstraint(
                condition=Q(pass_grade__gte=0, pass_grade__lte=10),
                name="assessments_paper_pass_grade",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"
