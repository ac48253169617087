"""What the home page says of the register."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Role
from cadres.scopes import Access
from certificates.finding import completions_waiting
from certificates.models import Certificate
from kit.numbers import format_number
from kit.tiles import Line, Tile


def tiles_for(access: Access) -> list[Tile]:
    """Three queries, for issuers and those who oversee them."""
    if not access.has(Role.ISSUER, Role.AUDITOR):
        return []
    path = reverse("certificates:register")
    lines = [*_waiting(access, path), *_last(access), *_counts(access, path)]
    return [Tile(_("Register of certificates"), path, lines)]


def _waiting(access: Access, path: str) -> list[Line]:
    number = completions_waiting(access).count()
    if not number:
        return [Line(_("Nobody waits for a certificate"), path, "done")]
    words = ngettext(
        "%(number)s certificate waits to be issued",
        "%(number)s certificates wait to be issued",
        number,
    )
    return [Line(words % {"number": format_number(number)}, f"{path}#cho-cap", "late")]


def _last(access: Access) -> list[Line]:
    last = Certificate.objects.in_register_of(access).order_by("-issued_at", "-id")
    return [
        Line(
            _("Last line: %(number)s") % {"number": number},
            reverse("certificates:entry", args=[code]),
        )
        for number, code in last.values_list("number", "code")[:1]
    ]


def _counts(access: Access, path: str) -> list[Line]:
    month = access.day - timedelta(days=access.day.day - 1)
    counted = Certificate.objects.in_register_of(access).aggregate(
        month=Count("pk", filter=Q(issued_on__gte=month)),
        revoked=Count("pk", filter=Q(state=Certificate.State.REVOKED)),
    )
    this_month = _("Issued this month: %(number)s") % {"number": format_number(counted["month"])}
    revoked = _("Revoked: %(number)s") % {"number": format_number(counted["revoked"])}
    return [
        Line(this_month, f"{path}?nam={access.day.year}"),
        Line(revoked, f"{path}?trang-thai={Certificate.State.REVOKED}"),
    ]
