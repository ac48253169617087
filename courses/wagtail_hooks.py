"""Publishing a course page makes an edition of the whole course, or says what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.models import Page

from content.models import ChapterPage, CoursePage, LessonPage
from courses.publishing import publish
from kit.errors import Refusal


def _publish(request: HttpRequest, page: Page) -> None:
    """Publishes and tells the author; the draft is kept whatever happens."""
    try:
        edition = publish(page, by=request.user)  # type: ignore[arg-type]
    except Refusal as refusal:
        gaps = format_html_join("", "<li>{}</li>", ((gap,) for gap in refusal.gaps))
        kept = _("The draft has been saved.")
        messages.error(request, format_html("{} {}<ul>{}</ul>", kept, refusal.message, gaps))
    else:
        button = messages.button(reverse("courses:course", args=[edition.course.slug]), _("Look"))
        text = _("“%(title)s” is published: edition %(number)d.")
        values = {"title": edition.title, "number": edition.number}
        messages.success(request, text % values, buttons=[button])


@hooks.register("before_publish_page")
def publish_course(request: HttpRequest, page: Page) -> HttpResponseRedirect | None:
    if not isinstance(page, CoursePage):
        return None
    _publish(request, page)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def publish_courses(
    request: HttpRequest, action_type: str, objects: Sequence[Page], action: Any
) -> HttpResponse | None:
    if action_type != "publish":
        return None
    courses = [page for page in objects if isinstance(page.specific, CoursePage)]
    if not courses:
        return None
    for page in courses:
        _publish(request, page)
    return redirect("wagtailadmin_explore", courses[0].get_parent().pk)


@hooks.register("construct_page_action_menu")
def publish_whole_courses_only(
    items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    """A chapter or lesson reaches learners with its course, so it is only saved here."""
    page = context.get("page")
    if isinstance(page, ChapterPage | LessonPage):
        items[:] = [item for item in items if item.name not in {"action-publish"}]
