"""Who of a unit's people owes which course, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cadres.lensing import Lens
from cadres.models import Cadre, GroupListing, GroupRule, Post, Role, TargetGroup, UnitVersion
from cadres.models.people import CadreQuerySet
from cadres.models.units import Ancestry, valid_on
from cadres.scopes import Access
from courses.models import Completion, Course, Enrolment, Obligation, Requirement
from kit.dates import start_of
from kit.text import fold

ACTING_ROLES = (Role.MANAGER, Role.OWNER, Role.ADMIN)


class State(models.TextChoices):
    """How far a cadre is with a required course, the most pressing first."""

    LATE = "late", pgettext_lazy("state", "Overdue")
    NEW = "new", pgettext_lazy("state", "Not begun")
    LEARNING = "learning", pgettext_lazy("state", "Learning")
    DONE = "done", pgettext_lazy("state", "Completed")


class Order(models.TextChoices):
    NAME = "name", _("Full name")
    UNIT = "unit", _("Unit")
    DUE = "due", _("Due")
    STATE = "state", _("State")


@dataclass(frozen=True)
class Wanted:
    """What of the list is asked for. `unit_ids`: tops of subtrees; `lens`: of another day."""

    unit_ids: tuple[int, ...]
    on: date
    lens: Lens | None = None
    course_id: int | None = None
    group_id: int | None = None
    words: str = ""
    state: str = ""
    order: str = Order.NAME
    descending: bool = False


@dataclass(frozen=True)
class Tally:
    """Obligations by state, and how many people they are."""

    people: int
    late: int
    new: int
    learning: int
    done: int

    @property
    def total(self) -> int:
        return self.late + self.new + self.learning + self.done

    def of(self, state: str) -> int:
        """ "" stands for all."""
        number: int = getattr(self, state) if state else self.total
        return number


def acting(access: Access) -> Access:
    """`access` as far as one may require, waive and remind, not only look."""
    return access.only(*ACTING_ROLES)


def people_of(wanted: Wanted) -> CadreQuerySet:
    if wanted.lens is None:
        return Cadre.objects.posted_within(list(wanted.unit_ids), wanted.on)
    return wanted.lens.people_within(wanted.unit_ids)


def _whose(wanted: Wanted) -> QuerySet[Any]:
    """Ids of `people_of`, of today straight from their posts."""
    if wanted.lens is None:
        return Post.objects.within(list(wanted.unit_ids), wanted.on).values("cadre")
    return people_of(wanted).values("pk")


def _standing(wanted: Wanted) -> Q:
    """Owed on the day: on a day gone by, asked for already and not waived yet."""
    if wanted.lens is None:
        return Q(waived_at=None)
    eve = start_of(wanted.on + timedelta(days=1))
    asked = Q(requirement__starts_on__lte=wanted.on)
    return asked & (Q(waived_at=None) | Q(waived_at__gte=eve))


def obligations_of(wanted: Wanted) -> QuerySet[Obligation]:
    """Standing obligations of those who hold a post there, whatever their state."""
    found = Obligation.objects.filter(_standing(wanted), cadre__in=_whose(wanted))
    if wanted.group_id:
        grouped = Post.objects.in_group(wanted.group_id, wanted.on)
        found = found.filter(cadre__in=grouped.values("cadre"))
    if wanted.course_id:
        found = found.filter(course=wanted.course_id)
    for word in fold(wanted.words).split():
        found = found.filter(cadre__folded__contains=word)
    return found


_THEIRS = {"cadre": OuterRef("cadre"), "course": OuterRef("course")}


def _completed(on: date) -> Exists:
    return Exists(Completion.objects.filter(**_THEIRS, completed_on__lte=on))


def _begun(on: date) -> Exists:
    before = start_of(on + timedelta(days=1))
    return Exists(Enrolment.objects.filter(**_THEIRS, enrolled_at__lt=before))


def _cases(on: date, values: dict[str, Any]) -> list[When]:
    """The state rule, in order; what is none of these has not begun."""
    return [
        When(_completed(on), then=Value(values[State.DONE])),
        When(due_on__lt=on, then=Value(values[State.LATE])),
        When(_begun(on), then=Value(values[State.LEARNING])),
    ]


def with_state(obligations: QuerySet[Obligation], on: date) -> QuerySet[Obligation]:
    """Annotates `state`."""
    cases = _cases(on, {state.value: state.value for state in State})
    default = Value(State.NEW.value)
    return obligations.annotate(state=Case(*cases, default=default, output_field=CharField()))


def in_state(obligations: QuerySet[Obligation], state: str, on: date) -> QuerySet[Obligation]:
    """Those in the state, by conditions that a database can join on."""
    if state == State.DONE:
        return obligations.filter(_completed(on))
    waiting = unfinished(obligations, on)
    if state == State.LATE:
        return waiting.filter(due_on__lt=on)
    has_begun = _begun(on)
    in_time = waiting.filter(due_on__gte=on)
    return in_time.filter(has_begun if state == State.LEARNING else ~has_begun)


def unfinished(obligations: QuerySet[Obligation], on: date) -> QuerySet[Obligation]:
    return obligations.filter(~_completed(on))


def count(wanted: Wanted) -> Tally:
    """Two queries; `state` is left out of account, so that each state's number can be shown."""
    rows = obligations_of(wanted).order_by()
    people = rows.aggregate(people=Count("cadre", distinct=True))["people"]
    counted = with_state(rows, wanted.on).values("state").annotate(number=Count("pk"))
    numbers = {row["state"]: row["number"] for row in counted}
    return Tally(people=people, **{state.value: numbers.get(state, 0) for state in State})


