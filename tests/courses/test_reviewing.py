"""A document ends: learners see it, what rests on it is listed, whoever wrote it is told once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from assessments.models import Question, QuestionVersion
from assessments.writing import write_question
from cadres.granting import grant
from cadres.models import Cadre, Role
from content.models import CoursePage, LessonPage
from content.preparing import prepare
from courses.enrolling import enrol
from courses.models import Edition, EditionCitation
from courses.publishing import publish
from courses.reviewing import AMENDED, ENDING, EXPIRED, REPLACED, Found, tell_owners, to_review
from courses.tasks import tell_owners_of_documents
from kit.dates import start_of, today
from media.citing import Cite
from media.models import LegalDocument
from media.models.documents import SOON
from media.registering import change
from operations.models import Notice
from tests import cast
from tests.assessments.building import SINGLE, make_bank, make_cadre
from tests.courses.building import (
    add_chapter,
    add_lesson,
    cite_blocks,
    lesson_path,
    make_page,
    make_question,
)
from tests.courses.conftest import signed_in
from tests.media.documents import make_document

pytestmark = pytest.mark.django_db
LIST = "/van-ban/can-ra-soat/"


@dataclass
class Desk:
    """A trainer's course of two lessons, of which the first cites the directive."""

    trainer: User
    admin: User
    document: LegalDocument
    page: CoursePage
    lesson: LessonPage
    edition: Edition

    def end(self, day: date, **values: Any) -> None:
        change(self.document, {"in_force_to": day} | values, by=self.admin)

    def publish_citing(self, *documents: LegalDocument) -> Edition:
        lesson = LessonPage.objects.get(pk=self.lesson.pk)
        lesson.cites = cite_blocks([(document, "") for document in documents])
        lesson.save_revision()
        return publish(self.page, by=None)


@pytest.fixture
def desk() -> Desk:
    prepare()
    admin = cast.make_admin()
    trainer = make_cadre("Đỗ Quỳnh Trâm").user
    assert trainer
    grant(trainer, Role.TRAINER, valid_from=date(2025, 1, 1))
    document = make_document(admin)
    page = make_page()
    chapter = add_chapter(page)
    lesson = add_lesson(chapter, "1.1", cites=[(document, "mục 2")], owner=trainer)
    add_lesson(chapter, "1.2", owner=trainer)
    return Desk(trainer, admin, document, page, lesson, publish(page, by=trainer))


def found(on: date | None = None) -> list[Found]:
    return to_review(on or today())


def titles(on: date | None = None) -> list[str]:
    return [piece.title for one in found(on) for piece in one.resting]


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# --- The whole story ----------------------------------------------------------------------------


def test_an_ended_document_turns_the_mark_the_list_and_one_notice(
    desk: Desk, learner: Cadre
) -> None:
    lesson = lesson_path(enrol(learner, desk.edition.course))
    by_learner, by_trainer = signed_in(learner.user), signed_in(desk.trainer)
    before = read(by_learner, lesson)
    assert "mục 2" in before and "Còn hiệu lực" in before and "Hết hiệu lực" not in before
    assert "Bài số 1.1" not in read(by_trainer, LIST)

    desk.end(today())
    after = read(by_learner, lesson)
    assert "Hết hiệu lực" in after and "Còn hiệu lực" not in after
    assert "Bài số 1.1" in read(by_trainer, LIST)

    tell_owners_of_documents()
    tell_owners_of_documents()
    notice = Notice.objects.get(recipient=desk.trainer)
    assert notice.title.startswith("Cần rà soát: Chỉ thị số 33/CT-TTg đã hết hiệu lực từ")
    assert notice.address == f"{LIST}#33-ct-ttg"


def test_what_is_published_without_it_leaves_the_list(desk: Desk) -> None:
    desk.end(today())
    desk.publish_citing()
    assert titles() == []


# --- Why it is listed ---------------------------------------------------------------------------


def test_an_end_is_foreseen_and_told_once(desk: Desk) -> None:
    ends = today() + SOON
    desk.end(ends)
    assert [one.why for one in found()] == [ENDING]
    assert (tell_owners(), tell_owners(on=ends)) == (1, 0)
    assert [one.why for one in found(ends)] == [EXPIRED]
    assert found(today() - timedelta(days=1)) == []


