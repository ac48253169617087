"""The final paper as a learner meets it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments import attempting
from assessments.models import AnswerEvent, Attempt, Grading, QuestionCitation
from cadres.models import Cadre
from courses.enrolling import enrol
from courses.learning import finish_lesson
from courses.models import Completion, Course, Enrolment
from kit.dates import now
from tests.assessments.building import (
    make_bank,
    make_cadre,
    make_course,
    make_paper,
    right_answers,
    right_keys,
)
from tests.media.documents import make_document

Post = Callable[..., HttpResponse]


@pytest.fixture
def course(db: None) -> Course:
    """Two lessons and a paper of 20 questions in 30 minutes, three tries, passed from 7."""
    return make_course(make_paper(make_bank(24), pass_grade=7))


@pytest.fixture
def cadre(db: None) -> Cadre:
    return make_cadre()


@pytest.fixture
def enrolment(cadre: Cadre, course: Course) -> Enrolment:
    return enrol(cadre, course)


@pytest.fixture
def phone(enrolment: Enrolment, client: Client) -> Client:
    """The learner's own browser."""
    assert enrolment.cadre.user
    client.force_login(enrolment.cadre.user)
    return client


@pytest.fixture
def home(course: Course) -> str:
    return f"/hoc/{course.slug}/kiem-tra/"


@pytest.fixture
def attempt(phone: Client, home: str) -> Attempt:
    phone.post(f"{home}bat-dau/")
    return Attempt.objects.get()


@pytest.fixture
def save(phone: Client, home: str, attempt: Attempt) -> Post:
    def post(*answers: dict[str, Any], client: Client = phone, **more: Any) -> HttpResponse:
        body = {"device": "phone", "answers": answers} | more
        return client.post(  # type: ignore[return-value]
            f"{home}{attempt.pk}/luu/",
            json.dumps(body),
            content_type="application/json",
            headers={"accept": "application/json"},
        )

    return post


def said(attempt: Attempt, position: int = 1, **more: Any) -> dict[str, Any]:
    slot = attempt.slots.select_related("question_version").get(position=position)
    right = right_keys(slot.question_version)
    return {"position": position, "sequence": 1, "chosen": right, "age_ms": 0} | more


def all_right(attempt: Attempt, count: int = 20) -> list[dict[str, Any]]:
    return [
        {"position": a.position, "sequence": 1, "chosen": a.response["chosen"], "age_ms": 0}
        for a in right_answers(attempt, count)
    ]


def move(attempt: Attempt, minutes: int) -> None:
    """As if the try had begun so many minutes earlier."""
    earlier = timedelta(minutes=minutes)
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=attempt.started_at - earlier, deadline=attempt.deadline - earlier
    )


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- What awaits ----------------------------------------------------------------------------
def test_the_paper_says_what_awaits_and_which_lessons_are_missing(phone: Client, home: str) -> None:
    page = text_of(phone.get(home))
    for words in ("Câu hỏi 20", "Phút làm bài 30", "Bắt đầu làm bài", "Còn 2 bài chưa học xong"):
        assert words in page
    assert "Mất mạng không mất bài" in page


def test_one_who_has_not_begun_the_course_is_told_what_to_do(
    course: Course, home: str, client: Client
) -> None:
    user = make_cadre().user
    assert user
    client.force_login(user)
    for answer in (client.get(home), client.post(f"{home}bat-dau/")):
        assert answer.status_code == 403
        assert "chưa ghi danh" in answer.content.decode()


def test_nobody_signed_in_is_asked_to_sign_in(course: Course, home: str) -> None:
    answer = Client().get(home)
    assert answer.status_code == 302
    assert "dang-nhap" in answer["Location"]


def test_an_unknown_course_is_not_found(phone: Client) -> None:
    assert phone.get("/hoc/khong-co/kiem-tra/").status_code == 404


def test_starting_leads_to_the_questions(phone: Client, home: str) -> None:
    page = phone.post(f"{home}bat-dau/", follow=True)
    assert page.redirect_chain[-1][0] == f"{home}{Attempt.objects.get().pk}/"
    assert page.content.count(b'class="question"') == 20


def test_starting_twice_is_one_try(phone: Client, home: str, attempt: Attempt) -> None:
    phone.post(f"{home}bat-dau/")
    assert Attempt.objects.count() == 1
    assert "Làm tiếp" in text_of(phone.get(home))


