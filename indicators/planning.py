"""Entering a plan: its groups, indicators and targets as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import TargetGroup, Unit
from indicators.measures import MEASURES
from indicators.measuring import remeasure
from indicators.models import Indicator, IndicatorGroup, Plan, Target
from kit.dates import today
from kit.errors import Refusal
from kit.numbers import format_number
from kit.text import clean
from operations.journalling import record

Content = Mapping[str, Any]


@transaction.atomic
def load_plan(data: Content, root: Unit, *, by: User | None = None) -> Plan:
    """The plan as `data` says, for `root` and all below it; loading it again changes nothing.

    A changed definition gives the indicator its next formula version. Figures of a plan that
    has begun are measured at once.
    """
    plan, is_new = Plan.objects.update_or_create(
        code=data["code"],
        defaults={
            "name": clean(data["name"]),
            "starts_on": data["starts_on"],
            "ends_on": data["ends_on"],
            "root": root,
            "note": clean(data.get("note", "")),
        },
    )
    changed = [_load_group(plan, group, by) for group in data.get("groups", [])]
    if is_new or any(changed):
        record("plan.load", plan, by=by, after={"changed": sum(changed)})
    if any(changed) and plan.starts_on <= today():
        remeasure(plan)
    return plan


def _load_group(plan: Plan, data: Content, by: User | None) -> int:
    """How many of the group's indicators are new or different."""
    group, _is_new = IndicatorGroup.objects.update_or_create(
        plan=plan, number=data["number"], defaults={"name": clean(data["name"])}
    )
    return sum(_load_indicator(group, row, by) for row in data["indicators"])


def _definition(data: Content) -> dict[str, Any]:
    """What decides how an indicator is counted."""
    measure, population = data.get("measure", ""), data.get("population")
    if measure and measure not in MEASURES:
        raise Refusal(_("Nothing is known of the measure “%(name)s”.") % {"name": measure})
    return {
        "measure": measure,
        "parameters": data.get("parameters", {}),
        "population": TargetGroup.objects.get(code=population) if population else None,
    }


def _load_indicator(group: IndicatorGroup, data: Content, by: User | None) -> bool:
    definition = _definition(data)
    words = {
        "name": clean(data["name"]),
        "unit_of_measure": data["unit"],
        "direction": data.get("direction", Indicator.Direction.HIGH),
        "numerator_text": clean(data.get("numerator", "")),
        "denominator_text": clean(data.get("denominator", "")),
    }
    indicator, is_new = Indicator.objects.get_or_create(
        group=group, code=str(data["code"]), defaults=definition | words
    )
    before = _said_of(indicator)
    redefined = any(getattr(indicator, name) != value for name, value in definition.items())
    reworded = any(getattr(indicator, name) != value for name, value in words.items())
    if redefined or reworded:
        for name, value in (definition | words).items():
            setattr(indicator, name, value)
        indicator.formula_version += redefined
        indicator.save()
    changed = any([redefined, reworded, _set_targets(indicator, data.get("targets", {}))])
    if changed and not is_new:
        after = _said_of(indicator)
        same = {name for name in after if after[name] == before[name]}
        record(
            "indicator.change",
            indicator,
            by=by,
            before={name: value for name, value in before.items() if name not in same},
            after={name: value for name, value in after.items() if name not in same},
        )
    return is_new or changed


def _said_of(indicator: Indicator) -> dict[str, str]:
    """What an indicator is, in words for the journal."""
    targets = indicator.targets.order_by("year").values_list("year", "value")
    return {
        "name": indicator.name,
        "measure": indicator.measure,
        "parameters": json.dumps(indicator.parameters, ensure_ascii=False, sort_keys=True),
        "population": str(indicator.population or ""),
        "numerator": indicator.numerator_text,
        "denominator": indicator.denominator_text,
        "targets": "; ".join(f"{year}: {format_number(value)}" for year, value in targets),
    }


def _set_targets(indicator: Indicator, targets: Mapping[int, object]) -> bool:
    wanted = {year: Decimal(str(value)) for year, value in targets.items()}
    held = dict(indicator.targets.values_list("year", "value"))
    if held == wanted:
        return False
    indicator.targets.exclude(year__in=wanted).delete()
    for year, value in wanted.items():
        Target.objects.update_or_create(indicator=indicator, year=year, defaults={"value": value})
    return True


def plans_touched(unit_ids: set[int], ended_ids: set[int]) -> list[tuple[str, str]]:
    """Plans for these units, and what becomes of their targets, in words."""
    plans = Plan.objects.filter(root__in=unit_ids)
    targets = Count("groups__indicators__targets")
    ended = _("Its %(count)d targets stay with the unit that ends; load the plan for the next.")
    lasting = _("Its %(count)d targets hold for the unit as it will be.")
    return [
        (plan.name, (ended if plan.root_id in ended_ids else lasting) % {"count": plan.counted})
        for plan in plans.annotate(counted=targets)
    ]