def test_a_corrected_day_is_told_again(desk: Desk) -> None:
    desk.end(today())
    assert tell_owners() == 1
    desk.end(today() - timedelta(days=1))
    assert tell_owners() == 1


def test_a_replaced_one_leads_to_what_replaces_it(desk: Desk, learner: Cadre) -> None:
    newer = make_document(desk.admin, symbol="34/CT-TTg", in_force_from=today())
    change(desk.document, {"replaced_by": newer}, by=desk.admin)
    assert [one.why for one in found()] == [REPLACED]
    page = read(signed_in(learner.user), "/van-ban/33-ct-ttg/")
    assert "Đã được thay thế" in page and "/van-ban/34-ct-ttg/" in page


def test_an_amended_one_is_listed_until_the_amendment_is_cited_too(desk: Desk) -> None:
    amending = make_document(desk.admin, symbol="34/CT-TTg", in_force_from=today())
    change(desk.document, {"amended_by": amending}, by=desk.admin)
    assert [one.why for one in found()] == [AMENDED]
    assert found(today() - timedelta(days=1)) == []
    desk.publish_citing(desk.document, amending)
    assert found() == []


# --- What rests on it ---------------------------------------------------------------------------


def test_questions_still_asked_are_listed_by_their_newest_version(desk: Desk) -> None:
    def write(stem: str, *cites: Cite) -> Question:
        version = write_question(
            bank, "DV-9", kind="single", stem=stem, body=SINGLE, cites=cites, by=desk.trainer
        )
        return version.question

    bank = make_bank(0)
    write("Ai làm dân vận?", Cite(desk.document.pk, "mục 1"))
    desk.end(today())
    [one] = found()
    assert [(piece.kind, articles) for piece, articles in one.pieces][1:] == [
        ("question", ["mục 1"])
    ]
    assert tell_owners() == 1
    write("Ai phụ trách dân vận?")
    assert [piece.kind for piece in found()[0].resting] == ["lesson"]


def test_a_question_written_under_the_amended_law_is_not_listed(desk: Desk) -> None:
    tomorrow = today() + timedelta(days=1)
    amending = make_document(desk.admin, symbol="34/CT-TTg", in_force_from=tomorrow)
    change(desk.document, {"amended_by": amending}, by=desk.admin)
    cites = [Cite(desk.document.pk)]
    version = write_question(
        make_bank(0), "DV-9", kind="single", stem="Ai?", body=SINGLE, cites=cites
    )
    assert [piece.kind for piece in found(tomorrow)[0].resting] == ["lesson", "question"]
    QuestionVersion.objects.filter(pk=version.pk).update(created_at=start_of(tomorrow))
    assert [piece.kind for piece in found(tomorrow)[0].resting] == ["lesson"]


def test_a_course_whose_certificates_cite_it_is_listed(desk: Desk) -> None:
    desk.page.cites = cite_blocks([(desk.document, "")])
    desk.page.save_revision()
    desk.publish_citing()
    desk.end(today())
    [one] = found()
    assert [piece.kind for piece in one.resting] == ["course"]


def test_drafts_that_nobody_learns_yet_are_listed_as_last_saved(desk: Desk) -> None:
    draft = add_lesson(add_chapter(desk.page), "2.1", owner=desk.trainer)
    draft.cites = cite_blocks([(desk.document, "mục 3")])
    draft.save_revision()
    desk.end(today())
    drafts = [piece for one in found() for piece in one.resting if not piece.is_published]
    assert [piece.title for piece in drafts] == ["2.1 Bài số 2.1"]


def test_a_changed_draft_says_that_it_waits(desk: Desk) -> None:
    desk.end(today())
    lesson = LessonPage.objects.get(pk=desk.lesson.pk)
    lesson.cites = []
    lesson.save_revision()
    assert "Bản nháp chờ xuất bản" in read(signed_in(desk.trainer), LIST)


def test_the_list_costs_the_same_for_many(desk: Desk, django_assert_max_num_queries: Any) -> None:
    chapter = add_chapter(desk.page)
    for number in range(9):
        other = make_document(desk.admin, symbol=f"{number}/X", in_force_to=today())
        add_lesson(chapter, f"2.{number}", cites=[(desk.document, ""), (other, "")])
    publish(desk.page, by=None)
    desk.end(today())
    with django_assert_max_num_queries(5):
        assert len(found()) == 10