def listed(wanted: Wanted) -> QuerySet[Obligation]:
    """The rows asked for, in the order asked for; bare."""
    rows = obligations_of(wanted)
    if wanted.state:
        rows = in_state(rows, wanted.state, wanted.on)
    return _ordered(rows, wanted)


def _ordered(rows: QuerySet[Obligation], wanted: Wanted) -> QuerySet[Obligation]:
    by_name = ("cadre__name_key", "cadre_id", "due_on", "pk")
    if wanted.order == Order.UNIT:
        rows = rows.annotate(place=_main_post(wanted.on, "unit__versions__name_key", named=True))
    elif wanted.order == Order.STATE:
        ranks = {state.value: rank for rank, state in enumerate(State)}
        cases = _cases(wanted.on, ranks)
        default = Value(ranks[State.NEW.value])
        rows = rows.annotate(place=Case(*cases, default=default, output_field=IntegerField()))
    column = {Order.NAME.value: "cadre__name_key", Order.DUE.value: "due_on"}.get(
        wanted.order, "place"
    )
    first = F(column).desc() if wanted.descending else F(column).asc()
    return rows.order_by(first, *by_name)


def _main_post(on: date, column: str, *, named: bool = False) -> Subquery:
    """A column of the post the cadre mainly holds on the day."""
    posts = Post.objects.filter(valid_on(on), cadre=OuterRef("cadre")).order_by("-is_main", "id")
    if named:
        posts = posts.filter(valid_on(on, "unit__versions__"))
    return Subquery(posts.values(column)[:1])


def detailed(rows: QuerySet[Obligation], wanted: Wanted) -> QuerySet[Obligation]:
    """`rows` with all a list shows: person, post, progress; still one query.

    Details are worked out for these rows alone, after the many have been sorted and cut.
    """
    theirs = {"cadre": OuterRef("cadre"), "course": OuterRef("course")}
    enrolment = Enrolment.objects.filter(**theirs)
    chosen = with_state(Obligation.objects.filter(pk__in=rows.values("pk")), wanted.on)
    named = chosen.select_related("cadre", "course__current").only(
        "due_on",
        "cadre__public_id",
        "cadre__full_name",
        "cadre__born_on",
        "cadre__phone",
        "cadre__email",
        "cadre__user",
        "course__code",
        "course__slug",
        "course__current__title",
        "course__current__lesson_count",
        "requirement_id",
    )
    return _ordered(named, wanted).annotate(
        unit_name=_main_post(wanted.on, "unit__versions__name", named=True),
        position_name=_main_post(wanted.on, "position__name"),
        lessons_done=Subquery(enrolment.values("progress__lessons_done")),
        lesson_count=Subquery(enrolment.values("edition__lesson_count")),
        passed=Subquery(enrolment.values("progress__passed")),
        tries_used=Subquery(enrolment.values("progress__tries_used")),
        completed_on=Subquery(
            Completion.objects.filter(**theirs, completed_on__lte=wanted.on).values("completed_on")[
                :1
            ]
        ),
    )


def courses_required() -> QuerySet[Course]:
    """Courses that any requirement asks for, with what they are called."""
    required = Requirement.objects.filter(course=OuterRef("pk"))
    courses = Course.objects.filter(Exists(required), current__isnull=False)
    return courses.select_related("current").only("code", "current__title")


def groups() -> QuerySet[TargetGroup]:
    """Groups that anybody can be in: those with a rule or a list."""
    ruled, listed = (
        model._default_manager.filter(group=OuterRef("pk")) for model in (GroupRule, GroupListing)
    )
    return TargetGroup.objects.filter(Exists(ruled) | Exists(listed))


def requirements_touching(unit_ids: Iterable[int], on: date) -> QuerySet[Requirement]:
    """Requirements made in the units, below them, or above them; the latest due first.

    Annotates the unit's `unit_name`, and how many of the people in `unit_ids` owe it: `owed`,
    of them `done` and `late`.
    """
    tops = list(unit_ids)
    related = Ancestry.objects.filter(valid_on(on))
    below = related.filter(ancestor__in=tops).values("unit")
    above = related.filter(unit__in=tops).values("ancestor")
    name = UnitVersion.objects.filter(unit=OuterRef("unit")).order_by("-valid_from").values("name")
    return (
        Requirement.objects.filter(Q(unit__in=below) | Q(unit__in=above))
        .select_related("course__current", "group")
        .annotate(unit_name=Subquery(name[:1]))
        .order_by("-due_on", "-pk")
    )


def count_by_requirement(wanted: Wanted) -> dict[int, dict[str, int]]:
    """Obligations of the people asked for, by requirement and state; one query."""
    rows = with_state(obligations_of(wanted), wanted.on).order_by()
    counted = rows.values("requirement_id", "state").annotate(number=Count("pk"))
    found: dict[int, dict[str, int]] = {}
    for row in counted:
        found.setdefault(row["requirement_id"], {})[row["state"]] = row["number"]
    return found
