"""Confirming once a month who is in a unit, and what stands open while it is not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from hashlib import sha256
from itertools import combinations
from operator import or_
from typing import Any

from django.core.cache import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import ExtractYear
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cadres.choosing import names_on
from cadres.models import (
    Ancestry,
    Attestation,
    Cadre,
    Post,
    Role,
    RoleGrant,
    RosterDifference,
    RosterRun,
    TargetGroup,
    Unit,
)
from cadres.models.people import CadreQuerySet
from cadres.models.units import valid_on
from cadres.scopes import Access
from kit.dates import format_day, today
from kit.errors import Refusal
from operations.journalling import record
from operations.notifying import notify

SOON = timedelta(days=30)


# --- How many there are -----------------------------------------------------------------------


@dataclass(frozen=True)
class Headcount:
    """People of a unit and all below it on a day: in all, and by target group."""

    people: int
    groups: list[tuple[TargetGroup, int]]


def count(unit_id: int, day: date) -> Headcount:
    """Two queries; a person with several posts is one, and may be in several groups."""
    posts = Post.objects.within([unit_id], day).order_by()
    of_group = posts.in_group(OuterRef(OuterRef("pk")), day).annotate(all=Value(1)).values("all")
    number = of_group.annotate(number=Count("cadre", distinct=True)).values("number")
    groups = TargetGroup.objects.annotate(number=Subquery(number)).filter(number__gt=0)
    people = posts.aggregate(number=Count("cadre", distinct=True))["number"]
    return Headcount(people, [(group, group.number) for group in groups])


# --- What is open -----------------------------------------------------------------------------

Condition = Callable[[CadreQuerySet, date], Q]


@dataclass(frozen=True)
class Difference:
    """Something to be set right in the records of those of some people who meet the condition."""

    name: str
    words: Promise
    holds: Condition


def _ending(_people: CadreQuerySet, day: date) -> Q:
    """Nobody's post goes on for long: in a month this person has none."""
    return ~Q(pk__in=Post.objects.held_on(day + SOON).values("cadre"))


def _double(_people: CadreQuerySet, _day: date) -> Q:
    """Another record of the same name and birth, and no identity numbers tell them apart.

    Asked of the whole register: one pass over it, where names of some people only would join their
    posts and units once more for each name.
    """
    years = Cadre.objects.order_by().values("name_key", year=ExtractYear("born_on"))
    twice = years.annotate(n=Count("pk")).filter(n__gt=1)
    alike = Cadre.objects.filter(name_key__in=twice.values("name_key"))
    namesakes = defaultdict(list)
    for cadre in alike.only(*_TELLING):
        namesakes[cadre.name_key, cadre.born_on.year].append(cadre)
    pairs = (pair for group in namesakes.values() for pair in combinations(group, 2))
    return Q(pk__in={cadre.pk for pair in pairs if _may_be_one(*pair) for cadre in pair})


_TELLING = ("name_key", "born_on", "born_year_only", "identity_hash")


def _may_be_one(one: Cadre, other: Cadre) -> bool:
    """Of two of the same name, born in the same year."""
    is_same_day = one.born_on == other.born_on or one.born_year_only or other.born_year_only
    return is_same_day and not (one.identity_hash and other.identity_hash)


def _contested(_people: CadreQuerySet, _day: date) -> Q:
    """A list says otherwise, or may mean this person."""
    about = RosterDifference.objects.undecided().about()
    return Q(pk__in={cadre_id for _run, cadre_ids in about for cadre_id in cadre_ids})


DIFFERENCES = (
    Difference("without_phone", gettext_lazy("No phone number"), lambda people, day: Q(phone="")),
    Difference(
        "year_only",
        gettext_lazy("Only the year of birth is known"),
        lambda people, day: Q(born_year_only=True),
    ),
    Difference("ending", gettext_lazy("All posts end within 30 days"), _ending),
    Difference("double", gettext_lazy("Two records may be one person"), _double),
    Difference("contested", gettext_lazy("A list says otherwise, not decided yet"), _contested),
)


