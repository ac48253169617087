"""Printing slips for the first sign-in: for whom one may, what that ends, and the paper itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.admitting import Printed, issue_slips, withdraw_slips
from accounts.models import Slip, User
from accounts.securing import remove_second_step
from cadres.concerning import units_of_each
from cadres.models import Cadre, Role, RoleGrant
from cadres.models.people import CadreQuerySet
from cadres.models.units import valid_on
from cadres.scopes import Access
from kit.dates import day_of, now
from kit.errors import Refusal
from kit.printing import qr_svg, typeset
from operations.journalling import entry, record, record_all
from operations.notifying import notify

LAYOUT = Path(__file__).parent / "layouts" / "slips.typ"
AT_ONCE = 300


@dataclass(frozen=True)
class Batch:
    """Whom slips would be printed for, who of them has one that would end, and who gets none."""

    people: Sequence[Cadre]
    replaced: int
    left_out: Sequence[Cadre]


def with_sign_in(people: CadreQuerySet, at: datetime) -> CadreQuerySet:
    """Those with an open account; annotates `has_slip` (one in force)."""
    slips = Slip.objects.in_force(at).filter(user=OuterRef("user"))
    return people.filter(user__is_active=True).annotate(has_slip=Exists(slips))


def consider(people: Iterable[Cadre], *, access: Access, at: datetime | None = None) -> Batch:
    """What printing for these people would do; refuses when there is nobody to print for."""
    ids = [cadre.pk for cadre in people]
    if len(ids) > AT_ONCE:
        raise Refusal(
            _("At most %(count)d slips are printed at once. Choose a smaller unit.")
            % {"count": AT_ONCE}
        )
    found = with_sign_in(Cadre.objects.filter(pk__in=ids), at or now())
    held = RoleGrant.objects.filter(valid_on(access.day), user=OuterRef("user"))
    chosen = list(
        found.annotate(holds_role=Exists(held))
        .with_main_post(access.day)
        .select_related("user")
        .order_by("unit_name", "name_key", "pk")
    )
    may = [cadre for cadre in chosen if _may_get(cadre, access)]
    return Batch(
        people=may,
        replaced=sum(cadre.has_slip for cadre in may),  # type: ignore[attr-defined]
        left_out=[cadre for cadre in chosen if not _may_get(cadre, access)],
    )


def _may_get(cadre: Cadre, access: Access) -> bool:
    """Whoever holds a role gets a slip from an administrator only; nobody gets one of oneself."""
    if cadre.user_id == access.user_id:
        return False
    return access.has(Role.ADMIN) or not cadre.holds_role  # type: ignore[attr-defined]


@transaction.atomic
def print_slips(
    people: Iterable[Cadre], *, by: User, access: Access, at: datetime | None = None
) -> bytes:
    """The PDF of fresh slips; the codes are in it and nowhere else. The journal names each."""
    at = at or now()
    batch = consider(people, access=access, at=at)
    if not batch.people:
        raise Refusal(
            _("There is nobody to print for: who holds a role gets a slip from an administrator."),
            status=403 if batch.left_out else 409,
        )
    users = [cadre.user for cadre in batch.people if cadre.user]
    printed = issue_slips(users, by=by, at=at)
    units = units_of_each([cadre.pk for cadre in batch.people], day_of(at))
    entries = [
        (
            entry("slip.print", cadre, by=by, after={"to": str(day_of(made.slip.expires_at))}),
            units[cadre.pk],
        )
        for cadre, made in zip(batch.people, printed, strict=True)
    ]
    record_all(entries)
    return typeset(LAYOUT, {"slips": _papers(batch.people, printed)}, format="pdf")


@transaction.atomic
def withdraw_slip(cadre: Cadre, *, by: User) -> None:
    """The open slip of one who need not have one; refuses when there is none."""
    if cadre.user is None or not withdraw_slips([cadre.user]):
        raise Refusal(_("There is no open slip to withdraw."))
    record("slip.withdraw", cadre, by=by)


@transaction.atomic
def take_off_second_step(cadre: Cadre, *, by: User, access: Access) -> None:
    """For one who lost phone and recovery codes: an administrator, who knows it is that person."""
    if not access.has(Role.ADMIN) or cadre.user_id == access.user_id:
        raise Refusal(_("Only another administrator takes off a second step."), status=403)
    if cadre.user is None:
        raise Refusal(_("No second step is set up."))
    forget_second_step(cadre.user, by=by)


@transaction.atomic
def forget_second_step(user: User, *, by: User | None = None, reason: str = "") -> None:
    """Refuses when there is none. Without `by`: from the machine itself, by who keeps it."""
    if not remove_second_step(user):
        raise Refusal(_("No second step is set up."))
    cadre = Cadre.objects.filter(user=user).first()
    record("second_step.remove", cadre or user, by=by, reason=reason)
    notify(
        user,
        key=f"second_step:{now().timestamp()}",
        title=_("An administrator took off your second step when signing in"),
        body=_(
            "If you did not ask for it, say so at once. Set it up anew on the page “My account”."
        ),
        address="/tai-khoan/",
    )


def find_open_slip(cadre: Cadre, at: datetime | None = None) -> Slip | None:
    return Slip.objects.in_force(at or now()).filter(user=cadre.user_id).first()


def _papers(people: Sequence[Cadre], printed: list[Printed]) -> list[dict[str, Any]]:
    site = settings.BASE_URL
    return [
        {
            "name": cadre.full_name,
            "born": cadre.born_on.year,
            "unit": cadre.unit_name or "",  # type: ignore[attr-defined]
            "logins": _logins(made.slip.user),
            "code": made.spaced_code,
            "door": f"{urlsplit(site).netloc}/tai-khoan/phieu",
            "address": made.address,
            "qr": qr_svg(made.address),
            "until": f"{localtime(made.slip.expires_at):%H:%M %d/%m/%Y}",
        }
        for cadre, made in zip(people, printed, strict=True)
    ]


def _logins(user: User) -> list[str]:
    return [user.phone, user.username] if user.phone else [user.username]
