"""What several addresses are asked with: a day, a unit, a lens."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request

from cadres.choosing import UnitChoice, find_unit, is_overseer, units_for
from cadres.lensing import Lens
from cadres.scopes import Access

UNIT = OpenApiParameter("unit", OpenApiTypes.UUID, description=gettext_lazy("Id of a unit"))
DAY = OpenApiParameter(
    "on", OpenApiTypes.DATE, description=gettext_lazy("A day; today when left out")
)

LENS = OpenApiParameter(
    "lens",
    str,
    enum=["then", "now"],
    description=gettext_lazy(
        "By whose units: `then`, those of the day (when left out); `now`, restated by those of"
        " today, where a number with a fraction is an estimate"
    ),
)


def not_found() -> NotFound:
    return NotFound(_("There is no such thing, or it is not for this account."))


def day_of_request(request: Request, name: str = "on") -> date | None:
    text = request.query_params.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValidationError({"detail": _("Write the day as 2026-09-05.")}) from None


def lens_of_request(request: Request, access: Access, day: date) -> Lens:
    """What `on` and `lens` ask for; `day` where the first is left out."""
    asked = request.query_params.get("lens", "then")
    if asked not in {"then", "now"}:
        raise ValidationError({"detail": _("Write the lens as “then” or “now”.")})
    return Lens(access, day_of_request(request) or day, asked == "now")


def unit_of_request(
    request: Request, access: Access, lens: Lens | None = None
) -> UnitChoice | None:
    """The unit asked for, of those one oversees, through the lens; another is not found."""
    wanted = request.query_params.get("unit", "")
    if not wanted:
        return None
    if not is_overseer(access):
        raise not_found()
    return chosen(lens.units() if lens else units_for(access), wanted)


def chosen(units: list[UnitChoice], public_id: str) -> UnitChoice:
    try:
        unit = find_unit(units, str(UUID(public_id)))
    except ValueError:
        unit = None
    if unit is None:
        raise not_found()
    return unit
