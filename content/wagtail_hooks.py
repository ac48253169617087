"""Authoring shows what authors need and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.urls import URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.models import User
from content.bringing import may_bring
from content.models import ChapterPage


@hooks.register("insert_global_admin_css")
def wear_the_colours_of_the_house() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/authoring.css"))


@hooks.register("construct_main_menu")
def hide_what_is_not_for_authors(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in {"reports", "help"}]


@hooks.register("construct_settings_menu")
def hide_what_the_house_has_its_own_doors_for(request: HttpRequest, items: list[MenuItem]) -> None:
    shut = {"users", "groups", "sites", "collections", "workflows", "workflow-tasks"}
    items[:] = [item for item in items if item.name not in shut]


@hooks.register("before_bulk_action")
def leave_accounts_alone(request: HttpRequest, kind: str, objects: Any, action: Any) -> None:
    """Wagtail lists accounts nowhere here; its actions on many at once have an address still."""
    if action.model is User:
        raise Http404


@hooks.register("construct_homepage_panels")
def hide_upgrade_notices(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = [panel for panel in panels if panel.name not in {"site_summary", "upgrade"}]


@hooks.register("register_admin_urls")
def doors_of_ours() -> list[URLResolver]:
    return [path("", include("content.urls"))]


@hooks.register("register_page_header_buttons")
def offer_to_bring_a_document(
    page: Page, user: User, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    chapter = page.specific
    if isinstance(chapter, ChapterPage) and may_bring(chapter, user):
        address = reverse("content:bring", args=[page.pk])
        words = _("Make lessons of a document")
        yield Button(words, address, icon_name="upload", priority=5)
