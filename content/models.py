"""What authors write: Wagtail pages. Learners read the editions that `courses` makes of them."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from assessments.models import Paper
from cadres.models import Unit, UnitVersion
from content.blocks import Cites, LessonBody
from kit.dates import today
from media.models import Picture


class AuthoredPage(Page):
    """A page that authors see in preview; a visitor is sent to where learners read."""

    # Chapters and lessons are listed in their own order, not by who touched them last.
    admin_default_ordering = "ord"

    class Meta:
        abstract = True

    def learner_path(self) -> str:
        return "/khoa-hoc/"

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if getattr(request, "is_preview", False):
            response: HttpResponse = super().serve(request, *args, **kwargs)
            return response
        return HttpResponseRedirect(self.learner_path())


class ShelfPage(AuthoredPage):
    """The root of all courses in the page tree."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.CoursePage"]
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        verbose_name = _("shelf of courses")


class UnitChoiceField(forms.ModelChoiceField):
    """Units by the name they bear today, in one query."""

    def label_from_instance(self, unit: Unit) -> str:
        return str(getattr(unit, "name", unit))


class CourseForm(WagtailAdminPageForm):
    issuing_unit = UnitChoiceField(
        queryset=Unit.objects.none(),
        required=False,
        label=_("Unit that issues the certificate"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        bodies = [UnitVersion.Kind.BODY, UnitVersion.Kind.SCHOOL]
        named = Unit.objects.named_on(today()).filter(kind__in=bodies)
        self.fields["issuing_unit"].queryset = named.order_by("name_key")


class CoursePage(AuthoredPage):
    code = models.CharField(_("code"), max_length=20, unique=True)
    summary = models.TextField(_("summary"), help_text=_("Two sentences for the catalogue"))
    audience = models.TextField(_("audience"))
    outcomes = StreamField(
        [("outcome", blocks.CharBlock(label=_("Outcome")))],
        verbose_name=_("learning outcomes"),
        help_text=_("What one can do after it; each begins with a verb"),
    )
    hours = models.DecimalField(
        _("hours (tiết)"),
        max_digits=5,
        decimal_places=1,
        default=Decimal(8),
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(400))],
    )
    picture = models.ForeignKey(
        Picture,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    final_paper = models.ForeignKey(
        Paper,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("final paper"),
        help_text=_("The pass mark and the number of tries are the paper's"),
    )
    issuing_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit that issues the certificate"),
    )
    cites = StreamField(
        Cites(required=False),
        blank=True,
        verbose_name=_("legal basis"),
        help_text=_("What the course rests on; it is printed on its certificates"),
    )

    base_form_class = CourseForm
    parent_page_types = ["content.ShelfPage"]
    subpage_types = ["content.ChapterPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("summary"),
        FieldPanel("picture"),
        FieldPanel("audience"),
        FieldPanel("outcomes"),
        MultiFieldPanel(
            [FieldPanel("hours"), FieldPanel("final_paper"), FieldPanel("issuing_unit")],
            heading=_("What the course promises"),
        ),
        FieldPanel("cites"),
    ]

    class Meta:
        verbose_name = _("course page")

    def learner_path(self) -> str:
        return f"/khoa-hoc/{self.slug}/"


class ChapterPage(AuthoredPage):
    parent_page_types = ["content.CoursePage"]
    subpage_types = ["content.LessonPage"]
    preview_modes: list[tuple[str, str]] = []

    class Meta:
        verbose_name = _("chapter")


class LessonPage(AuthoredPage):
    code = models.CharField(_("number"), max_length=20, help_text=_("For example 1.2"))
    summary = models.TextField(_("summary"), blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes to read"), default=7, validators=[MinValueValidator(1)]
    )
    body = StreamField(LessonBody(), verbose_name=_("lesson"))
    cites = StreamField(
        Cites(required=False),
        blank=True,
        verbose_name=_("legal basis"),
        help_text=_("What the lesson rests on; learners see each with its state of the day"),
    )

    parent_page_types = ["content.ChapterPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("code"), FieldPanel("minutes"), FieldPanel("summary")],
            heading=_("At a glance"),
        ),
        FieldPanel("body"),
        FieldPanel("cites"),
    ]

    class Meta:
        verbose_name = _("lesson page")
