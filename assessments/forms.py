"""The form an author writes a question in; saving it writes the question's next version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.panels import Panel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.snippets.widgets import AdminSnippetChooser

from accounts.models import User
from assessments import writing
from assessments.finding import find_questions
from assessments.kinds import get_kind
from assessments.models import Question, QuestionVersion
from kit.errors import Refusal
from media.citing import Cite, with_documents
from media.models import LegalDocument

ROWS, MOST_ROWS = 6, 10
CITES, MOST_CITES = 2, 10


class QuestionSearchForm(BaseFilterForm):
    """The search of the window a lesson's author chooses a question in."""

    q = forms.CharField(
        label=_("Words of the question"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Search, with or without accents")}),
    )

    def filter(self, objects: QuerySet[Question]) -> QuerySet[Question]:
        query = self.cleaned_data["q"]
        if not query:
            return objects
        self.is_searching, self.search_query = True, query
        return objects.filter(pk__in=find_questions(query))


class ChoiceForm(forms.Form):
    right = forms.BooleanField(label=pgettext_lazy("answer", "Right"), required=False)
    text = forms.CharField(
        label=_("Choice"), required=False, widget=AdminAutoHeightTextInput(attrs={"rows": 1})
    )
    feedback = forms.CharField(
        label=_("What is said to who chooses it"),
        required=False,
        widget=AdminAutoHeightTextInput(attrs={"rows": 1}),
    )


ChoiceFormSet = forms.formset_factory(ChoiceForm, extra=0, max_num=MOST_ROWS)


class CiteForm(forms.Form):
    document = forms.ModelChoiceField(
        LegalDocument.objects.all(),
        label=pgettext_lazy("legal document", "Document"),
        required=False,
        widget=AdminSnippetChooser(model=LegalDocument, icon="doc-full-inverse"),
    )
    article = forms.CharField(label=_("Article"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("article") and not cleaned.get("document"):
            self.add_error("document", _("Choose the document this is an article of."))
        return cleaned


CiteFormSet = forms.formset_factory(CiteForm, extra=0, max_num=MOST_CITES)


class QuestionForm(WagtailAdminModelForm):
    """Identity (bank, code, topic) and wording (kind, stem, choices, explanation) in one form."""

    kind = forms.ChoiceField(label=_("Kind of question"), choices=QuestionVersion.Kind.choices)
    stem = forms.CharField(label=_("Question"), widget=AdminAutoHeightTextInput())
    feedback = forms.CharField(
        label=_("Explanation"),
        required=False,
        widget=AdminAutoHeightTextInput(),
        help_text=_("Shown with the result, whatever was chosen"),
    )
    is_retired = forms.BooleanField(
        label=_("No longer asked"),
        required=False,
        help_text=_("Tries that have the question keep it; it is drawn no more"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = self.instance.versions.first() if self.instance.pk else None
        if latest:
            self.initial |= {"kind": latest.kind, "stem": latest.stem, "feedback": latest.feedback}
            self.initial["is_retired"] = self.instance.retired_at is not None
            self.fields["code"].disabled = True
        sent = self.data if self.is_bound else None
        self.choices = ChoiceFormSet(sent, prefix="choices", initial=_rows(latest))
        self.cites = CiteFormSet(sent, prefix="cites", initial=_cite_rows(latest))
        self.choices_problem = ""
        self.body: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.choices.is_valid():
            self._refuse(str(_("The choices could not be read. Please look at them again.")))
        elif kind := cleaned.get("kind"):
            try:
                self.body = get_kind(kind).check(_body(kind, self.choices.cleaned_data))
            except Refusal as refusal:
                self._refuse(str(refusal.message))
        if not self.cites.is_valid():
            self.add_error(None, _("The legal basis could not be read. Please look at it again."))
        return cleaned

    def _refuse(self, problem: str) -> None:
        self.choices_problem = problem
        self.add_error(None, problem)

    def write(self, by: User) -> Question:
        """The question with its next version (the same wording makes none)."""
        cleaned = self.cleaned_data
        version = writing.write_question(
            cleaned["bank"],
            cleaned["code"],
            kind=cleaned["kind"],
            stem=cleaned["stem"],
            body=self.body,
            feedback=cleaned["feedback"],
            topic=cleaned["topic"],
            practice_only=cleaned["practice_only"],
            cites=[
                Cite(row["document"].pk, row["article"])
                for row in self.cites.cleaned_data
                if row.get("document")
            ],
            by=by,
        )
        writing.retire(version.question, cleaned.get("is_retired", False))
        return version.question


def _rows(latest: QuestionVersion | None) -> list[dict[str, Any]]:
    """The choices as written, and empty rows for more."""
    choices = list(latest.body["choices"]) if latest else []
    empty = max(1, ROWS - len(choices)) if len(choices) < MOST_ROWS else 0
    return choices + [{}] * empty


def _cite_rows(latest: QuestionVersion | None) -> list[dict[str, Any]]:
    """What is cited, and empty rows for more."""
    cited = with_documents(latest.cites.all()) if latest else []
    rows = [{"document": cite.document, "article": cite.article} for cite in cited]
    return rows + [{}] * max(1, CITES - len(rows))


def _body(kind: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    if kind == QuestionVersion.Kind.TRUE_FALSE:
        # The first two rows stand for "true" and "false"; one of them is marked.
        marked = [row.get("right", False) for row in rows[:2]]
        return {"choices": rows[:2], "answer": marked[0] if sum(marked) == 1 else None}
    return {"choices": [row for row in rows if any(row.values())]}


class ChoicesPanel(Panel):
    """The rows of choices of a `QuestionForm`."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "assessments/admin/choices.html"


class CitesPanel(Panel):
    """The rows of what a `QuestionForm` cites."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "assessments/admin/cites.html"
