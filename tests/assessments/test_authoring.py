"""Authors write the bank in /soan/; what they change becomes the next version."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from assessments.finding import find_questions
from assessments.models import Paper, Question, QuestionBank
from cadres.granting import grant
from cadres.models import Role
from content.preparing import prepare
from tests.assessments.building import make_bank, make_cadre
from tests.media.documents import make_document

ADD = "/soan/snippets/assessments/question/add/"


@pytest.fixture
def author(db: None) -> User:
    prepare()
    user = User.objects.create(username="tac-gia", full_name="Đỗ Quỳnh Trâm")
    grant(user, Role.TRAINER)
    return user


@pytest.fixture
def desk(author: User, client: Client) -> Client:
    client.force_login(author)
    return client


@pytest.fixture
def bank(db: None) -> QuestionBank:
    return make_bank(3, code="dv")


def form(bank: QuestionBank, *choices: tuple[str, bool], **fields: Any) -> dict[str, Any]:
    sent = {
        "bank": bank.pk,
        "code": "DV-9",
        "topic": "1.1",
        "kind": "single",
        "stem": "Dân vận là gì?",
        "feedback": "Đọc lại bài 1.",
        "choices-TOTAL_FORMS": 6,
        "choices-INITIAL_FORMS": 6,
        "cites-TOTAL_FORMS": 2,
        "cites-INITIAL_FORMS": 2,
    }
    for number, (text, right) in enumerate(choices):
        sent[f"choices-{number}-text"] = text
        if right:
            sent[f"choices-{number}-right"] = "on"
    return sent | fields


def test_an_author_writes_a_question(desk: Client, bank: QuestionBank, author: User) -> None:
    answer = desk.post(ADD, form(bank, ("Vận động tất cả", True), ("Ra lệnh", False)))
    assert answer.status_code == 302
    version = Question.objects.get(code="DV-9").versions.get()
    assert (version.stem, version.created_by) == ("Dân vận là gì?", author)
    assert [c["right"] for c in version.body["choices"]] == [True, False]


def test_changing_the_words_makes_the_next_version(desk: Client, bank: QuestionBank) -> None:
    desk.post(ADD, form(bank, ("Vận động", True), ("Ra lệnh", False)))
    question = Question.objects.get(code="DV-9")
    edit = f"/soan/snippets/assessments/question/edit/{question.pk}/"
    for stem in ("Dân vận là làm gì?", "Dân vận là làm gì?"):
        desk.post(edit, form(bank, ("Vận động", True), ("Ra lệnh", False), stem=stem))
    assert question.versions.count() == 2
    assert "Dân vận là làm gì?" in desk.get(edit).content.decode()


def test_what_is_wrong_is_said_and_nothing_written(desk: Client, bank: QuestionBank) -> None:
    answer = desk.post(ADD, form(bank, ("Vận động", True), ("Cùng làm", True)))
    assert "Câu một lựa chọn có đúng một phương án đúng." in answer.content.decode()
    assert not Question.objects.filter(code="DV-9").exists()


def test_a_statement_is_true_or_false(desk: Client, bank: QuestionBank) -> None:
    desk.post(ADD, form(bank, ("", False), ("", True), kind="true_false"))
    body = Question.objects.get(code="DV-9").versions.get().body
    assert [(c["text"], c["right"]) for c in body["choices"]] == [("Đúng", False), ("Sai", True)]
    answer = desk.post(ADD, form(bank, kind="true_false", code="DV-10"))
    assert "Hãy chọn khẳng định này đúng hay sai." in answer.content.decode()


def test_a_retired_question_is_drawn_no_more(desk: Client, bank: QuestionBank) -> None:
    question = bank.questions.first()
    assert question
    edit = f"/soan/snippets/assessments/question/edit/{question.pk}/"
    choices = [("Vận động", True), ("Ra lệnh", False)]
    desk.post(edit, form(bank, *choices, is_retired="on"))
    assert bank.questions.for_papers().count() == 2
    desk.post(edit, form(bank, *choices))
    assert bank.questions.for_papers().count() == 3


def test_questions_are_found_without_accents(bank: QuestionBank) -> None:
    assert len(find_questions("DV-002 dan hieu")) == 1
    assert len(find_questions("LÀM THẾ NÀO")) == 3
    assert find_questions("khong co") == []


@pytest.mark.parametrize(
    "query", ["", "?q=cau+2", "?kind=single", "?topic=1.1", "?practice_only=true", "?p=1"]
)
def test_the_list_filters(desk: Client, bank: QuestionBank, query: str) -> None:
    assert desk.get(f"/soan/snippets/assessments/question/{query}").status_code == 200


def test_the_list_and_the_chooser_cost_no_more_for_more_questions(
    desk: Client, bank: QuestionBank
) -> None:
    pages = ["/soan/snippets/assessments/question/", "/soan/snippets/choose/assessments/question/"]
    counts = []
    for _round in range(2):
        for page in pages:
            desk.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert b"dv-001" in desk.get(page).content
            counts.append(len(queries))
        make_bank(12)
    assert counts[:2] == counts[2:]


def test_an_author_makes_a_paper(desk: Client, bank: QuestionBank) -> None:
    rules = {"draw": 3, "minutes": 10, "tries": 2, "pass_grade": "7.5"}
    desk.post(
        "/soan/snippets/assessments/paper/add/",
        {"code": "de-1", "title": "Đề 1", "bank": bank.pk, **rules},
    )
    assert str(Paper.objects.get(code="de-1").pass_grade) == "7.50"


def test_a_learner_has_no_desk(db: None, client: Client) -> None:
    user = make_cadre().user
    assert user
    client.force_login(user)
    assert client.get(ADD).status_code == 404


def test_an_author_says_what_the_answer_rests_on(desk: Client, bank: QuestionBank) -> None:
    choices = [("Vận động", True), ("Ra lệnh", False)]
    desk.post(ADD, form(bank, *choices))
    question = Question.objects.get(code="DV-9")
    edit = f"/soan/snippets/assessments/question/edit/{question.pk}/"
    cite = {"cites-0-document": make_document().pk, "cites-0-article": "mục 2"}
    for _again in range(2):
        desk.post(edit, form(bank, *choices, **cite))
    newest, oldest = question.versions.all()
    assert [(row.document.symbol, row.article) for row in newest.cites.all()] == [
        ("33/CT-TTg", "mục 2")
    ]
    assert not oldest.cites.exists()
    page = desk.get(edit).content.decode()
    assert "33/CT-TTg" in page and "mục 2" in page


def test_an_article_of_no_document_is_refused(desk: Client, bank: QuestionBank) -> None:
    choices = [("Vận động", True), ("Ra lệnh", False)]
    page = desk.post(ADD, form(bank, *choices, **{"cites-1-article": "mục 2"}))
    assert "Hãy chọn văn bản có điều, khoản này." in page.content.decode()
    assert not Question.objects.filter(code="DV-9").exists()
