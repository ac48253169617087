"""Where authors keep the bank: question banks, questions with their versions, papers."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column
from wagtail.log_actions import log
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
)
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from assessments.finding import find_questions
from assessments.forms import ChoicesPanel, CitesPanel, QuestionForm, QuestionSearchForm
from assessments.models import Paper, Question, QuestionBank, QuestionVersion


class QuestionFilters(WagtailFilterSet):
    bank = django_filters.ModelChoiceFilter(
        label=_("Question bank"), queryset=QuestionBank.objects.all()
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind of question"), choices=QuestionVersion.Kind.choices, field_name="kind"
    )
    topic = django_filters.AllValuesFilter(label=_("Topic"), field_name="topic")
    practice_only = django_filters.BooleanFilter(
        label=_("For practice only"),
        widget=forms.Select(choices=[("", _("All")), ("true", _("Yes")), ("false", _("No"))]),
    )

    class Meta:
        model = Question
        fields: list[str] = []


class QuestionIndexView(IndexView):
    def search_queryset(self, queryset: QuerySet[Question]) -> QuerySet[Question]:
        if not self.search_query:
            return queryset
        return queryset.filter(pk__in=find_questions(self.search_query))


class _Writing:
    """Saves through the deed: a change of wording makes the next version."""

    journalled = ""
    form: QuestionForm
    request: Any

    def save_instance(self) -> Question:
        question = self.form.write(by=self.request.user)
        log(instance=question, action=self.journalled, user=self.request.user, content_changed=True)
        return question


class QuestionCreateView(_Writing, CreateView):
    journalled = "wagtail.create"


class QuestionEditView(_Writing, EditView):
    journalled = "wagtail.edit"


class QuestionChooseView(ChooseView):
    filter_form_class = QuestionSearchForm


class QuestionChooseResultsView(ChooseResultsView):
    filter_form_class = QuestionSearchForm


class QuestionChooserViewSet(SnippetChooserViewSet):
    choose_view_class = QuestionChooseView
    choose_results_view_class = QuestionChooseResultsView


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    copy_view_enabled = False
    index_view_class = QuestionIndexView
    add_view_class = QuestionCreateView
    edit_view_class = QuestionEditView
    filterset_class = QuestionFilters
    chooser_viewset_class = QuestionChooserViewSet
    list_display = (
        "code",
        Column("beginning", label=_("Question")),
        Column("kind_name", label=_("Kind of question")),
        Column("topic", label=_("Topic")),
        Column("bank", label=_("Question bank")),
        Column("purpose", label=_("Meant for")),
    )
    list_per_page = 50
    chooser_per_page = 25
    search_fields = ("code",)
    search_backend_name = None
    edit_handler = ObjectList(
        [
            FieldRowPanel(
                [
                    FieldPanel("bank", heading=_("Question bank")),
                    FieldPanel("code"),
                    FieldPanel("topic"),
                ]
            ),
            FieldPanel("kind"),
            FieldPanel("stem"),
            MultiFieldPanel([ChoicesPanel()], heading=_("Choices")),
            FieldPanel("feedback"),
            MultiFieldPanel([CitesPanel()], heading=_("Legal basis")),
            FieldRowPanel([FieldPanel("practice_only"), FieldPanel("is_retired")]),
        ],
        base_form_class=QuestionForm,
    )

    def get_queryset(self, request: Any) -> QuerySet[Question]:
        newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
        kind = Subquery(newest.values("kind")[:1])
        return Question.objects.select_related("bank").annotate(kind=kind).order_by("code")


class QuestionBankViewSet(SnippetViewSet):
    model = QuestionBank
    icon = "folder-open-inverse"
    list_display = ("code", "title")
    search_fields = ("code", "title")
    search_backend_name = None
    copy_view_enabled = False
    panels: list[Panel] = [FieldPanel("code"), FieldPanel("title")]


class PaperViewSet(SnippetViewSet):
    model = Paper
    icon = "form"
    list_display = ("code", "title", "bank", "draw", "minutes", "tries", "pass_grade")
    search_fields = ("code", "title")
    search_backend_name = None
    copy_view_enabled = False
    panels: list[Panel] = [
        FieldPanel("code"),
        FieldPanel("title"),
        FieldPanel("bank"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("draw"), FieldPanel("minutes")]),
                FieldRowPanel([FieldPanel("tries"), FieldPanel("pass_grade")]),
            ],
            heading=_("Rules of the paper"),
            help_text=_("A change reaches learners when the course is published again"),
        ),
    ]


class AssessmentGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, PaperViewSet, QuestionBankViewSet)
    menu_label = _("Questions and papers")
    menu_icon = "help"
    menu_order = 150


register_snippet(AssessmentGroup)
