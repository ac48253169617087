from __future__ import annotations

from typing import Any

import pytest
import yaml

from indicators.measures import MEASURES
from indicators.models import Indicator, Plan, Target
from indicators.planning import load_plan
from kit.errors import Refusal
from lms.demo.plan import build_plan
from lms.demo.tables import DATA
from operations.models import JournalEntry
from tests.cast import Units


@pytest.fixture
def content() -> Any:
    return yaml.safe_load((DATA / "plan-2026.yaml").read_text(encoding="utf-8"))


def test_the_plan_has_ten_groups_and_six_measures(plan: Plan) -> None:
    assert [group.number for group in plan.groups.all()] == list(range(1, 11))
    automatic = Indicator.objects.exclude(measure="")
    assert set(automatic.values_list("measure", flat=True)) == set(MEASURES)
    assert sorted(automatic.values_list("code", flat=True)) == [
        "1.1", "10.4", "2.1", "2.3", "2.5", "2.9", "2.9b",
    ]  # fmt: skip


def test_building_it_again_changes_nothing(plan: Plan, units: Units) -> None:
    counts = Indicator.objects.count(), Target.objects.count(), JournalEntry.objects.count()
    build_plan(units.root)
    assert counts == (
        Indicator.objects.count(),
        Target.objects.count(),
        JournalEntry.objects.count(),
    )


def test_another_definition_is_the_next_version_of_the_formula(
    plan: Plan, units: Units, content: Any
) -> None:
    content["groups"][0]["indicators"][0]["parameters"] = {"courses": ["K1", "K3"]}
    content["groups"][0]["indicators"][1]["name"] = "Tên khác"
    load_plan(content, units.root)
    assert Indicator.objects.get(code="1.1").formula_version == 2
    assert Indicator.objects.get(code="1.2").formula_version == 1


def test_a_target_is_changed_as_data(plan: Plan, units: Units, content: Any) -> None:
    content["groups"][0]["indicators"][0]["targets"] = {2026: "62.5"}
    load_plan(content, units.root)
    targets = Target.objects.filter(indicator__code="1.1").values_list("year", "value")
    assert [(year, str(value)) for year, value in targets] == [(2026, "62.50")]


def test_the_journal_keeps_what_an_indicator_was(plan: Plan, units: Units, content: Any) -> None:
    first = content["groups"][0]["indicators"][0]
    held, first["name"] = first["name"], "Tên khác"
    load_plan(content, units.root)
    entry = JournalEntry.objects.filter(deed="indicator.change").get()
    assert (entry.before, entry.after) == ({"name": held}, {"name": "Tên khác"})


def test_an_unknown_measure_is_refused(units: Units, plan: Plan, content: Any) -> None:
    content["groups"][0]["indicators"][0]["measure"] = "guessed"
    with pytest.raises(Refusal, match="guessed"):
        load_plan(content, units.root)
