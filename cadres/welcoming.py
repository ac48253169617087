"""What the home page says of people and units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.attesting import coverage_of
from cadres.models import Cadre, Role, Unit
from cadres.scopes import Access
from kit.numbers import format_number
from kit.tiles import Line, Tile


def tiles_for(access: Access) -> list[Tile]:
    """Seven queries, for those who see to the whole province's records."""
    if not is_told_of_people(access):
        return []
    path = reverse("cadres:people")
    tops = list(Unit.objects.topmost_on(access.day).values_list("pk", flat=True))
    lines = [*_people(path), *confirmation(tops, access.day), _units(access)]
    return [Tile(_("People and units"), path, lines)]


def is_told_of_people(access: Access) -> bool:
    return access.has(Role.ADMIN, Role.AUDITOR)


def _people(path: str) -> list[Line]:
    never = Q(user__last_login=None, user__is_active=True)
    counted = Cadre.objects.aggregate(all=Count("pk"), never=Count("pk", filter=never))
    words = ngettext("%(number)s cadre record", "%(number)s cadre records", counted["all"])
    lines = [Line(words % {"number": format_number(counted["all"])}, path)]
    if counted["never"]:
        words = ngettext(
            "%(number)s account has never signed in",
            "%(number)s accounts have never signed in",
            counted["never"],
        )
        number = format_number(counted["never"])
        lines.append(Line(words % {"number": number}, f"{path}?signed_in=never", "due"))
    return lines


def _units(access: Access) -> Line:
    number = Unit.objects.existing_on(access.day).count()
    words = ngettext("%(number)s unit today", "%(number)s units today", number)
    return Line(words % {"number": format_number(number)}, reverse("cadres:units"))


def confirmation(unit_ids: Sequence[int], day: date) -> list[Line]:
    """When the people behind a tile's figures were last confirmed; nothing where there are none."""
    coverage = coverage_of(unit_ids, day)
    if not coverage.units:
        return []
    kind = "" if coverage.is_fresh else "due"
    return [Line(capfirst(coverage.words), reverse("cadres:attestations"), kind)]
