"""What authors meet of courses: publishing, which makes an edition or says what is missing, and
how their courses stand, on the first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from assessments.analysing import hardest
from content.models import ChapterPage, CoursePage, LessonPage
from courses.publishing import Gap, publish
from courses.reviewing import to_review
from courses.surveying import survey
from kit.errors import Refusal


def _publish(request: HttpRequest, page: Page) -> None:
    """Publishes and tells the author; the draft is kept whatever happens."""
    try:
        edition = publish(page, by=request.user)  # type: ignore[arg-type]
    except Refusal as refusal:
        items = (_linked(gap, request) for gap in refusal.gaps)
        gaps = format_html_join("", "<li>{}</li>", ((item,) for item in items))
        kept = _("The draft has been saved.")
        messages.error(request, format_html("{} {}<ul>{}</ul>", kept, refusal.message, gaps))
    else:
        button = messages.button(reverse("courses:course", args=[edition.course.slug]), _("Look"))
        text = _("“%(title)s” is published: edition %(number)d.")
        values = {"title": edition.title, "number": edition.number}
        messages.success(request, text % values, buttons=[button])


def _linked(gap: object, request: HttpRequest) -> object:
    """What is missing leads to where it is mended."""
    address = _mended_at(gap, request) if isinstance(gap, Gap) else None
    return format_html('<a href="{}">{}</a>', address, gap) if address else gap


def _mended_at(gap: Gap, request: HttpRequest) -> str | None:
    """None for who may not change it."""
    address: str | None = AdminURLFinder(request.user).get_edit_url(gap.where)
    return address


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


class CoursesPanel(Component):
    """Each course: what is taught, what is being changed, and what keeps it from publishing."""

    name = "courses"
    order = 10
    template_name = "courses/authors_courses.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        lines = [
            {
                "standing": standing,
                "address": AdminURLFinder(request.user).get_edit_url(standing.page),
                "gaps": [(gap, _mended_at(gap, request)) for gap in standing.gaps or []],
            }
            for standing in survey()
        ]
        return {"lines": lines}


class ReviewPanel(Component):
    """Documents that call for a review of what rests on them."""

    name = "to-review"
    order = 15
    template_name = "courses/authors_to_review.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"found": to_review(parent_context["request"].access.day)}


class HardQuestionsPanel(Component):
    """Where learners lose most: a question to word anew, or a lesson to write again."""

    name = "hard-questions"
    order = 20
    template_name = "courses/authors_hard_questions.html"
    shown = 8

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        finder = AdminURLFinder(parent_context["request"].user)
        found = hardest(self.shown)
        return {"lines": [(hard, finder.get_edit_url(hard.version.question)) for hard in found]}


@hooks.register("construct_homepage_panels")
def show_how_courses_stand(request: HttpRequest, panels: list[Any]) -> None:
    panels += [CoursesPanel(), ReviewPanel(), HardQuestionsPanel()]


@hooks.register("register_admin_menu_item")
def review_menu() -> MenuItem:
    path = reverse("courses:to_review")
    return MenuItem(
        gettext_lazy("To review"), path, name="to-review", icon_name="warning", order=165
    )
