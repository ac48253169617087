"""Retention from the roof: what is ended, and what must not change by it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from assessments.models import AnswerEvent, QuestionVersion
from cadres.models import Cadre, Post
from cadres.retaining import ANONYMOUS
from cadres.signals import posts_changed
from certificates.verifying import register_faults
from courses.learning import answer_practice, visit
from courses.models import LessonVisit, Obligation, PracticeAnswer
from kit.dates import now, today
from lms.keeping import KEEPINGS
from operations.retaining import retain, set_rule
from tests.lms.building import LEARNER, NOBODY, World

MUCH_LATER = timedelta(days=4000)


@pytest.fixture
def world(world: World) -> World:
    for code in ("people-left", "answers", "visits", "practice"):
        set_rule(code, 24, "Quy định 1", keepings=KEEPINGS, by=None)
    return world


def end(later: timedelta = MUCH_LATER, **options: Any) -> dict[str, int]:
    return {one.code: one.count for one in retain(KEEPINGS, at=now() + later, **options)}


def leave(cadre: Cadre) -> None:
    Post.objects.filter(cadre=cadre).update(valid_to=today())
    posts_changed.send(Cadre, cadre_ids=[cadre.pk])


def test_figures_progress_and_the_register_stay_as_they_are(world: World) -> None:
    lesson = world.enrolment.edition.lessons.get()
    world.enrolment.refresh_from_db()
    for day in range(3):
        visit(world.enrolment, lesson, at=now() + timedelta(days=day))
    leave(world.learner)
    ended = end()
    assert ended["answers"] > 0
    assert ended["visits"] == 2
    assert LessonVisit.objects.count() == 1
    call_command("recompute", "--check")
    assert list(register_faults()) == []


def test_answers_go_and_the_grade_stays(world: World) -> None:
    end()
    assert not AnswerEvent.objects.filter(slot__attempt=world.finished).exists()
    world.finished.refresh_from_db()
    assert world.finished.passed
    address = reverse("courses:result", args=[world.course.slug, world.finished.pk])
    assert world.client("learner").get(address).status_code == 200


def test_practice_answers_go(world: World) -> None:
    lesson = world.enrolment.edition.lessons.get()
    question = QuestionVersion.objects.get(pk=world.question)
    answer_practice(world.enrolment, lesson, question, {"chosen": []})
    assert end()["practice"] == 1
    assert not PracticeAnswer.objects.exists()


def test_the_paper_still_verifies_with_the_name_that_was_printed(world: World) -> None:
    leave(world.learner)
    Obligation.objects.filter(cadre=world.learner).delete()
    assert end()["people-left"] >= 1
    world.learner.refresh_from_db()
    assert world.learner.full_name == ANONYMOUS
    page = world.client(NOBODY).get(f"/xac-minh/{world.certificate.code}/")
    assert LEARNER in page.content.decode()


def test_who_still_owes_a_course_keeps_the_name(world: World) -> None:
    colleague = Cadre.objects.get(user=world.users["colleague"])
    leave(colleague)
    end()
    colleague.refresh_from_db()
    assert colleague.full_name == "Trần Văn Bình"


def test_the_command_says_what_it_would_do(world: World, capsys: Any) -> None:
    call_command("retain", "--dry-run", "--json")
    counts = json.loads(capsys.readouterr().out)
    assert counts == {"people-left": 0, "answers": 0, "visits": 0, "practice": 0}


def test_an_administrator_sets_a_rule_and_an_auditor_reads_it(world: World) -> None:
    given = {"code": "notices", "months": "12", "document": "Quy định 2"}
    assert world.client("auditor").post("/luu-giu/", given).status_code == 404
    admin = world.client("admin")
    assert admin.post("/luu-giu/", given | {"months": "0"}).status_code == 422
    assert admin.post("/luu-giu/", given).status_code == 302
    assert "Quy định 2" in world.client("auditor").get("/luu-giu/").content.decode()
