"""The authoring menu: interactive content, legal documents; for administrators, the libraries."""

from __future__ import annotations

from typing import Any

import django_filters
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from cadres.models import Role
from kit.dates import today
from media.choosing import InteractiveChooser, chooser
from media.forms import LegalDocumentForm, LegalDocumentSearchForm
from media.models import LegalDocument
from media.models.documents import LegalDocumentQuerySet


@hooks.register("register_admin_viewset")
def register_chooser() -> InteractiveChooser:
    return chooser


@hooks.register("register_admin_menu_item")
def interactive_menu() -> MenuItem:
    path = reverse("media:contents")
    return MenuItem(
        _("Interactive content"), path, name="interactive", icon_name="media", order=350
    )


class LibrariesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        access: Any = getattr(request, "access", None)
        return bool(access and access.has(Role.ADMIN))


@hooks.register("register_admin_menu_item")
def libraries_menu() -> MenuItem:
    path = reverse("media:libraries")
    return LibrariesMenuItem(_("Libraries"), path, name="libraries", icon_name="cogs", order=360)


# --- Legal documents ----------------------------------------------------------------------------


class LegalDocumentFilters(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(
        label=_("Kind of document"), choices=LegalDocument.Kind.choices
    )

    class Meta:
        model = LegalDocument
        fields: list[str] = []


class LegalDocumentIndexView(IndexView):
    def search_queryset(self, queryset: LegalDocumentQuerySet) -> LegalDocumentQuerySet:
        return queryset.matching(self.search_query or "")


class _Registering:
    """Saves through the deed, which the journal keeps."""

    form: LegalDocumentForm
    request: Any

    def save_instance(self) -> LegalDocument:
        return self.form.write(by=self.request.user)


class LegalDocumentCreateView(_Registering, CreateView):
    pass


class LegalDocumentEditView(_Registering, EditView):
    pass


class LegalDocumentChooseView(ChooseView):
    filter_form_class = LegalDocumentSearchForm


class LegalDocumentChooseResultsView(ChooseResultsView):
    filter_form_class = LegalDocumentSearchForm


class LegalDocumentChooserViewSet(SnippetChooserViewSet):
    choose_view_class = LegalDocumentChooseView
    choose_results_view_class = LegalDocumentChooseResultsView


class StateColumn(Column):
    def get_value(self, instance: LegalDocument) -> str:
        return str(instance.state_on(today()).label)


class LegalDocumentViewSet(SnippetViewSet):
    model = LegalDocument
    icon = "doc-full-inverse"
    menu_label = _("Legal basis")
    menu_order = 160
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = LegalDocumentIndexView
    add_view_class = LegalDocumentCreateView
    edit_view_class = LegalDocumentEditView
    filterset_class = LegalDocumentFilters
    chooser_viewset_class = LegalDocumentChooserViewSet
    list_display = (
        "symbol",
        "title",
        "issuer",
        StateColumn("state", label=pgettext_lazy("legal document", "State")),
    )
    list_per_page = 50
    chooser_per_page = 25
    search_fields = ("symbol",)
    search_backend_name = None
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("symbol"), FieldPanel("kind")]),
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("issuer"), FieldPanel("issued_on")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("in_force_from"), FieldPanel("in_force_to")]),
                    FieldPanel("replaced_by"),
                    FieldPanel("amended_by"),
                ],
                heading=_("Validity"),
            ),
            MultiFieldPanel(
                [FieldPanel("file"), FieldPanel("is_not_secret")],
                heading=_("Full text"),
                help_text=_(
                    "Only documents that are no secret may be uploaded: nothing marked Mật, Tối mật"
                    " or Tuyệt mật."
                ),
            ),
        ],
        base_form_class=LegalDocumentForm,
    )


register_snippet(LegalDocumentViewSet)
