"""Giving and taking back roles."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Role, RoleGrant, Unit, UnitVersion
from cadres.models.units import valid_on
from cadres.scopes import Access
from cadres.signals import role_changed
from kit.dates import now, today
from kit.errors import Refusal
from kit.text import clean, fold
from operations.journalling import record


@transaction.atomic
def grant(
    user: User,
    role: Role,
    *,
    unit: Unit | None = None,
    by: User | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> RoleGrant:
    """A role on a unit's subtree; the same role on the same unit twice is one grant."""
    if role in (Role.MANAGER, Role.ISSUER) and unit is None:
        raise Refusal(_("Choose the unit that this role is for."))
    start = valid_from or today()
    if valid_to is not None and valid_to <= start:
        raise Refusal(_("The role would end before it begins. Choose a later day."))
    User.objects.select_for_update(no_key=True).get(
        pk=user.pk
    )  # two who give it at once give it once
    open_grants = RoleGrant.objects.open_after(start)
    held = open_grants.filter(user=user, role=role, unit=unit).first()
    if held:
        return held
    given = RoleGrant.objects.create(
        user=user,
        role=role,
        unit=unit,
        valid_from=start,
        valid_to=valid_to,
        granted_by=by,
        reason=clean(reason),
    )
    after = {"unit": str(unit or ""), "from": str(start), "to": str(valid_to or "")}
    record("role.grant", given, by=by, after=after, reason=given.reason)
    role_changed.send(RoleGrant, user=user)
    return given


@transaction.atomic
def withdraw(
    held: RoleGrant,
    *,
    by: User | None,
    on: date | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> RoleGrant:
    """The grant ends on the day; one that has not begun yet is kept with no day in it."""
    day = on or today()
    held = RoleGrant.objects.select_for_update(of=("self",)).select_related("user").get(pk=held.pk)
    if held.state_on(day) in {"withdrawn", "ended"}:
        raise Refusal(_("This role has ended already."))
    if held.role == Role.ADMIN and _is_last(held, day):
        raise Refusal(
            _("This is the last administrator. Make somebody else an administrator first.")
        )
    before = {"to": str(held.valid_to or "")}
    held.valid_to = max(day, held.valid_from)
    held.withdrawn_at, held.withdrawn_by = at or now(), by
    held.withdrawal_reason = clean(reason)
    held.save(update_fields=["valid_to", "withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    record("role.withdraw", held, by=by, before=before, after={"to": str(day)}, reason=reason)
    role_changed.send(RoleGrant, user=held.user)
    return held


def _is_last(held: RoleGrant, day: date) -> bool:
    others = RoleGrant.objects.filter(valid_on(day), role=held.role, user__is_active=True)
    return not others.exclude(user=held.user_id).exists()


EXPIRING_WITHIN = timedelta(days=30)


def find_grants(access: Access, text: str = "", *, show: str = "held") -> QuerySet[RoleGrant]:
    """The roles one may read, by the holder's name, with the unit's name of the day.

    `show`: those "held" on the day or given from a later one, those "expiring" within a month,
    or "all" there ever were, the latest first.
    """
    day = access.day
    grants = RoleGrant.objects.visible_to(access)
    if show != "all":
        grants = grants.open_after(day)
    if show == "expiring":
        grants = grants.filter(valid_to__lte=day + EXPIRING_WITHIN)
    found = _told(_matching(grants, text), day)
    if show == "all":
        return found.order_by("-granted_at", "-pk")
    return found.order_by("user__cadre__name_key", "user__full_name", "pk")


def grants_of(user_id: int, access: Access) -> QuerySet[RoleGrant]:
    """All roles somebody ever held that one may read, the latest first."""
    grants = RoleGrant.objects.visible_to(access).filter(user=user_id)
    return _told(grants, access.day).order_by("-valid_from", "-pk")


def _matching(held: QuerySet[RoleGrant], text: str) -> QuerySet[RoleGrant]:
    if wanted := clean(text):
        match = Q(user__full_name__icontains=wanted) | Q(user__username__iexact=wanted)
        if fold(wanted):
            match |= Q(user__cadre__folded__contains=fold(wanted))
        held = held.filter(match)
    return held


def _told(grants: QuerySet[RoleGrant], day: date) -> QuerySet[RoleGrant]:
    """With the unit's name of the day, or its last one before."""
    named = UnitVersion.objects.filter(unit=OuterRef("unit"), valid_from__lte=day)
    people = ("user", "user__cadre", "granted_by", "withdrawn_by")
    return grants.select_related(*people).annotate(
        unit_name=Subquery(named.order_by("-valid_from").values("name")[:1])
    )
