"""Requiring a course of people: the rule, and the obligations that follow from it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cadres.concerning import units_of
from cadres.models import Cadre, Post, TargetGroup, Unit
from cadres.posting import follows_from_posts
from courses.models import Completion, Course, HourRule, Obligation, Requirement
from courses.signals import hours_changed, obligations_changed
from kit.dates import day_of, format_day, now, today
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record, spans


@transaction.atomic
def require(
    course: Course,
    *,
    unit: Unit,
    due_on: date,
    starts_on: date,
    group: TargetGroup | None = None,
    by: User | None = None,
) -> Requirement:
    """Requires the course of the group's people in the unit's subtree as it is on `starts_on`."""
    if due_on < starts_on:
        raise Refusal(_("The due day is before the first day. Please choose a later one."))
    requirement = Requirement.objects.create(
        course=course, unit=unit, group=group, starts_on=starts_on, due_on=due_on, created_by=by
    )
    units = _oblige(requirement, starts_on)
    told = {"due": str(due_on), "unit": str(unit)}
    record("course.require", requirement, by=by, after=told, units=units)
    return requirement


def require_newcomers(cadre_ids: list[int], *, on: date | None = None) -> None:
    """People who took up a post owe what is required of it from now on."""
    day = on or today()
    for requirement in Requirement.objects.running_on(day):
        _oblige(requirement, day, cadre_ids)


def require_of_groups(group_ids: list[int], *, on: date | None = None) -> None:
    """People who came into the groups owe what is required of them from now on."""
    day = on or today()
    for requirement in Requirement.objects.running_on(day).filter(group__in=group_ids):
        _oblige(requirement, day)


@transaction.atomic
def require_anew(*, on: date | None = None) -> None:
    """Whoever's post or group begins on the day owes from the day on; the schedule asks."""
    day = on or today()
    for requirement in Requirement.objects.running_on(day):
        _oblige(requirement, day)


@follows_from_posts(gettext_lazy("Required courses"))
def required_of(cadre: Cadre, day: date) -> dict[int, str]:
    """What is required of a person on the day through posts, and what is owed already."""
    through_posts = Requirement.objects.running_on(day).applying_to(cadre, day)
    owed = Obligation.objects.standing().filter(cadre=cadre)
    asked = Requirement.objects.filter(
        Q(pk__in=through_posts.values("pk")) | Q(pk__in=owed.values("requirement"))
    )
    completed = Completion.objects.filter(cadre=cadre).values("course")
    return {
        row.pk: _("%(course)s, due on %(day)s")
        % {
            "course": row.course.current.title if row.course.current else row.course.code,
            "day": format_day(row.due_on),
        }
        for row in asked.exclude(course__in=completed).select_related("course__current")
    }


@transaction.atomic
def release(cadre_ids: list[int], *, by: User | None, reason: str) -> None:
    """People who were entered by mistake owe nothing; what somebody waived stays on record.

    The journal keeps who no longer owes what.
    """
    rows = Obligation.objects.filter(cadre__in=cadre_ids, waived_at=None)
    owed: dict[Requirement, list[Obligation]] = defaultdict(list)
    for row in rows.select_related("requirement__course"):
        owed[row.requirement].append(row)
    rows.delete()
    for requirement, gone in owed.items():
        _tell_withdrawn(requirement, gone, by, reason)


@transaction.atomic
def require_as_put_back(
    cadre_ids: list[int], *, since: datetime, by: User | None, reason: str
) -> None:
    """What came to be owed `since` through posts that are no longer on record is taken back.

    What somebody waived or has begun stays. What the posts of the day ask for as well stays too,
    in their unit. The journal keeps who no longer owes what.
    """
    has_unit = Exists(Unit.objects.filter(pk=OuterRef("unit")))
    rows = Obligation.objects.untouched().filter(
        Q(cadre__in=cadre_ids) | ~has_unit, created_at__gte=since
    )
    made: dict[Requirement, list[Obligation]] = defaultdict(list)
    for row in rows.select_related("requirement__course"):
        made[row.requirement].append(row)
    for requirement, owed in made.items():
        _lay_anew(requirement, owed, by, reason)