# --- Who is told --------------------------------------------------------------------------------


def test_administrators_are_told_when_no_owner_is_left(desk: Desk) -> None:
    desk.end(today())
    User.objects.filter(pk=desk.trainer.pk).update(is_active=False)
    tell_owners()
    told = set(Notice.objects.values_list("recipient__username", flat=True))
    assert desk.admin.username in told and desk.trainer.username not in told


# --- What is published --------------------------------------------------------------------------


def test_an_edition_keeps_its_citations_and_a_change_of_them_makes_the_next(desk: Desk) -> None:
    other = make_document(desk.admin, symbol="34/CT-TTg")
    second = desk.publish_citing(desk.document, other)
    assert (desk.edition.number, second.number) == (1, 2)
    first = EditionCitation.objects.filter(edition=desk.edition)
    assert [(row.document, row.article) for row in first] == [(desk.document, "mục 2")]
    assert publish(desk.page, by=None) == second


def test_a_citation_is_kept_once_however_often_it_is_chosen(desk: Desk) -> None:
    edition = desk.publish_citing(desk.document, desk.document)
    assert edition.cites.count() == 1


# --- The learner's pages ------------------------------------------------------------------------


def test_ten_citations_cost_as_many_queries_as_none(
    desk: Desk, learner: Cadre, django_assert_num_queries: Any
) -> None:
    amending = make_document(desk.admin, symbol="99/X", in_force_from=today())
    many = [
        make_document(desk.admin, symbol=f"{number}/X", amended_by=amending) for number in range(9)
    ]
    edition = desk.publish_citing(desk.document, *many)
    path = lesson_path(enrol(learner, edition.course))
    client = signed_in(learner.user)
    client.get(path)
    with django_assert_num_queries(8):
        assert read(client, path).count("sửa đổi, bổ sung từ") == 9


def test_a_practice_answer_says_what_it_rests_on(desk: Desk, learner: Cadre) -> None:
    version = make_question()
    question = version.question
    rests = write_question(
        question.bank,
        question.code,
        kind="single",
        stem=version.stem,
        body=SINGLE,
        practice_only=True,
        cites=[Cite(desk.document.pk, "mục 4")],
    )
    add_lesson(add_chapter(desk.page), "2.1", question=rests)
    edition = publish(desk.page, by=None)
    path = lesson_path(enrol(learner, edition.course), 3)
    key = rests.body["choices"][0]["key"]
    client = signed_in(learner.user)
    assert "mục 4" not in read(client, path)
    answer = client.post(f"{path}on/{rests.pk}/", {"chosen": key})
    assert "mục 4" in answer.content.decode()


def test_a_document_lists_the_lessons_one_may_see(
    desk: Desk, learner: Cadre, colleague: Cadre
) -> None:
    enrolment = enrol(learner, desk.edition.course)
    page = read(signed_in(learner.user), "/van-ban/33-ct-ttg/")
    assert lesson_path(enrolment) in page
    other = read(signed_in(colleague.user), "/van-ban/33-ct-ttg/")
    assert lesson_path(enrolment) not in other and f"/khoa-hoc/{enrolment.course.slug}/" in other
    assert "Sửa thông tin văn bản" not in other


def test_who_learns_an_older_edition_sees_what_that_one_cites(
    desk: Desk, learner: Cadre, colleague: Cadre
) -> None:
    enrol(learner, desk.edition.course)
    desk.publish_citing()
    assert "Bài số 1.1" in read(signed_in(learner.user), "/van-ban/33-ct-ttg/")
    assert "Bài số 1.1" not in read(signed_in(colleague.user), "/van-ban/33-ct-ttg/")


def test_an_unknown_document_is_not_found(by_learner: Client) -> None:
    assert by_learner.get("/van-ban/khong-co/").status_code == 404


def test_the_page_of_a_lesson_is_edited_with_its_basis(desk: Desk) -> None:
    page = read(signed_in(desk.trainer), f"/soan/pages/{desk.lesson.pk}/edit/")
    assert "Căn cứ pháp lý" in page and "33/CT-TTg" in page