def test_opening_the_start_by_its_address_starts_nothing(phone: Client, home: str) -> None:
    assert phone.get(f"{home}bat-dau/")["Location"] == home
    assert not Attempt.objects.exists()


# --- The questions --------------------------------------------------------------------------
def test_the_page_of_questions_says_nowhere_what_is_right(
    phone: Client, home: str, attempt: Attempt
) -> None:
    page = phone.get(f"{home}{attempt.pk}/").content.decode()
    assert "Nói cho dân hiểu trước đã." not in page
    assert "Đúng lối." not in page
    assert "right" not in re.sub(r'class="[^"]*"', "", page.split('id="attempt"')[1])


def test_a_refresh_gives_no_more_time(phone: Client, home: str, attempt: Attempt) -> None:
    move(attempt, 10)
    page = phone.get(f"{home}{attempt.pk}/").content.decode()
    found = re.search(r'data-remaining="([\d.]+)"', page)
    assert found
    assert 19 * 60 < float(found[1]) <= 20 * 60


def test_the_whole_paper_is_small_on_the_wire(phone: Client, home: str, attempt: Attempt) -> None:
    page = phone.get(f"{home}{attempt.pk}/", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 20_000


def test_the_page_comes_back_with_the_answers(
    phone: Client, home: str, attempt: Attempt, save: Post
) -> None:
    save(said(attempt))
    page = phone.get(f"{home}{attempt.pk}/").content.decode()
    assert page.count(" checked") == len(said(attempt)["chosen"])
    assert f"Đã lưu {now().astimezone():%H}" in page or "Đã lưu" in page


@pytest.mark.parametrize("door", ["", "luu/", "nop/", "ket-qua/"])
def test_the_try_of_someone_else_is_not_found(
    attempt: Attempt, course: Course, home: str, door: str
) -> None:
    other = make_cadre("Nguyễn Thị Ngọc Ánh")
    enrol(other, course)
    client = Client()
    assert other.user
    client.force_login(other.user)
    body = json.dumps({"device": "x", "answers": [said(attempt)]})
    address = f"{home}{attempt.pk}/{door}"
    assert client.get(address).status_code in (302, 404)
    assert client.post(address, body, content_type="application/json").status_code in (404, 405)
    assert not AnswerEvent.objects.exists()


# --- Saving ---------------------------------------------------------------------------------
def test_a_saved_answer_gets_its_receipt_and_the_servers_time(attempt: Attempt, save: Post) -> None:
    answer = save(said(attempt)).json()  # type: ignore[attr-defined]
    assert answer["receipts"] == [{"position": 1, "sequence": 1, "verdict": "accepted"}]
    assert 29 * 60 < answer["remaining"] <= 30 * 60
    assert answer["version"] == 0


def test_a_page_may_ask_what_the_server_has(attempt: Attempt, save: Post) -> None:
    save(said(attempt, 3), device="tablet")
    answer = save().json()  # type: ignore[attr-defined]
    assert answer["responses"] == {"3": said(attempt, 3)["chosen"]}
    assert answer["finished"] is False
    assert answer["version"] == AnswerEvent.objects.get().pk


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"position": 99}, 404),
        ({"position": "1"}, 400),
        ({"chosen": ["z"]}, 400),
        ({"chosen": "a"}, 400),
        ({"sequence": -1}, 400),
    ],
)
def test_a_forged_answer_is_refused_in_words_and_writes_nothing(
    attempt: Attempt, save: Post, sent: dict[str, Any], status: int
) -> None:
    answer = save(said(attempt, 2), said(attempt) | sent)
    assert answer.status_code == status
    assert "ồng chí" in answer.json()["detail"]  # type: ignore[attr-defined]
    assert not AnswerEvent.objects.exists()


def test_what_is_no_json_is_refused(phone: Client, home: str, attempt: Attempt) -> None:
    for body, status in ((b"{", 400), (b" " * 70_000, 413)):
        answer = phone.post(f"{home}{attempt.pk}/luu/", body, content_type="application/json")
        assert answer.status_code == status
        assert answer.json()["detail"]


def test_an_answer_after_the_end_is_told_so(attempt: Attempt, save: Post) -> None:
    move(attempt, 31)
    answer = save(said(attempt))
    assert answer.status_code == 409
    assert answer.json()["receipts"][0]["verdict"] == "late"  # type: ignore[attr-defined]
    assert "kết thúc" in answer.json()["detail"]  # type: ignore[attr-defined]