def _lay_anew(
    requirement: Requirement, owed: list[Obligation], by: User | None, reason: str
) -> None:
    first = requirement.starts_on
    days = {row.pk: max(first, day_of(row.created_at)) for row in owed}
    people = [row.cadre_id for row in owed]
    found = {day: _covered(requirement, day, people) for day in {first, *days.values()}}
    gone, moved = [], []
    for row in owed:
        units = [found[day].get(row.cadre_id) for day in (days[row.pk], first)]
        asking = [unit for unit in units if unit is not None]
        if not asking:
            gone.append(row)
        elif row.unit_id not in asking:
            row.unit_id = asking[0]
            moved.append(row)
    Obligation.objects.bulk_update(moved, ["unit"], batch_size=200)
    if gone:
        Obligation.objects.filter(pk__in=[row.pk for row in gone]).delete()
        _tell_withdrawn(requirement, gone, by, reason)
        obligations_changed.send(Obligation, cadre_ids=[row.cadre_id for row in gone])


def _tell_withdrawn(
    requirement: Requirement, gone: list[Obligation], by: User | None, reason: str
) -> None:
    released = [row.cadre_id for row in gone]
    told = {"people": len(released), "ids": spans(released)}
    where = {row.unit_id for row in gone} | units_of(released, today())
    record("obligation.withdraw", requirement, by=by, after=told, reason=reason, units=where)


def _oblige(requirement: Requirement, day: date, cadre_ids: list[int] | None = None) -> set[int]:
    """The units of those who owe from now on."""
    owed = set(requirement.obligations.values_list("cadre_id", flat=True))
    fresh = [
        Obligation(
            requirement=requirement,
            cadre_id=cadre_id,
            course_id=requirement.course_id,
            unit_id=unit_id,
            due_on=requirement.due_on,
        )
        for cadre_id, unit_id in _covered(requirement, day, cadre_ids).items()
        if cadre_id not in owed
    ]
    Obligation.objects.bulk_create(fresh, batch_size=500)
    if fresh:
        obligations_changed.send(Obligation, cadre_ids=[o.cadre_id for o in fresh])
    return {row.unit_id for row in fresh}


def _covered(requirement: Requirement, day: date, cadre_ids: list[int] | None) -> dict[int, int]:
    """Whom the requirement asks on the day, in which unit: that of the main post before others."""
    posts = Post.objects.within([requirement.unit_id], day).order_by("cadre", "-is_main", "id")
    if requirement.group_id:
        posts = posts.in_group(requirement.group_id, day)
    if cadre_ids is not None:
        posts = posts.filter(cadre__in=cadre_ids)
    units: dict[int, int] = {}
    for cadre_id, unit_id in posts.values_list("cadre_id", "unit_id"):
        units.setdefault(cadre_id, unit_id)
    return units


def requirements_touched(
    unit_ids: set[int], ended_ids: set[int], day: date
) -> list[tuple[str, str]]:
    """What is required on these units beyond the day, and what becomes of it, in words."""
    rows = Requirement.objects.filter(unit__in=unit_ids, due_on__gte=day)
    ended = _("%(count)d people owe it and go on owing it; nobody new will, the unit ends.")
    lasting = _("%(count)d people owe it; whoever comes into the unit will owe it too.")
    return [
        (
            _("Course %(course)s, due %(day)s")
            % {"course": row.course.code, "day": format_day(row.due_on)},
            (ended if row.unit_id in ended_ids else lasting) % {"count": row.owing},
        )
        for row in rows.select_related("course").annotate(owing=Count("obligations"))
    ]


@transaction.atomic
def require_hours(
    kind: str, hours: Decimal, *, valid_from: date, document: str, by: User | None = None
) -> HourRule:
    """A kind of cadre must learn so many hours (tiết) a year from the day on, by a document."""
    known = {"hours": hours, "document": clean(document)}
    held = HourRule.objects.filter(kind=kind, valid_from=valid_from, **known).first()
    if held:
        return held
    replaced = HourRule.objects.filter(kind=kind, valid_from=valid_from).first()
    rule, _is_new = HourRule.objects.update_or_create(
        kind=kind, valid_from=valid_from, defaults=known
    )
    record(
        "hours.require",
        rule,
        by=by,
        before={"hours": str(replaced.hours)} if replaced else {},
        after={"hours": str(hours), "from": str(valid_from)},
        reason=rule.document,
    )
    hours_changed.send(HourRule)
    return rule


@transaction.atomic
def waive(
    obligation: Obligation, *, by: User, reason: str, at: datetime | None = None
) -> Obligation:
    """Takes an obligation from a cadre, for a reason that is kept."""
    if not clean(reason):
        raise Refusal(_("Say why the course is waived; the reason is kept."), status=400)
    obligation.waived_at, obligation.waived_by = at or now(), by
    obligation.waived_reason = clean(reason)
    obligation.save(update_fields=["waived_at", "waived_by", "waived_reason"])
    record("obligation.waive", obligation, by=by, reason=obligation.waived_reason)
    obligations_changed.send(Obligation, cadre_ids=[obligation.cadre_id])
    return obligation
