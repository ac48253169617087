"""The shelf of courses and a course's front page, for all who look."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cadres.models import Cadre
from content.models import CoursePage
from courses.enrolling import enrol
from courses.finding import find_courses
from courses.learning import finish_lesson, visit
from courses.models import Completion, Course, Edition, Enrolment
from courses.publishing import publish
from tests.courses.building import make_course, make_course_page, pass_paper, sit

pytestmark = pytest.mark.django_db


def titles(query: str) -> list[str]:
    return [course.current.title for course in find_courses(query) if course.current]


@pytest.fixture
def shelf() -> None:
    make_course(1, title="Kỹ năng hòa giải ở cơ sở")
    make_course(1, title="Đối thoại với nhân dân", summary="Có phần hoà giải.")
    make_course(1, title="Dân vận khéo")


@pytest.mark.parametrize("query", ["hoà giải", "hòa giải", "HOA GIAI", "giải hòa", "hoa gia"])
def test_searching_minds_neither_accents_nor_case_nor_order(shelf: None, query: str) -> None:
    assert titles(query) == ["Kỹ năng hòa giải ở cơ sở", "Đối thoại với nhân dân"]


def test_every_word_must_occur(shelf: None) -> None:
    assert titles("hòa giải khéo") == []
    assert titles("doi thoai") == ["Đối thoại với nhân dân"]


def test_a_word_is_not_found_inside_another(shelf: None) -> None:
    assert titles("heo") == []


def test_the_title_as_typed_ranks_before_the_same_without_accents() -> None:
    make_course(1, title="Dẫn vặn máy bơm", code="A1")
    make_course(1, title="Việc dân vận", code="B1")
    assert titles("dân vận") == ["Việc dân vận", "Dẫn vặn máy bơm"]


def test_lesson_titles_are_searched_too(shelf: None) -> None:
    assert len(titles("bai so 1.1")) == 3


def test_a_visitor_sees_the_shelf(visitor: Client, shelf: None) -> None:
    page = visitor.get("/khoa-hoc/").content.decode()
    assert page.count("card-title") == 3
    assert "Chưa học" not in page


def test_an_empty_search_says_what_to_do(visitor: Client, shelf: None) -> None:
    page = visitor.get("/khoa-hoc/?q=<b>zzz").content.decode()
    assert "Không có khóa học nào có “&lt;b&gt;zzz”" in page
    assert 'href="/khoa-hoc/"' in page


def test_an_empty_shelf_is_no_blank_page(visitor: Client) -> None:
    assert "Chưa có khóa học nào" in visitor.get("/khoa-hoc/").content.decode()


def test_the_shelf_says_how_far_the_learner_is(
    by_learner: Client, by_colleague: Client, enrolment: Enrolment
) -> None:
    finish_lesson(enrolment, enrolment.edition.lessons.all()[0])
    assert "1/3 bài" in by_learner.get("/khoa-hoc/").content.decode()
    assert "Chưa học" in by_colleague.get("/khoa-hoc/").content.decode()


def test_the_shelf_costs_the_same_for_many_courses(
    by_learner: Client, learner: Cadre, django_assert_num_queries: Any
) -> None:
    for _number in range(6):
        enrol(learner, make_course(1))
    with django_assert_num_queries(6):
        assert by_learner.get("/khoa-hoc/").status_code == 200


def test_a_visitor_reads_what_a_course_promises(visitor: Client, course: Course) -> None:
    page = visitor.get(f"/khoa-hoc/{course.slug}/").content.decode()
    assert "4 câu hỏi trong 30 phút; từ 5 điểm (thang 10) là đạt" in page
    assert "Tối đa 3 lần" in page
    assert "Ban Dân vận" in page
    assert "Đăng nhập để bắt đầu học" in page
    assert f"/hoc/{course.slug}/" not in page


def test_an_unknown_course_is_not_found(visitor: Client) -> None:
    assert visitor.get("/khoa-hoc/khong-co/").status_code == 404


def button_of(client: Client, course: Course) -> str:
    page = client.get(f"/khoa-hoc/{course.slug}/").content.decode()
    return page.split("button-primary button-large", 1)[1].split(">", 1)[1].split("<", 1)[0]


def test_the_button_follows_the_learner(by_learner: Client, learner: Cadre, course: Course) -> None:
    assert button_of(by_learner, course) == "Bắt đầu học"
    enrolment = enrol(learner, course)
    first, second, third = enrolment.edition.lessons.all()
    finish_lesson(enrolment, first)
    assert button_of(by_learner, course) == "Học tiếp: Bài 1.2 · 7 phút"
    visit(enrolment, third)
    assert button_of(by_learner, course) == "Học tiếp: Bài 1.3 · 7 phút"
    finish_lesson(enrolment, third)
    finish_lesson(enrolment, second)
    assert button_of(by_learner, course) == "Làm bài kiểm tra cuối khóa"
    pass_paper(enrolment)
    assert button_of(by_learner, course) == "Xem giấy chứng nhận"


def test_who_has_used_every_try_is_told_whom_to_ask(
    by_learner: Client, enrolment: Enrolment
) -> None:
    for lesson in enrolment.edition.lessons.all():
        finish_lesson(enrolment, lesson)
    for _try in range(3):
        sit(enrolment, right=0)
    page = by_learner.get(f"/khoa-hoc/{enrolment.course.slug}/").content.decode()
    assert "Đã hết số lần làm bài kiểm tra" in page
    assert "button-primary" not in page


def test_the_certificate_is_linked_by_its_completion(
    by_learner: Client, enrolment: Enrolment
) -> None:
    pass_paper(enrolment)
    for lesson in enrolment.edition.lessons.all():
        finish_lesson(enrolment, lesson)
    page = by_learner.get(f"/khoa-hoc/{enrolment.course.slug}/").content.decode()
    assert f"/hoc/giay-chung-nhan/{Completion.objects.get().pk}/" in page


def test_a_learner_sees_the_edition_begun_and_hears_of_the_newer(
    by_learner: Client, by_colleague: Client, learner: Cadre
) -> None:
    page = make_course_page()
    old = publish(page, by=None)
    enrol(learner, old.course)
    page.title = "Tên mới"
    page.save_revision()
    publish(CoursePage.objects.get(pk=page.pk), by=None)
    seen = by_learner.get(f"/khoa-hoc/{page.slug}/").content.decode()
    assert old.title in seen
    assert "Khóa học đã có phiên bản mới hơn" in seen
    assert "Tên mới" in by_colleague.get(f"/khoa-hoc/{page.slug}/").content.decode()


def test_the_course_page_is_cheap(
    by_learner: Client, visitor: Client, enrolment: Enrolment, django_assert_num_queries: Any
) -> None:
    path = f"/khoa-hoc/{enrolment.course.slug}/"
    with django_assert_num_queries(9):
        by_learner.get(path)
    with django_assert_num_queries(2):
        visitor.get(path)


def test_a_user_without_a_cadre_record_may_look(by_desk: Client, edition: Edition) -> None:
    assert by_desk.get(f"/khoa-hoc/{edition.course.slug}/").status_code == 200