def test_a_lost_session_keeps_the_door_shut_and_says_so(
    attempt: Attempt, save: Post, phone: Client
) -> None:
    answer = save(said(attempt), client=Client())
    assert answer.status_code in (302, 401)
    assert not AnswerEvent.objects.exists()


def test_saving_needs_the_token_of_the_page(
    attempt: Attempt, save: Post, enrolment: Enrolment
) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert enrolment.cadre.user
    strict.force_login(enrolment.cadre.user)
    assert save(said(attempt), client=strict).status_code == 403


# --- Submitting and the result ----------------------------------------------------------------
def test_a_plain_form_carries_its_answers(phone: Client, home: str, attempt: Attempt) -> None:
    fields: dict[str, Any] = {"ask": 1, "sure": 1}
    for answer in right_answers(attempt, 15):
        fields[f"q{answer.position}"] = answer.response["chosen"]
        fields[f"b{answer.position}"] = ""
    page = phone.post(f"{home}{attempt.pk}/nop/", fields, follow=True)
    attempt.refresh_from_db()
    assert attempt.grade == 7.5
    assert "7,5 / 10" in text_of(page)
    assert "Đồng chí đã đạt bài kiểm tra" in text_of(page)


def test_a_plain_form_asks_once_when_questions_are_open(
    phone: Client, home: str, attempt: Attempt
) -> None:
    page = phone.post(f"{home}{attempt.pk}/nop/", {"ask": 1, "q1": "a", "b1": ""}, follow=True)
    attempt.refresh_from_db()
    assert not attempt.is_finished
    assert "Vẫn nộp bài" in text_of(page)
    assert "Chưa trả lời: câu 2, 3," in text_of(page)
    assert AnswerEvent.objects.count() == 1


def test_a_plain_form_can_save_and_submit_later(phone: Client, home: str, attempt: Attempt) -> None:
    page = phone.post(f"{home}{attempt.pk}/luu/", {"q2": "a", "b2": ""}, follow=True)
    assert "Đã lưu câu trả lời. Bài chưa nộp." in text_of(page)
    assert AnswerEvent.objects.get().device == "form"


def test_an_old_form_overwrites_nothing_newer(
    phone: Client, home: str, attempt: Attempt, save: Post
) -> None:
    save(said(attempt))
    phone.post(f"{home}{attempt.pk}/luu/", {"b1": ""})
    assert AnswerEvent.objects.count() == 1


def test_submitting_twice_shows_the_same_result(phone: Client, home: str, attempt: Attempt) -> None:
    pages = [text_of(phone.post(f"{home}{attempt.pk}/nop/", follow=True)) for _time in range(2)]
    assert pages[0] == pages[1]
    assert Grading.objects.count() == 1


def test_going_back_to_a_submitted_try_shows_its_result(
    phone: Client, home: str, attempt: Attempt
) -> None:
    attempting.finish(attempt)
    assert phone.get(f"{home}{attempt.pk}/")["Location"] == f"{home}{attempt.pk}/ket-qua/"


def test_a_result_says_what_each_answer_rests_on(
    phone: Client, home: str, attempt: Attempt
) -> None:
    document = make_document()
    for slot in attempt.slots.all():
        QuestionCitation.objects.create(
            version=slot.question_version, document=document, article="mục 2", position=1
        )
    assert "mục 2" not in text_of(phone.get(f"{home}{attempt.pk}/"))
    attempting.finish(attempt)
    path = f"{home}{attempt.pk}/ket-qua/"
    assert text_of(phone.get(path)).count("Chỉ thị số 33/CT-TTg") == attempt.slots.count()


def test_a_running_try_has_no_result(phone: Client, home: str, attempt: Attempt) -> None:
    assert phone.get(f"{home}{attempt.pk}/ket-qua/")["Location"] == f"{home}{attempt.pk}/"


def test_a_try_whose_time_ran_out_is_graded_when_it_is_looked_at(
    phone: Client, home: str, attempt: Attempt, save: Post
) -> None:
    save(*all_right(attempt, 10))
    move(attempt, 67)
    page = phone.get(f"{home}{attempt.pk}/", follow=True)
    attempt.refresh_from_db()
    assert attempt.finished_at == attempt.deadline
    assert "Đã hết giờ" in text_of(page)