@dataclass(frozen=True)
class Open:
    """A kind of difference, how many people it is about, and some of them."""

    difference: Difference
    number: int
    people: list[Cadre]


def open_in(unit_id: int, day: date, *, shown: int = 20) -> list[Open]:
    """What stands open in a unit, with the first people of each kind."""
    people = Cadre.objects.posted_within([unit_id], day)
    numbers = _numbers(people, day)
    return [
        Open(d, numbers[d.name], list(_meeting(people, d, day)[:shown]))
        for d in DIFFERENCES
        if numbers[d.name]
    ]


def _meeting(people: CadreQuerySet, difference: Difference, day: date) -> CadreQuerySet:
    found = people.filter(difference.holds(people, day)).with_main_post(day)
    return found.order_by("name_key", "pk")


def _numbers(people: CadreQuerySet, day: date) -> dict[str, int]:
    counts = {d.name: Count("pk", filter=d.holds(people, day)) for d in DIFFERENCES}
    return people.order_by().aggregate(**counts)


@dataclass(frozen=True)
class Waiting:
    """A list, and how many of its differences about some people nobody has decided."""

    run: RosterRun
    number: int


def waiting_lists(people: CadreQuerySet, access: Access) -> list[Waiting]:
    """Those the reader may open, the newest first; three queries."""
    if not access.has(Role.MANAGER, Role.AUDITOR, Role.ADMIN):
        return []
    runs = RosterRun.objects.visible_to(access)
    about = list(RosterDifference.objects.undecided().filter(run__in=runs.values("pk")).about())
    meant = {cadre_id for _run, cadre_ids in about for cadre_id in cadre_ids}
    ours = set(people.filter(pk__in=meant).values_list("pk", flat=True))
    numbers = Counter(run_id for run_id, cadre_ids in about if cadre_ids & ours)
    return [Waiting(run, numbers[run.pk]) for run in runs.filter(pk__in=numbers)]


# --- Who has confirmed ------------------------------------------------------------------------


@dataclass(frozen=True)
class Coverage:
    """How far people were confirmed: since when all of them, how many units, what is open.

    `confirmed_on` is the oldest of the units' last confirmations, None while any has none;
    `last_on` the newest.
    """

    confirmed_on: date | None
    last_on: date | None
    units: int
    attested: int
    open: int
    on: date
    lists: list[Waiting]

    @property
    def words(self) -> str:
        """When they were confirmed, for a figure that uses them."""
        if self.confirmed_on:
            return _("people confirmed on %(day)s") % {"day": format_day(self.confirmed_on)}
        if self.units == 1:
            return _("people never confirmed yet")
        if self.last_on:
            words = _("people not confirmed everywhere, last on %(day)s")
            return words % {"day": format_day(self.last_on)}
        return _("people not confirmed everywhere")

    @property
    def is_fresh(self) -> bool:
        """All of it has been confirmed this month."""
        return self.units > 0 and self.attested == self.units


def month_of(day: date) -> date:
    return day.replace(day=1)


def _covering(unit: OuterRef, day: date) -> Q:
    """Attestations of the unit or of one above it: each is about all below."""
    above = Ancestry.objects.filter(valid_on(day), unit=unit)
    return Q(unit__in=above.values("ancestor"))


def coverage_of(unit_ids: Sequence[int], day: date, access: Access | None = None) -> Coverage:
    """Four queries, whatever the people and units; `access` asks for the lists that wait too.

    What is open is counted once a minute: over a whole province it costs more than the page.
    """
    days = list(peopled(unit_ids, day).values())
    confirmed = [on for on in days if on is not None]
    people = Cadre.objects.posted_within(list(unit_ids), day)
    key = sha256(f"{sorted(unit_ids)} {day}".encode()).hexdigest()
    numbers: Any = _lately.get_or_set(key, lambda: _count_open(people, day))
    return Coverage(
        confirmed_on=min(confirmed, default=None) if len(confirmed) == len(days) else None,
        last_on=max(confirmed, default=None),
        units=len(days),
        attested=sum(on >= month_of(day) for on in confirmed),
        open=numbers["open"],
        on=day,
        lists=waiting_lists(people, access) if access and numbers["contested"] else [],
    )


