"""Interactive content in a lesson: frozen at publishing, played by the enrolled, told truly."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from assessments.models import Run, RunState
from assessments.playing import submit_run
from cadres.models import Cadre, Role
from courses.enrolling import enrol
from courses.learning import finish_lesson
from courses.models import Edition, EditionLesson, Enrolment, LessonDone, LessonRun
from courses.playing import interactive_segments, play, played_in
from courses.publishing import publish
from kit.errors import Refusal
from media.deciding import approve
from media.models import Interactive, LibraryVersion
from media.moving import move
from media.restoring import restore
from media.taking_in import revise, take_in
from tests import cast
from tests.assessments.test_playing import answers
from tests.courses.building import add_chapter, add_lesson, lesson_path, make_page
from tests.courses.conftest import signed_in
from tests.media.building import CHOICES, make_interactive, make_library, make_package

pytestmark = pytest.mark.django_db
RIGHT, HALF, WRONG = answers("0[,]2"), answers("0"), answers("1")


@pytest.fixture
def content(desk: User) -> Interactive:
    return make_interactive(by=desk, admin=desk)


def make_playing(content: Interactive, **rule: Any) -> Edition:
    page = make_page()
    add_lesson(add_chapter(page), "1.1", interactive=content, **rule)
    return publish(page, by=None)


@pytest.fixture
def edition(content: Interactive) -> Edition:
    return make_playing(content, required=True)


@pytest.fixture
def lesson(edition: Edition) -> EditionLesson:
    return edition.lessons.get()


def place_of(lesson: EditionLesson) -> UUID:
    (segment,) = interactive_segments(lesson)
    return UUID(segment["place"])


def begin(enrolment: Enrolment, lesson: EditionLesson) -> Run:
    return play(enrolment, lesson, place_of(lesson))


def hand_in(enrolment: Enrolment, lesson: EditionLesson, sent: str) -> Run:
    return submit_run(begin(enrolment, lesson).pk, enrolment.cadre, sent)


# --- Publishing ---------------------------------------------------------------------------------
def test_a_course_with_a_library_nobody_approved_is_not_published(desk: User) -> None:
    content = take_in(make_package(), by=desk).revision.content
    with pytest.raises(Refusal) as refused:
        make_playing(content)
    assert [str(gap) for gap in refused.value.gaps] == [
        "Bài “Bài số 1.1”: “Sau buổi họp” cần thư viện chưa được duyệt: H5P.MultiChoice 1.16.4."
    ]
    approve(LibraryVersion.objects.get(), by=desk)
    make_playing(content)


def test_an_edition_keeps_the_revision_it_was_published_with(
    lesson: EditionLesson, content: Interactive, desk: User
) -> None:
    first = content.latest
    revise(content, make_package(CHOICES | {"question": "Câu mới?"}), by=desk)
    (segment,) = interactive_segments(EditionLesson.objects.get(pk=lesson.pk))
    assert first and segment["interactive"] == first.pk
    again = publish(lesson.edition.course.page, by=None)
    (segment,) = interactive_segments(again.lessons.get())
    assert content.latest and segment["interactive"] == content.latest.pk


def test_restoring_touches_neither_editions_nor_runs(
    enrolment: Enrolment, lesson: EditionLesson, content: Interactive, desk: User
) -> None:
    first = content.latest
    run = begin(enrolment, lesson)
    revise(content, make_package(CHOICES | {"question": "Câu mới?"}), by=desk)
    restore(content, 1, based_on=2, by=desk)
    (segment,) = interactive_segments(EditionLesson.objects.get(pk=lesson.pk))
    assert first and segment["interactive"] == first.pk
    assert hand_in(enrolment, lesson, RIGHT).revision == first
    assert Run.objects.get() == run


def test_a_run_stays_on_its_revision_when_the_content_moves_to_another_version(
    enrolment: Enrolment, lesson: EditionLesson, content: Interactive, desk: User
) -> None:
    first = content.latest
    begin(enrolment, lesson)
    libraries = make_library(version=(1, 17, 0))
    package = make_package(title="Khác", libraries=libraries, main=("H5P.MultiChoice", 1, 17))
    version = approve(take_in(package, by=desk).proposed[0], by=desk)
    move(content, version, based_on=1, by=desk)
    done = hand_in(enrolment, lesson, RIGHT)
    assert (done.revision, str(done.points)) == (first, "2.000")
    (segment,) = interactive_segments(EditionLesson.objects.get(pk=lesson.pk))
    assert first and segment["interactive"] == first.pk


# --- Where the points are told ------------------------------------------------------------------
def test_the_best_points_stand_in_ones_progress_and_for_those_above(
    by_learner: Client, enrolment: Enrolment, lesson: EditionLesson, desk: User
) -> None:
    own = f"/khoa-hoc/{enrolment.course.slug}/"
    above = f"/don-vi/nguoi/{enrolment.cadre.public_id}/hoc/"
    begin(enrolment, lesson)
    assert "đang làm dở" in by_learner.get(own).content.decode()
    for sent in (HALF, RIGHT, WRONG):
        hand_in(enrolment, lesson, sent)
    for client, path in ((by_learner, own), (signed_in(desk), above)):
        assert "2/2 điểm" in client.get(path).content.decode()


# --- Who plays ----------------------------------------------------------------------------------
def test_the_learner_begins_and_is_given_a_player(
    by_learner: Client, enrolment: Enrolment, lesson: EditionLesson
) -> None:
    path = lesson_path(enrolment)
    assert "Bắt đầu" in by_learner.get(path).content.decode()
    answer = by_learner.post(f"{path}choi/{place_of(lesson)}/")
    assert answer["Location"] == f"{path}#choi-{place_of(lesson)}"
    page = by_learner.get(path).content.decode()
    run = LessonRun.objects.get().run
    assert f'data-registration="{run.pk}"' in page
    assert f"{path}luot/{run.pk}/nop/" in page


def test_who_is_not_enrolled_neither_begins_nor_hands_in(
    by_colleague: Client, enrolment: Enrolment, lesson: EditionLesson
) -> None:
    run = begin(enrolment, lesson)
    path = lesson_path(enrolment)
    for address in (f"choi/{place_of(lesson)}/", f"luot/{run.pk}/nop/", f"luot/{run.pk}/luu/"):
        assert by_colleague.post(path + address).status_code == 404
    assert Run.objects.get().finished_at is None


def test_another_learner_of_the_course_cannot_hand_in_for_me(
    enrolment: Enrolment, lesson: EditionLesson, colleague: Cadre
) -> None:
    run = begin(enrolment, lesson)
    enrol(colleague, enrolment.course)
    client = signed_in(colleague.user)
    path = f"{lesson_path(enrolment)}luot/{run.pk}/nop/"
    assert client.post(path, {"data": {}}, content_type="application/json").status_code == 404


def test_the_frame_saves_and_hands_in_through_the_page(
    by_learner: Client, enrolment: Enrolment, lesson: EditionLesson
) -> None:
    run = begin(enrolment, lesson)
    path = f"{lesson_path(enrolment)}luot/{run.pk}/"
    state = {"sub": "0", "kind": "state", "data": "{}", "sequence": 1, "age_ms": 5}
    kept = by_learner.post(f"{path}luu/", {"states": [state]}, content_type="application/json")
    assert (kept.status_code, RunState.objects.get().content) == (200, "{}")
    body = {"submission": "x", "data": json.loads(RIGHT), "age_ms": 3}
    done = by_learner.post(f"{path}nop/", body, content_type="application/json")
    assert done.json() == {"result": "verified"}
    again = by_learner.post(f"{path}nop/", body, content_type="application/json")
    assert again.status_code == 200
    other = body | {"data": json.loads(WRONG)}
    assert by_learner.post(f"{path}nop/", other, content_type="application/json").status_code == 409


@pytest.mark.parametrize("body", ['{"data": NaN}', "no", '{"data": {"statement": 1e999}}', "[]"])
def test_nonsense_is_refused_in_words(
    by_learner: Client, enrolment: Enrolment, lesson: EditionLesson, body: str
) -> None:
    run = begin(enrolment, lesson)
    path = f"{lesson_path(enrolment)}luot/{run.pk}/nop/"
    answer = by_learner.post(
        path, body, content_type="application/json", headers={"accept": "application/json"}
    )
    assert answer.status_code == 400
    assert "đọc được" in answer.json()["detail"]


# --- Done ---------------------------------------------------------------------------------------
def test_what_must_be_finished_holds_the_lesson(
    enrolment: Enrolment, lesson: EditionLesson
) -> None:
    with pytest.raises(Refusal) as refused:
        finish_lesson(enrolment, lesson)
    assert refused.value.gaps == ["Sau buổi họp"]
    hand_in(enrolment, lesson, HALF)
    assert finish_lesson(enrolment, lesson)


def test_a_least_result_is_asked_for_and_a_later_worse_one_takes_nothing(
    content: Interactive, learner: Cadre
) -> None:
    edition = make_playing(content, required=True, least=80)
    enrolment, lesson = enrol(learner, edition.course), edition.lessons.get()
    hand_in(enrolment, lesson, HALF)
    with pytest.raises(Refusal):
        finish_lesson(enrolment, lesson)
    hand_in(enrolment, lesson, RIGHT)
    hand_in(enrolment, lesson, WRONG)
    assert finish_lesson(enrolment, lesson)
    (played,) = played_in(enrolment, lesson).values()
    assert played.best and played.best.points == 2


def test_what_cannot_be_verified_does_not_count_unless_its_author_says_so(
    desk: User, learner: Cadre
) -> None:
    unknown = make_interactive(
        by=desk,
        admin=desk,
        libraries=_other_library(),
        main=("H5P.Unheard", 1, 0),
    )
    strict, lenient = (
        make_playing(unknown, required=True, rule=rule) for rule in ("verified", "completed")
    )
    for edition, counts in ((strict, False), (lenient, True)):
        enrolment, lesson = enrol(learner, edition.course), edition.lessons.get()
        run = hand_in(enrolment, lesson, answers("0", score={"raw": 10, "max": 10}))
        assert run.strength == "unverifiable"
        (played,) = played_in(enrolment, lesson).values()
        assert played.is_done is counts


def _other_library() -> dict[str, str]:
    return make_library("H5P.Unheard", (1, 0, 0))


def test_the_page_says_what_is_left_and_a_plain_form_is_told(
    by_learner: Client, enrolment: Enrolment
) -> None:
    path = lesson_path(enrolment)
    assert "Sau buổi họp" in by_learner.get(path).content.decode()
    answer = by_learner.post(f"{path}xong/")
    assert answer.status_code == 409
    assert not LessonDone.objects.exists()


def test_the_verified_result_stands_in_the_lesson(
    by_learner: Client, enrolment: Enrolment, lesson: EditionLesson
) -> None:
    run = hand_in(enrolment, lesson, HALF)
    page = by_learner.get(lesson_path(enrolment)).content.decode()
    assert "1/2 điểm" in page
    assert "Máy chủ đã xác nhận" in page
    path = f"{lesson_path(enrolment)}luot/{run.pk}/"
    fragment = by_learner.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "1/2 điểm" in fragment
    assert by_learner.get(path).status_code == 302


# --- The report ---------------------------------------------------------------------------------
@pytest.fixture
def trainer(db: Any) -> Client:
    return signed_in(cast.make_role(cast.build_units(), Role.TRAINER))


def test_the_trainer_sees_who_did_what_and_how_far_it_can_be_believed(
    trainer: Client, enrolment: Enrolment, lesson: EditionLesson
) -> None:
    run = hand_in(enrolment, lesson, HALF)
    path = f"/khoa-hoc/{enrolment.course.slug}/tuong-tac/"
    page = trainer.get(path).content.decode()
    for words in ("Nguyễn Thị Diễm Hương", "1/2", "Máy chủ đã xác nhận", "việc gì", "50%"):
        assert words in page
    told = trainer.get(f"{path}{run.pk}/").content.decode()
    assert "Ghi lại ý kiến của dân" in told


def test_a_trainer_of_one_unit_sees_its_people_only(
    enrolment: Enrolment, lesson: EditionLesson
) -> None:
    hand_in(enrolment, lesson, HALF)
    units = cast.build_units()
    client = signed_in(cast.make_role(units, Role.TRAINER, on=units.home))
    path = f"/khoa-hoc/{enrolment.course.slug}/tuong-tac/"
    assert "Nguyễn Thị Diễm Hương" not in client.get(path).content.decode()
    run = Run.objects.get()
    assert client.get(f"{path}{run.pk}/").status_code == 404


def test_the_report_costs_no_more_with_more_people(
    trainer: Client, enrolment: Enrolment, lesson: EditionLesson, django_assert_max_num_queries: Any
) -> None:
    path = f"/khoa-hoc/{enrolment.course.slug}/tuong-tac/"
    hand_in(enrolment, lesson, HALF)
    units = cast.build_units()
    for _ in range(3):
        hand_in(enrol(cast.make_cadre(units), enrolment.course), lesson, RIGHT)
    with django_assert_max_num_queries(18):
        trainer.get(path)
