"""The lesson page, its practice questions, and my learning."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from cadres.models import Cadre
from courses.enrolling import enrol
from courses.learning import SAME_VISIT, finish_lesson, visit
from courses.models import (
    Enrolment,
    HourRule,
    LessonDone,
    LessonVisit,
    PracticeAnswer,
    Progress,
)
from courses.publishing import publish
from courses.reckoning import reckon
from courses.requiring import require
from kit.dates import now, today
from kit.errors import Refusal
from tests.courses.building import (
    add_chapter,
    add_lesson,
    lesson_path,
    make_course,
    make_edition,
    make_page,
    make_question,
    pass_paper,
)

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# --- The lesson page ---------------------------------------------------------------------------
def test_the_learner_reads_the_lesson(by_learner: Client, enrolment: Enrolment) -> None:
    page = read(by_learner, lesson_path(enrolment, 2))
    assert "<p>Nghe dân nói.</p>" in page
    assert "Bài thứ 2 trong 3 bài" in page
    assert f'rel="prev" href="{lesson_path(enrolment, 1)}"' in page
    assert f'rel="next" href="{lesson_path(enrolment, 3)}"' in page
    assert "Đã học xong bài này" in page


def test_who_has_not_begun_is_shown_the_way_in(
    by_colleague: Client, by_desk: Client, enrolment: Enrolment
) -> None:
    for client in (by_colleague, by_desk):
        answer = client.get(lesson_path(enrolment))
        assert answer.status_code == 403
        assert f"/khoa-hoc/{enrolment.course.slug}/ghi-danh/" in answer.content.decode()


def test_a_visitor_signs_in_first(visitor: Client, enrolment: Enrolment) -> None:
    answer = visitor.get(lesson_path(enrolment))
    assert answer.status_code == 302
    assert "/dang-nhap/" in answer["Location"]


@pytest.mark.parametrize("path", ["/hoc/khong-co/1-1-bai/", "/hoc/{course}/9-9-khong-co/"])
def test_what_is_not_there_is_not_found(
    by_learner: Client, enrolment: Enrolment, path: str
) -> None:
    assert by_learner.get(path.format(course=enrolment.course.slug)).status_code == 404


def test_a_reload_of_the_lesson_writes_nothing_and_costs_eight_queries(
    by_learner: Client, enrolment: Enrolment, django_assert_num_queries: Any
) -> None:
    read(by_learner, lesson_path(enrolment))
    with django_assert_num_queries(8):
        read(by_learner, lesson_path(enrolment))
    assert LessonVisit.objects.count() == 1


def test_the_place_is_remembered(by_learner: Client, enrolment: Enrolment) -> None:
    read(by_learner, lesson_path(enrolment, 2))
    assert Progress.objects.get().last_lesson == enrolment.edition.lessons.get(position=2)
    assert "Học tiếp: Bài 1.2" in read(by_learner, "/")


def test_the_same_visit_is_written_once_and_a_later_one_again(enrolment: Enrolment) -> None:
    lesson = enrolment.edition.lessons.get(position=1)
    begun = now()
    visit(enrolment, lesson, at=begun)
    visit(enrolment, lesson, at=begun + SAME_VISIT / 2)
    assert LessonVisit.objects.count() == 1
    visit(enrolment, lesson, at=begun + SAME_VISIT)
    assert LessonVisit.objects.count() == 2


# --- "Đã học xong" -----------------------------------------------------------------------------
def test_finishing_leads_to_the_next_lesson(by_learner: Client, enrolment: Enrolment) -> None:
    answer = by_learner.post(lesson_path(enrolment, 1) + "xong/")
    assert answer["Location"] == lesson_path(enrolment, 2)
    assert Progress.objects.get().lessons_done == 1
    assert "Mục lục: đã xong 1/3 bài" in read(by_learner, lesson_path(enrolment, 1))


def test_htmx_is_told_where_to_go(by_learner: Client, enrolment: Enrolment) -> None:
    answer = by_learner.post(lesson_path(enrolment, 1) + "xong/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, lesson_path(enrolment, 2))


def test_finishing_the_last_one_goes_back_to_what_was_left_out(
    by_learner: Client, enrolment: Enrolment
) -> None:
    by_learner.post(lesson_path(enrolment, 1) + "xong/")
    answer = by_learner.post(lesson_path(enrolment, 3) + "xong/")
    assert answer["Location"] == lesson_path(enrolment, 2)


def test_after_all_lessons_comes_the_final_test(by_learner: Client, enrolment: Enrolment) -> None:
    for place in (1, 2, 3):
        answer = by_learner.post(lesson_path(enrolment, place) + "xong/")
    assert answer["Location"] == f"/khoa-hoc/{enrolment.course.slug}/"
    test = f"/hoc/{enrolment.course.slug}/kiem-tra/"
    assert test in read(by_learner, answer["Location"])
    assert test in read(by_learner, lesson_path(enrolment, 2))


def test_finishing_twice_is_finishing_once(enrolment: Enrolment) -> None:
    lesson = enrolment.edition.lessons.get(position=1)
    assert finish_lesson(enrolment, lesson)
    assert not finish_lesson(enrolment, lesson)
    assert Progress.objects.get().lessons_done == LessonDone.objects.count() == 1


def test_a_lesson_of_another_edition_counts_for_nothing(enrolment: Enrolment) -> None:
    foreign = make_edition().lessons.get(position=1)
    for deed in (finish_lesson, visit):
        with pytest.raises(Refusal):
            deed(enrolment, foreign)
    assert not LessonDone.objects.exists()


def test_nobody_finishes_for_another(
    by_colleague: Client, visitor: Client, enrolment: Enrolment
) -> None:
    assert by_colleague.post(lesson_path(enrolment) + "xong/").status_code == 403
    assert visitor.post(lesson_path(enrolment) + "xong/").status_code == 302
    assert not LessonDone.objects.exists()


# --- Practice questions ------------------------------------------------------------------------
@pytest.fixture(params=["single", "multiple"])
def asked(request: pytest.FixtureRequest, learner: Cadre) -> tuple[str, Any]:
    """The address of a practice question, and its version."""
    page = make_page()
    version = make_question(request.param)
    add_lesson(add_chapter(page), "1.1", question=version)
    enrolment = enrol(learner, publish(page, by=None).course)
    return f"{lesson_path(enrolment)}on/{version.pk}/", version


def keys(version: Any, *, right: bool) -> list[str]:
    return [choice["key"] for choice in version.body["choices"] if choice["right"] is right]


def test_a_right_answer_is_told_so_and_kept(by_learner: Client, asked: tuple[str, Any]) -> None:
    path, version = asked
    answer = by_learner.post(path, {"chosen": keys(version, right=True)})
    page = answer.content.decode()
    assert "feedback-right" in page
    assert "Ghi lại, đọc lại, hẹn lại." in page
    assert PracticeAnswer.objects.get().fraction == 1


def test_a_wrong_answer_says_why_and_may_be_given_again(
    by_learner: Client, asked: tuple[str, Any]
) -> None:
    path, version = asked
    page = by_learner.post(path, {"chosen": keys(version, right=False)[:1]}).content.decode()
    assert "feedback-wrong" in page
    assert page.count("choice-wrong") == 1
    assert version.body["choices"][1 if version.kind == "single" else 2]["feedback"] in page
    assert "Trả lời lại" in page
    by_learner.post(path, {"chosen": keys(version, right=True)})
    assert [row.fraction for row in PracticeAnswer.objects.order_by("pk")] == [0, 1]


def test_without_script_the_whole_page_returns(by_learner: Client, asked: tuple[str, Any]) -> None:
    path, version = asked
    page = by_learner.post(path, {"chosen": keys(version, right=True)}).content.decode()
    assert f'action="{path}#cau-{version.pk}"' in page
    assert "<h1" in page
    assert "Nghe dân nói." in page


def test_htmx_gets_the_question_alone(by_learner: Client, asked: tuple[str, Any]) -> None:
    path, version = asked
    answer = by_learner.post(
        path, {"chosen": keys(version, right=True)}, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert page.strip().startswith('<section class="practice"')
    assert "<h1" not in page
    assert "feedback-right" in page


def test_no_choice_is_no_answer(by_learner: Client, asked: tuple[str, Any]) -> None:
    page = by_learner.post(asked[0]).content.decode()
    assert "Đồng chí hãy chọn câu trả lời trước." in page
    assert not PracticeAnswer.objects.exists()


def test_a_choice_the_question_has_not_is_refused(
    by_learner: Client, asked: tuple[str, Any]
) -> None:
    assert by_learner.post(asked[0], {"chosen": ["zz"]}).status_code == 400
    assert not PracticeAnswer.objects.exists()


def test_a_question_of_another_lesson_is_not_found(
    by_learner: Client, asked: tuple[str, Any]
) -> None:
    path = asked[0].replace(f"on/{asked[1].pk}/", f"on/{make_question().pk}/")
    assert by_learner.post(path, {"chosen": ["a"]}).status_code == 404


def test_coming_back_to_the_address_shows_the_lesson(
    by_learner: Client, asked: tuple[str, Any]
) -> None:
    path = asked[0]
    assert by_learner.get(path)["Location"] == path.split("on/")[0]


def test_practice_is_the_learners_alone(
    by_colleague: Client, visitor: Client, asked: tuple[str, Any]
) -> None:
    assert by_colleague.post(asked[0], {"chosen": ["a"]}).status_code == 403
    assert visitor.post(asked[0], {"chosen": ["a"]}).status_code == 302
    assert not PracticeAnswer.objects.exists()


def test_the_page_does_not_say_which_choice_is_right(
    by_learner: Client, asked: tuple[str, Any]
) -> None:
    page = read(by_learner, asked[0].split("on/")[0])
    assert "Đúng lối." not in page
    assert "choice-right" not in page


# --- My learning -------------------------------------------------------------------------------
def test_what_is_owed_stands_first_with_its_day(
    by_learner: Client, learner: Cadre, enrolment: Enrolment
) -> None:
    unit = learner.posts.get().unit
    require(enrolment.course, unit=unit, starts_on=today(), due_on=today() + timedelta(days=5))
    late = make_course(1)
    long_ago = today() - timedelta(days=90)
    require(late, unit=unit, starts_on=long_ago, due_on=today() - timedelta(days=2))
    page = read(by_learner, "/hoc/")
    assert "Quá hạn 2 ngày" in page
    assert "Còn 5 ngày" in page
    assert page.index("Quá hạn 2 ngày") < page.index("Còn 5 ngày")
    assert "Đồng chí cần học 2 khóa" in read(by_learner, "/")


def test_hours_of_the_year_are_counted_once_a_course(
    by_learner: Client, learner: Cadre, enrolment: Enrolment
) -> None:
    HourRule.objects.create(
        kind=learner.kind, hours=Decimal(40), valid_from=date(2020, 1, 1), document="Quy định"
    )
    for lesson in enrolment.edition.lessons.all():
        finish_lesson(enrolment, lesson)
    pass_paper(enrolment)
    page = read(by_learner, "/hoc/")
    assert "8/40 tiết" in page
    assert f"/hoc/giay-chung-nhan/{enrolment.completion.pk}/" in page
    completion = enrolment.completion
    completion.completed_on = date(today().year - 1, 12, 31)
    completion.save()
    assert reckon(learner.pk).hours == 0


def test_two_requirements_of_one_course_are_one_obligation(
    learner: Cadre, enrolment: Enrolment
) -> None:
    unit = learner.posts.get().unit
    for days in (30, 10):
        due = today() + timedelta(days=days)
        require(enrolment.course, unit=unit, starts_on=today(), due_on=due)
    [owed] = reckon(learner.pk).owed
    assert owed.days_left == 10


def test_learning_is_ones_own(
    by_learner: Client, by_colleague: Client, enrolment: Enrolment
) -> None:
    assert enrolment.edition.title in read(by_learner, "/hoc/")
    page = read(by_colleague, "/hoc/")
    assert enrolment.edition.title not in page
    assert "Hiện đồng chí không có khóa nào phải học" in page


def test_a_visitor_of_my_learning_signs_in(visitor: Client) -> None:
    assert visitor.get("/hoc/").status_code == 302


def test_who_is_no_cadre_is_told_why_nothing_is_here(by_desk: Client) -> None:
    assert "chưa có hồ sơ cán bộ" in read(by_desk, "/hoc/")


def test_twenty_enrolments_cost_as_much_as_one(
    by_learner: Client, learner: Cadre, django_assert_num_queries: Any
) -> None:
    unit = learner.posts.get().unit
    page = make_course(1)
    enrol(learner, page)
    with django_assert_num_queries(7):
        read(by_learner, "/hoc/")
    for number in range(19):
        course = make_course(1)
        enrol(learner, course)
        if number % 2:
            due = today() + timedelta(days=number)
            require(course, unit=unit, starts_on=today(), due_on=due)
    with django_assert_num_queries(7):
        assert read(by_learner, "/hoc/").count("list-item") == 20


# --- Home --------------------------------------------------------------------------------------
def test_home_of_a_visitor_says_what_this_is(visitor: Client) -> None:
    page = read(visitor, "/")
    assert "/tai-khoan/dang-nhap/" in page
    assert "/xac-minh/" in page


def test_home_costs_the_same_whatever_is_owed(
    by_learner: Client, learner: Cadre, django_assert_num_queries: Any
) -> None:
    for _number in range(5):
        enrol(learner, make_course(1))
    with django_assert_num_queries(7):
        read(by_learner, "/")


def test_home_of_one_with_a_role_leads_to_the_work(by_desk: Client) -> None:
    page = read(by_desk, "/")
    assert "Công việc của đồng chí" in page
    assert 'href="/soan/"' in page