# Of this process: what is open is the same for all who ask about the same units.
_lately: BaseCache = LocMemCache("open differences", {"TIMEOUT": 60})


def _count_open(people: CadreQuerySet, day: date) -> dict[str, int]:
    holds = {difference.name: difference.holds(people, day) for difference in DIFFERENCES}
    return people.order_by().aggregate(
        open=Count("pk", filter=reduce(or_, holds.values())),
        contested=Count("pk", filter=holds["contested"]),
    )


def peopled(unit_ids: Sequence[int], day: date) -> dict[int, date | None]:
    """The units of subtrees that have people of their own, and when each was last confirmed."""
    made = Attestation.objects.filter(attested_on__lte=day)
    last = made.filter(_covering(OuterRef(OuterRef("unit")), day)).order_by("-attested_on")
    held = Post.objects.held_on(day).filter(unit=OuterRef("unit"))
    below = Ancestry.objects.filter(valid_on(day), Exists(held), ancestor__in=unit_ids)
    found = below.annotate(last=Subquery(last.values("attested_on")[:1]))
    return dict(found.values_list("unit", "last"))


# --- Confirming -------------------------------------------------------------------------------


@transaction.atomic
def attest(
    unit: Unit, *, by: User | None, expected: int | None = None, on: date | None = None
) -> Attestation:
    """Confirms the people of a unit and all below it as they stand on the day.

    `expected` is the number that was looked at; another one is refused.
    """
    day = on or today()
    found = count(unit.pk, day)
    if not found.people:
        raise Refusal(_("This unit has no people on %(day)s.") % {"day": format_day(day)})
    if expected not in (None, found.people):
        raise Refusal(_("The number has changed meanwhile. Look at the list once more."))
    people = Cadre.objects.posted_within([unit.pk], day)
    try:
        with transaction.atomic():
            made = Attestation.objects.create(
                unit=unit,
                attested_on=day,
                attested_by=by,
                counts={
                    "people": found.people,
                    "groups": {group.code: number for group, number in found.groups},
                },
                open={name: n for name, n in _numbers(people, day).items() if n},
            )
    except IntegrityError:
        raise Refusal(_("This has been confirmed today already.")) from None
    after = {"people": found.people, "day": str(day)}
    below = Unit.objects.within([unit.pk], day).values_list("pk", flat=True)
    record("unit.attest", unit, by=by, after=after, units=below)
    return made


def remind_managers(*, on: date | None = None) -> int:
    """Tells each manager whose unit is not confirmed this month, once a month."""
    day = on or today()
    month = f"{day:%Y-%m}"
    confirmed = Attestation.objects.filter(attested_on__range=(month_of(day), day))
    covered = confirmed.filter(_covering(OuterRef(OuterRef("unit")), day))
    below = Ancestry.objects.filter(
        valid_on(day), ancestor=OuterRef(OuterRef("unit")), unit=OuterRef("unit")
    )
    held = Post.objects.held_on(day).filter(Exists(below))
    grants = RoleGrant.objects.filter(
        valid_on(day), Exists(held), ~Exists(covered), role=Role.MANAGER, user__is_active=True
    ).select_related("user", "unit")
    names = names_on([grant.unit_id for grant in grants if grant.unit_id], day)
    sent = 0
    for grant in grants:
        assert grant.unit is not None  # noqa: S101 (a manager's grant names a unit)
        title = _("Confirm the people of %(unit)s, month %(month)s")
        words = {"unit": names[grant.unit.pk], "month": f"{day:%m/%Y}"}
        notice = notify(
            grant.user,
            key=f"attest:{grant.unit.pk}:{month}",
            title=(title % words)[:200],
            body=_("Look through the list once a month: figures show when it was confirmed."),
            address=f"/don-vi/xac-nhan/{grant.unit.public_id}/",
        )
        sent += notice is not None
    return sent
