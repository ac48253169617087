"""What the home page tells managers of their people's learning, and authors of their drafts."""

from __future__ import annotations

from collections import Counter

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from wagtail.models import Page

from cadres.models import Role
from cadres.scopes import Access
from cadres.welcoming import confirmation
from content.models import CoursePage
from courses import reviewing, tracking
from courses.models import Course
from courses.tracking import State, Tally, Wanted
from kit.numbers import format_number
from kit.tiles import Line, Tile

COURSES_SHOWN = 5
KINDS = {State.LATE: "late", State.DONE: "done"}


def tiles_for(access: Access) -> list[Tile]:
    """Two queries for managers; at most eight for authors."""
    found = []
    if access.managed_unit_ids:
        found.append(_learning(access))
    if access.has(Role.TRAINER, Role.REVIEWER):
        found.append(_drafts(access))
    return found


# --- Managers -----------------------------------------------------------------------------------


def _learning(access: Access) -> Tile:
    wanted = Wanted(unit_ids=tuple(access.managed_unit_ids), on=access.day)
    path = reverse("courses:tracking")
    lines = _states(tracking.count(wanted), path)
    return Tile(_("My unit's learning"), path, [*lines, *confirmation(wanted.unit_ids, access.day)])


def _states(tally: Tally, path: str) -> list[Line]:
    if not tally.total:
        return [Line(_("Nothing is required of your people yet"), reverse("courses:requirements"))]
    words = ngettext(
        "%(people)s comrade has required courses",
        "%(people)s comrades have required courses",
        tally.people,
    )
    lines = [Line(words % {"people": format_number(tally.people)}, path)]
    for state in State:
        if number := tally.of(state):
            words = f"{state.label}: {format_number(number)}"
            lines.append(Line(words, f"{path}?trang-thai={state}", KINDS.get(state, "")))
    return lines


# --- Authors ------------------------------------------------------------------------------------


def _drafts(access: Access) -> Tile:
    is_author = access.has(Role.TRAINER)
    title = _("Writing courses") if is_author else _("Drafts to read")
    path = reverse("wagtailadmin_home")
    lines = _draft_lines() or [_all_published(path)]
    return Tile(title, path, [*lines, *_to_review(access)])


def _draft_lines() -> list[Line]:
    """A line for each course whose draft says something else than its edition."""
    courses = list(CoursePage.objects.order_by("code").values_list("pk", "path", "code"))
    published = set(Course.objects.filter(current__isnull=False).values_list("page", flat=True))
    pending = Page.objects.filter(Q(has_unpublished_changes=True) | Q(live=False))
    width = max((len(path) for _pk, path, _code in courses), default=0)
    drafts = Counter(path[:width] for path in pending.values_list("path", flat=True))
    lines = [
        _draft_line(pk, code, drafts[path], is_new=pk not in published)
        for pk, path, code in courses
        if drafts[path] or pk not in published
    ]
    return lines[:COURSES_SHOWN]


def _draft_line(pk: int, code: str, drafts: int, *, is_new: bool) -> Line:
    path = reverse("wagtailadmin_explore", args=[pk])
    if is_new:
        return Line(_("%(course)s: not published yet") % {"course": code}, path, "due")
    words = ngettext(
        "%(course)s: %(number)d draft differs from what is learnt",
        "%(course)s: %(number)d drafts differ from what is learnt",
        drafts,
    )
    return Line(words % {"course": code, "number": drafts}, path, "due")


def _all_published(path: str) -> Line:
    return Line(pgettext("drafts", "Every draft is published"), path, "done")


def _to_review(access: Access) -> list[Line]:
    number = len(reviewing.to_review(access.day))
    if not number:
        return []
    words = ngettext(
        "%(number)d legal document calls for a review",
        "%(number)d legal documents call for a review",
        number,
    )
    return [Line(words % {"number": number}, reverse("courses:to_review"), "late")]
