from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from cadres.models import Ancestry, Cadre
from cadres.roster import looking, undoing, writing
from courses.models import Course, LessonVisit, Obligation, Progress
from courses.requiring import require
from indicators.measuring import remeasure
from indicators.models import Figure, Plan
from kit.dates import now, today
from lms.demo.plan import build_plan
from tests import cast
from tests.cadres.rosters import roster, row
from tests.cast import Units
from tests.courses.building import make_course
from tests.indicators.building import DAY, complete


@pytest.fixture
def units(db: Any) -> Units:
    return cast.build_units()


@pytest.fixture
def plan(units: Units) -> Plan:
    plan = build_plan(units.root)
    remeasure(plan, on=DAY)
    return plan


@pytest.fixture
def learner(units: Units, plan: Plan) -> Cadre:
    """Has completed K1 and opened a lesson."""
    cadre = cast.make_cadre(units)
    course: Course = make_course(2, code="K1")
    enrolment = complete(cadre, course).enrolment
    lesson = enrolment.edition.lessons.all()[1]
    LessonVisit.objects.create(enrolment=enrolment, lesson=lesson, visited_at=now())
    Progress.objects.update(last_lesson=lesson)
    return cadre


def recompute(*options: str) -> tuple[int, dict[str, Any]]:
    out, code = StringIO(), 0
    try:
        call_command("recompute", *options, "--json", stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue())


def test_nothing_differs_after_a_list_is_undone(units: Units, learner: Cadre) -> None:
    course = Course.objects.get()
    day = today()
    require(course, unit=units.root, starts_on=day, due_on=day + timedelta(days=30))
    owed = Obligation.objects.count()
    run = looking.begin("ds.xlsx", roster([row()]), by=None)
    looking.check(run)
    writing.write(run, by=None)
    assert Obligation.objects.count() == owed + 1
    undoing.undo(run, by=cast.make_admin(), reason="Nhầm tệp")
    assert (recompute("--check")[0], Obligation.objects.count()) == (0, owed)


def test_nothing_differs_after_the_deeds(learner: Cadre) -> None:
    assert recompute("--check") == (
        0,
        {"differences": 0, "ancestry": [], "progress": [], "figures": []},
    )


@pytest.mark.parametrize("what", ["ancestry", "progress", "figures"])
def test_what_was_tampered_with_is_found_and_rebuilt(learner: Cadre, what: str) -> None:
    if what == "ancestry":
        Ancestry.objects.filter(depth=1).first().delete()  # type: ignore[union-attr]
    elif what == "progress":
        Progress.objects.update(lessons_done=0, passed=False)
    else:
        Figure.objects.update(denominator=99)
    code, found = recompute("--check")
    assert code == 1
    assert found[what]
    assert recompute()[0] == 0
    assert recompute("--check")[0] == 0


def test_lost_progress_is_written_anew(learner: Cadre) -> None:
    Progress.objects.all().delete()
    recompute()
    progress = Progress.objects.get()
    assert (progress.lessons_done, progress.tries_used, progress.passed) == (2, 1, True)
    assert progress.last_lesson is not None


def test_looking_changes_nothing(learner: Cadre) -> None:
    Figure.objects.update(denominator=99)
    recompute("--check")
    assert set(Figure.objects.values_list("denominator", flat=True)) == {99}
