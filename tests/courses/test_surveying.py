"""How the courses stand, on the first page of those who write them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from content.models import CoursePage, LessonPage
from courses.publishing import publish
from courses.surveying import survey
from tests.courses.building import add_chapter, add_lesson, make_course_page, make_edition

pytestmark = pytest.mark.django_db


def revise(page: CoursePage) -> LessonPage:
    lesson = LessonPage.objects.descendant_of(page).first()
    assert lesson
    lesson.title = "Tên khác"
    lesson.save_revision()
    return lesson


def test_a_course_taught_as_it_is_written_is_not_read_again() -> None:
    edition = make_edition()
    [standing] = survey()
    assert (standing.edition, standing.lessons, standing.is_changed) == (edition, 3, False)
    assert standing.gaps is None


def test_a_changed_lesson_changes_its_course_until_that_is_published() -> None:
    page = make_course_page()
    publish(page, by=None)
    revise(page)
    [standing] = survey()
    assert (standing.is_changed, standing.gaps) == (True, [])
    publish(page, by=None)
    [standing] = survey()
    assert not standing.is_changed


def test_courses_being_changed_come_first() -> None:
    changed = make_course_page()
    publish(changed, by=None)
    make_edition()
    revise(changed)
    assert survey()[0].page == changed


def test_the_first_page_leads_from_what_is_missing_to_where_it_is_mended(by_desk: Client) -> None:
    page = make_course_page()
    empty = add_lesson(add_chapter(page, "Vận dụng"), "2.1", text="")
    body = by_desk.get("/soan/").content.decode()
    assert "Chưa xuất bản" in body
    assert f'<a href="/soan/pages/{empty.pk}/edit/">Bài “Bài số 2.1” chưa có nội dung.</a>' in body


def test_a_refused_publication_leads_there_too(by_desk: Client) -> None:
    page = make_course_page(final_paper=None)
    query = f"/soan/bulk/wagtailcore/page/publish/?id={page.pk}&next=/soan/"
    answer = by_desk.post(query, {"include_descendants": ""}, follow=True)
    assert f'<a href="/soan/pages/{page.pk}/edit/">' in answer.content.decode()


def test_more_courses_ask_no_more_queries(django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        make_edition()
    with django_assert_max_num_queries(4):
        assert len(survey()) == 3
