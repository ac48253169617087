"""Beginning a course."""

from __future__ import annotations

import pytest
from django.test import Client

from cadres.models import Cadre
from courses.enrolling import enrol
from courses.models import Course, Edition, Enrolment, Progress
from kit.errors import Refusal

pytestmark = pytest.mark.django_db


def test_the_enrolment_has_the_current_edition_and_the_unit(
    learner: Cadre, edition: Edition
) -> None:
    enrolment = enrol(learner, edition.course)
    assert enrolment.edition == edition
    assert enrolment.unit == learner.posts.get().unit
    assert Progress.objects.get(enrolment=enrolment).lessons_done == 0


def test_beginning_twice_is_beginning_once(learner: Cadre, course: Course) -> None:
    assert enrol(learner, course) == enrol(learner, course)
    assert Progress.objects.count() == 1


def test_a_course_without_an_edition_cannot_be_begun(learner: Cadre, course: Course) -> None:
    course.current = None
    with pytest.raises(Refusal):
        enrol(learner, course)


def test_a_learner_begins_and_lands_in_the_first_lesson(by_learner: Client, course: Course) -> None:
    answer = by_learner.post(f"/khoa-hoc/{course.slug}/ghi-danh/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/hoc/{course.slug}/1-1-bai-so-1-1/"
    assert Enrolment.objects.get().course == course


def test_who_is_no_cadre_is_told_what_to_do(by_desk: Client, course: Course) -> None:
    answer = by_desk.post(f"/khoa-hoc/{course.slug}/ghi-danh/")
    assert answer.status_code == 403
    assert not Enrolment.objects.exists()


def test_a_visitor_is_asked_to_sign_in(visitor: Client, course: Course) -> None:
    answer = visitor.post(f"/khoa-hoc/{course.slug}/ghi-danh/")
    assert answer.status_code == 302
    assert "/dang-nhap/" in answer["Location"]
    assert not Enrolment.objects.exists()


def test_looking_at_the_address_begins_nothing(by_learner: Client, course: Course) -> None:
    assert by_learner.get(f"/khoa-hoc/{course.slug}/ghi-danh/").status_code == 405
    assert not Enrolment.objects.exists()