def test_right_answers_are_kept_back_while_tries_remain(
    phone: Client, home: str, attempt: Attempt
) -> None:
    page = text_of(phone.post(f"{home}{attempt.pk}/nop/", follow=True))
    assert "Đáp án đúng" not in page
    assert "Nói cho dân hiểu trước đã." in page
    assert "Đọc lại bài 1.1" in page
    assert "Còn 2 lượt." in page


def test_right_answers_are_shown_after_the_last_try(phone: Client, home: str) -> None:
    for _try in range(3):
        phone.post(f"{home}bat-dau/")
        attempting.finish(Attempt.objects.get(finished_at=None))
    page = text_of(phone.get(f"{home}{Attempt.objects.filter(number=1).get().pk}/ket-qua/"))
    assert "Đáp án đúng" in page
    assert "Đồng chí đã dùng hết số lượt" in text_of(phone.get(home))
    assert phone.post(f"{home}bat-dau/").status_code == 409


def test_a_running_try_keeps_the_answers_of_earlier_ones_back(
    phone: Client, home: str, attempt: Attempt, save: Post
) -> None:
    save(*all_right(attempt))
    attempting.finish(attempt)
    assert "Đồng chí chọn: đúng" in text_of(phone.get(f"{home}{attempt.pk}/ket-qua/"))
    phone.post(f"{home}bat-dau/")
    assert "Đồng chí chọn: đúng" not in text_of(phone.get(f"{home}{attempt.pk}/ket-qua/"))


def test_passing_with_every_lesson_done_completes_the_course(
    phone: Client, home: str, attempt: Attempt, save: Post, enrolment: Enrolment
) -> None:
    save(*all_right(attempt))
    page = text_of(phone.post(f"{home}{attempt.pk}/nop/", follow=True))
    assert "Còn 2 bài cần học xong" in page
    assert not Completion.objects.exists()
    enrolment.refresh_from_db()
    for lesson in enrolment.edition.lessons.all():
        finish_lesson(enrolment, lesson)
    assert Completion.objects.get().grade == 10
    assert "Xem giấy chứng nhận" in text_of(phone.get(f"{home}{attempt.pk}/ket-qua/"))


def test_the_highest_try_counts(
    phone: Client, home: str, enrolment: Enrolment, course: Course
) -> None:
    for count in (18, 0):
        phone.post(f"{home}bat-dau/")
        attempt = Attempt.objects.get(finished_at=None)
        attempting.save_answers(attempt, right_answers(attempt, count))
        attempting.finish(attempt)
    page = text_of(phone.get(f"{home}{attempt.pk}/ket-qua/"))
    assert "Lấy điểm cao nhất: 9 trên 10" in page
    enrolment.progress.refresh_from_db()
    assert enrolment.progress.best_grade == 9
    assert enrolment.progress.passed


def test_an_attempt_nobody_has_is_not_found(phone: Client, home: str) -> None:
    assert phone.get(f"{home}{uuid4()}/").status_code == 404


# --- Cost -----------------------------------------------------------------------------------
def cost(deed: Callable[[], Any]) -> int:
    words = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    with CaptureQueriesContext(connection) as queries:
        deed()
    return sum(not query["sql"].startswith(words) for query in queries.captured_queries)


def test_saving_costs_two_queries_beside_who_one_is(
    phone: Client, attempt: Attempt, save: Post
) -> None:
    """Session, user and access (at most two) are read at every door."""
    save(said(attempt, 2))
    answers = all_right(attempt)
    one = cost(lambda: save(answers[0]))
    twenty = cost(lambda: save(*answers))
    assert one == twenty
    assert one <= 6


def test_a_whole_attempt_costs_at_most_sixty_queries(
    phone: Client, home: str, enrolment: Enrolment
) -> None:
    start = cost(lambda: phone.post(f"{home}bat-dau/"))
    attempt = Attempt.objects.get()
    answers = all_right(attempt, 15)
    address = f"{home}{attempt.pk}/"
    page = cost(lambda: phone.get(address))
    body = json.dumps({"device": "phone", "answers": answers})
    save = cost(lambda: phone.post(f"{address}luu/", body, content_type="application/json"))
    finish = cost(lambda: phone.post(f"{address}nop/"))
    result = cost(lambda: phone.get(f"{address}ket-qua/"))
    assert start + page + save + finish + result <= 60
