"""Publishing: a promise that cannot be kept is refused; an edition never changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from assessments.models import Paper
from assessments.writing import write_question
from content.models import CoursePage, LessonPage
from courses.enrolling import enrol
from courses.models import Edition, Enrolment
from courses.publishing import find_gaps, publish
from kit.errors import Refusal
from tests.assessments.building import MULTIPLE, make_bank, make_cadre, make_paper
from tests.courses.building import (
    add_chapter,
    add_lesson,
    make_course_page,
    make_page,
    make_question,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> CoursePage:
    return make_course_page(lessons=2)


def gaps_of(page: CoursePage) -> list[str]:
    with translation.override("en"), pytest.raises(Refusal) as refused:
        publish(page, by=None)
    with translation.override("en"):
        return [str(gap) for gap in refused.value.gaps]


def change(page: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(page, name, value)
    page.save()
    page.save_revision()


def test_a_course_without_a_paper_is_refused() -> None:
    assert gaps_of(make_course_page(final_paper=None)) == ["The course has no final paper."]


def test_a_paper_that_draws_more_than_its_bank_has_is_refused() -> None:
    paper = make_paper(make_bank(3), draw=4)
    assert gaps_of(make_course_page(final_paper=paper)) == [
        "The paper draws 4 questions but its bank has only 3."
    ]


def test_an_empty_lesson_and_an_empty_chapter_are_refused(page: CoursePage) -> None:
    add_lesson(add_chapter(page, "Vận dụng"), "2.1", text="")
    add_chapter(page, "Kết")
    assert gaps_of(page) == ["Chapter “Kết” has no lesson.", "Lesson “Bài số 2.1” is empty."]


def test_a_course_without_lesson_outcome_and_issuer_is_told_all_at_once() -> None:
    gaps = gaps_of(make_page(issuing_unit=None, outcomes=[]))
    assert gaps[:3] == [
        "The course names no learning outcome.",
        "The course names no unit that issues its certificate.",
        "The course has no lesson.",
    ]


def test_two_lessons_of_one_number_are_refused(page: CoursePage) -> None:
    add_lesson(add_chapter(page), "1.2")
    assert gaps_of(page) == ["Two lessons have the number 1.2."]


def test_a_practice_question_that_is_gone_is_refused(page: CoursePage) -> None:
    version = make_question()
    add_lesson(add_chapter(page), "2.1", question=version)
    question = version.question
    version.delete()
    question.delete()
    assert gaps_of(page) == ["Lesson “Bài số 2.1” has a practice question without any text."]


def test_nothing_is_left_behind_by_a_refusal() -> None:
    gaps_of(make_course_page(final_paper=None))
    assert not Edition.objects.exists()


def test_the_first_edition_has_the_outline_and_goes_on_offer(page: CoursePage) -> None:
    edition = publish(page, by=None)
    assert (edition.number, edition.lesson_count) == (1, 2)
    assert edition.course.current == edition
    [chapter] = edition.outline
    assert [lesson["code"] for lesson in chapter["lessons"]] == ["1.1", "1.2"]
    assert {row["id"] for row in chapter["lessons"]} == {row.pk for row in edition.lessons.all()}


def test_editing_the_pages_afterwards_changes_nothing_in_the_edition(page: CoursePage) -> None:
    edition = publish(page, by=None)
    before = list(edition.lessons.values_list("title", "segments"))
    lesson = LessonPage.objects.descendant_of(page).first()
    block = LessonPage._meta.get_field("body").stream_block
    body = block.to_python([{"type": "text", "value": "<p>Khác hẳn.</p>"}])
    change(lesson, title="Tên khác", body=body)
    change(page, title="Khóa khác")
    edition.refresh_from_db()
    assert list(edition.lessons.values_list("title", "segments")) == before
    assert edition.title == "Tư tưởng Hồ Chí Minh về dân vận"


def test_a_changed_lesson_makes_the_next_edition(page: CoursePage) -> None:
    first = publish(page, by=None)
    change(LessonPage.objects.descendant_of(page).first(), title="Tên khác")
    second = publish(page, by=None)
    assert (first.number, second.number) == (1, 2)
    assert second.course.current == second


@pytest.mark.parametrize("changed", ["chapter title", "lesson summary", "pass grade"])
def test_whatever_a_learner_could_see_makes_the_next_edition(
    page: CoursePage, changed: str
) -> None:
    publish(page, by=None)
    if changed == "chapter title":
        change(page.get_children().first().specific, title="Chương khác")
    elif changed == "lesson summary":
        change(LessonPage.objects.descendant_of(page).first(), summary="Tóm tắt khác.")
    else:
        Paper.objects.update(pass_grade=9)
    assert publish(CoursePage.objects.get(pk=page.pk), by=None).number == 2


def test_an_unchanged_course_makes_no_new_edition(page: CoursePage) -> None:
    first = publish(page, by=None)
    page.save_revision()
    assert publish(CoursePage.objects.get(pk=page.pk), by=None) == first
    assert Edition.objects.count() == 1


def test_the_language_of_the_author_is_not_the_learners(page: CoursePage) -> None:
    first = publish(page, by=None)
    with translation.override("en"):
        assert publish(page, by=None) == first


def test_a_learner_stays_on_the_edition_begun(page: CoursePage) -> None:
    first = publish(page, by=None)
    learner = make_cadre()
    enrol(learner, first.course)
    change(page, summary="Tóm tắt khác.")
    second = publish(page, by=None)
    again = enrol(learner, second.course)
    assert again.edition == first
    assert enrol(make_cadre("Đỗ Quỳnh Trâm"), second.course).edition == second
    assert Enrolment.objects.count() == 2


def test_an_embedded_question_keeps_its_version(page: CoursePage) -> None:
    version = make_question()
    add_lesson(add_chapter(page), "2.1", question=version)
    edition = publish(page, by=None)
    question = version.question
    newer = write_question(
        question.bank,
        question.code,
        kind="multiple",
        stem="Hỏi khác?",
        body=MULTIPLE,
        practice_only=True,
    )
    asked = edition.lessons.get(code="2.1").segments[-1]
    assert (asked["question"], asked["stem"]) == (version.pk, version.stem)
    asked = publish(page, by=None).lessons.get(code="2.1").segments[-1]
    assert (asked["question"], asked["kind"]) == (newer.pk, "multiple")


def test_which_choice_is_right_stays_on_the_server(page: CoursePage) -> None:
    add_lesson(add_chapter(page), "2.1", question=make_question())
    edition = publish(page, by=None)
    segment = edition.lessons.get(code="2.1").segments[-1]
    assert {key for choice in segment["choices"] for key in choice} == {"key", "text"}
    assert "feedback" not in segment


def test_a_course_that_may_be_published_has_no_gap(page: CoursePage) -> None:
    assert find_gaps(page) == []
