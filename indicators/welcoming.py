"""What the home page says of the plan."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from cadres.models import Role
from cadres.scopes import Access
from cadres.welcoming import confirmation, is_told_of_people
from indicators import reading
from indicators.judging import finding_of
from indicators.reading import Score
from kit.numbers import format_number
from kit.tiles import Line, Tile

SHOWN = 3


def tiles_for(access: Access) -> list[Tile]:
    """Three queries, for those who answer for the plan or for a unit of it."""
    if not access.has(Role.OWNER, Role.AUDITOR, Role.MANAGER):
        return []
    plan = reading.find_plan(access.day)
    years = reading.years_of(plan) if plan else []
    if plan is None or not years:
        return []
    unit_id = plan.root_id if access.sees_everyone else access.managed_unit_ids[0]
    groups = reading.scores_of(plan, unit_id, years[-1])
    scores = [score for group in groups for score in group.scores]
    path = reverse("indicators:plan")
    lines = [Line(finding_of(scores), path), *(_behind(score) for score in _lowest(scores))]
    if not access.managed_unit_ids and not is_told_of_people(access):  # else on the tile beside
        lines += confirmation([unit_id], access.day)
    return [Tile(_("Plan and indicators"), path, lines)]


def _lowest(scores: list[Score]) -> list[Score]:
    """Those that fall behind, the farthest from their target first."""
    behind = [score for score in scores if score.state == "behind"]
    return sorted(behind, key=_reached)[:SHOWN]


def _reached(score: Score) -> float:
    assert score.value is not None and score.target is not None  # noqa: S101 (it is behind)
    return float(score.value / score.target) if score.target else float(score.value)


def _behind(score: Score) -> Line:
    assert score.value is not None and score.target is not None  # noqa: S101 (it is behind)
    sign = "%" if score.is_percent else ""
    words = _("%(code)s %(name)s: %(value)s of %(target)s") % {
        "code": score.indicator.code,
        "name": score.indicator.name,
        "value": f"{format_number(score.value)}{sign}",
        "target": f"{format_number(score.target)}{sign}",
    }
    return Line(words, reverse("indicators:indicator", args=[score.indicator.code]), "late")
