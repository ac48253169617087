"""Finished runs told to a record store: as xAPI asks, once and again until taken, never more than
an id of anybody."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from assessments.models import Run
from assessments.playing import submit_run
from assessments.retaining import end_runs
from cadres.models import Cadre, Role
from courses.enrolling import enrol
from courses.models import Enrolment
from courses.playing import interactive_segments, play
from courses.publishing import publish
from exchange.models import RunReport
from exchange.reporting import report_due, report_overdue, resend, resend_failed
from exchange.trying import WAITS
from kit.errors import Refusal
from operations.models import JournalEntry
from tests import cast
from tests.assessments.test_playing import answers
from tests.courses.building import add_chapter, add_lesson, make_page
from tests.courses.conftest import signed_in
from tests.exchange.building import Receiver
from tests.media.building import make_interactive

pytestmark = pytest.mark.django_db(transaction=True)
RIGHT, HALF = answers("0[,]2"), answers("0")
NAME, PHONE = "Nguyễn Thị Diễm Hương", "0912345678"


class Store(Receiver):
    """A record store that keeps statements by their ids, as xAPI has it."""

    path = "/xapi"

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, dict[str, Any]] = {}

    def take(self, body: bytes) -> int:
        """409 where one of the ids is there already; then nothing of the batch is kept."""
        statements = json.loads(body)
        if any(statement["id"] in self.kept for statement in statements):
            return 409
        self.kept |= {statement["id"]: statement for statement in statements}
        return 200

    @property
    def told(self) -> list[dict[str, Any]]:
        return list(self.kept.values())


@pytest.fixture
def store(settings: Any) -> Iterator[Store]:
    with Store().listening(settings) as store:
        settings.XAPI_STORE, settings.XAPI_KEY = store.address, "khéo"
        settings.XAPI_SECRET = "bí:mật"
        yield store


@pytest.fixture
def admin(transactional_db: None) -> User:
    return cast.make_admin()


@pytest.fixture
def units(transactional_db: None) -> cast.Units:
    return cast.build_units()


@pytest.fixture
def learner(units: cast.Units) -> Cadre:
    return cast.make_cadre(units, full_name=NAME, phone=PHONE)


@pytest.fixture
def enrolment(learner: Cadre, admin: User) -> Enrolment:
    content = make_interactive(by=admin, admin=admin)
    page = make_page(code="K1")
    chapter = add_chapter(page)
    add_lesson(chapter, "1.1", interactive=content, required=True, rule="verified", least=100)
    return enrol(learner, publish(page, by=None).course)


def hand_in(enrolment: Enrolment, sent: str = RIGHT) -> Run:
    lesson = enrolment.edition.lessons.get()
    (segment,) = interactive_segments(lesson)
    run = play(enrolment, lesson, UUID(segment["place"]))
    return submit_run(run.pk, enrolment.cadre, sent)


# --- What xAPI 1.0.3 asks of statements ---------------------------------------------------------
STATEMENT = {"id", "actor", "verb", "object", "result", "context", "timestamp"}
RESULT = {"score", "success", "completion", "duration"}
CONTEXT = {"registration", "platform", "revision", "contextActivities", "extensions"}
DURATION = re.compile(r"PT\d+\.\d\d?S")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-\w{2,8})*")


def is_iri(text: Any) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in text


def is_language_map(told: dict[str, str]) -> bool:
    return bool(told) and all(LANGUAGE.fullmatch(tag) and words for tag, words in told.items())


def check_activity(told: dict[str, Any]) -> None:
    assert set(told) <= {"objectType", "id", "definition"}
    assert told["objectType"] == "Activity"
    assert is_iri(told["id"])
    definition = told.get("definition", {})
    assert set(definition) <= {"type", "name"}
    assert "type" not in definition or is_iri(definition["type"])
    assert "name" not in definition or is_language_map(definition["name"])


def check_result(result: dict[str, Any]) -> None:
    assert set(result) <= RESULT
    assert all(isinstance(result.get(n, True), bool) for n in ("success", "completion"))
    assert DURATION.fullmatch(result.get("duration", "PT0.00S"))
    if score := result.get("score"):
        assert set(score) == {"scaled", "raw", "min", "max"}
        assert -1 <= score["scaled"] <= 1
        assert score["min"] <= score["raw"] <= score["max"]
        assert score["min"] < score["max"]


def check_statement(told: dict[str, Any]) -> None:
    assert set(told) <= STATEMENT
    assert UUID(told["id"])
    assert "null" not in json.dumps(told)
    account = told["actor"]["account"]
    assert set(told["actor"]) == {"objectType", "account"}
    assert set(account) == {"homePage", "name"}
    assert is_iri(account["homePage"])
    assert is_iri(told["verb"]["id"])
    assert is_language_map(told["verb"]["display"])
    check_activity(told["object"])
    check_result(told.get("result", {}))
    context = told["context"]
    assert set(context) <= CONTEXT
    assert UUID(context["registration"])
    assert set(context["contextActivities"]) <= {"parent", "grouping", "category", "other"}
    for listed in context["contextActivities"].values():
        for activity in listed:
            check_activity(activity)
    assert all(is_iri(key) for key in context["extensions"])
    assert datetime.fromisoformat(told["timestamp"]).utcoffset() is not None


# --- Being told ---------------------------------------------------------------------------------
def test_a_finished_run_is_told_as_xapi_asks(store: Store, enrolment: Enrolment) -> None:
    run = hand_in(enrolment)
    ((path, headers, sent),) = store.asked
    body = json.loads(sent)
    assert path == "/xapi/statements"
    assert headers["x-experience-api-version"] == "1.0.3"
    assert headers["content-type"] == "application/json"
    password = base64.b64encode("khéo:bí:mật".encode()).decode()
    assert headers["authorization"] == f"Basic {password}"
    for told in body:
        check_statement(told)
    whole, part = body
    assert whole["verb"]["id"].endswith("/completed")
    assert part["verb"]["id"].endswith("/answered")
    assert {told["context"]["registration"] for told in body} == {str(run.pk)}
    assert part["context"]["contextActivities"]["parent"] == [whole["object"]]
    assert RunReport.objects.get().state == "delivered"


def test_the_person_is_a_public_id_and_nothing_else(
    store: Store, enrolment: Enrolment, settings: Any
) -> None:
    hand_in(enrolment)
    account = {"homePage": settings.BASE_URL, "name": str(enrolment.cadre.public_id)}
    assert all(told["actor"]["account"] == account for told in store.told)
    said = json.dumps(store.told, ensure_ascii=False)
    for secret in (NAME, "Hương", PHONE, "@"):
        assert secret not in said
    assert "Ghi lại ý kiến của dân" not in said  # what was answered


@pytest.mark.parametrize(
    ("sent", "scaled", "raw", "success"), [(RIGHT, 1, 2, True), (HALF, 0.5, 1, False)]
)
def test_points_are_the_servers_own(
    store: Store, enrolment: Enrolment, sent: str, scaled: float, raw: float, success: bool
) -> None:
    run = hand_in(enrolment, sent)
    for told in store.told:
        assert told["result"]["score"] == {"scaled": scaled, "raw": raw, "min": 0, "max": 2}
        assert told["result"]["success"] is success
        (strength,) = told["context"]["extensions"].values()
        assert strength == "verified"
    assert store.told[0]["result"]["completion"] is True
    assert run.points == Decimal(raw)


def test_points_nobody_can_know_are_not_told(store: Store, enrolment: Enrolment) -> None:
    with transaction.atomic():
        run = hand_in(enrolment)
        run.strength = "unverifiable"
        run.save(update_fields=["strength"])
        run.questions.update(strength="unverifiable")
    whole, part = store.told
    assert set(whole["result"]) == {"completion", "duration"}
    assert "result" not in part
    for told in (whole, part):
        check_statement(told)
        assert list(told["context"]["extensions"].values()) == ["unverifiable"]


def test_what_was_rolled_back_is_told_to_nobody(store: Store, enrolment: Enrolment) -> None:
    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        hand_in(enrolment)
        raise Undone
    assert (store.asked, RunReport.objects.count()) == ([], 0)


def test_without_a_store_nothing_is_written_down(enrolment: Enrolment) -> None:
    hand_in(enrolment)
    assert RunReport.objects.count() == 0
    assert not report_overdue()


# --- When it is not taken -----------------------------------------------------------------------
@pytest.mark.parametrize("status", [301, 400, 401, 500])
def test_what_is_not_taken_is_tried_later_and_later_and_given_up(
    status: int, store: Store, enrolment: Enrolment
) -> None:
    store.status = status
    hand_in(enrolment)
    while (told := RunReport.objects.get()).state == "waiting":
        assert report_due(at=told.next_at - timedelta(seconds=1)) == 0
        report_due(at=told.next_at)
    assert (told.state, told.status) == ("failed", status)
    assert len(store.asked) == told.tries == len(WAITS) + 1
    assert len({body for _path, _headers, body in store.asked}) == 1


@pytest.mark.parametrize("status", [200, 204, 409])
def test_these_answers_mean_that_it_is_there(
    status: int, store: Store, enrolment: Enrolment
) -> None:
    store.status = status
    hand_in(enrolment)
    assert (RunReport.objects.get().state, len(store.asked)) == ("delivered", 1)


def test_told_twice_it_is_kept_once(store: Store, enrolment: Enrolment, admin: User) -> None:
    hand_in(enrolment)
    resend(RunReport.objects.get(), by=admin)
    first, second = store.asked
    assert first[2] == second[2]
    assert len(store.kept) == 2
    assert (RunReport.objects.get().state, RunReport.objects.get().status) == ("delivered", 409)


def test_erasing_old_answers_changes_no_statement(
    store: Store, enrolment: Enrolment, admin: User
) -> None:
    run = hand_in(enrolment)
    assert run.finished_at
    assert end_runs(run.finished_at + timedelta(days=1), False) == 1
    resend(RunReport.objects.get(), by=admin)
    assert store.asked[0][2] == store.asked[1][2]


def test_all_that_were_given_up_are_sent_again(
    store: Store, enrolment: Enrolment, admin: User
) -> None:
    store.status = 503
    for _try in range(2):
        hand_in(enrolment)
    RunReport.objects.update(state="failed", tries=8)
    store.status = None
    assert resend_failed(by=admin) == 2
    assert {told.state for told in RunReport.objects.all()} == {"delivered"}
    assert JournalEntry.objects.get(deed="report.resend").after == {"count": 2}
    assert resend_failed(by=admin) == 0


def test_one_that_is_not_taken_does_not_hold_up_the_others_for_long(
    store: Store, enrolment: Enrolment
) -> None:
    store.status = 400
    hand_in(enrolment)
    first = RunReport.objects.get()
    store.status = None
    hand_in(enrolment)
    assert RunReport.objects.latest("pk").state == "delivered"
    first.refresh_from_db()
    assert first.state == "waiting"


# --- Where nothing is sent ----------------------------------------------------------------------
def test_a_private_address_is_refused_unless_it_is_ours(
    store: Store, enrolment: Enrolment, settings: Any
) -> None:
    settings.WEBHOOK_NETWORKS = []
    hand_in(enrolment)
    assert "mạng nội bộ" in RunReport.objects.get().problem
    assert store.asked == []


def test_the_key_never_goes_outside_in_clear(enrolment: Enrolment, settings: Any) -> None:
    settings.XAPI_STORE, settings.XAPI_KEY, settings.XAPI_SECRET = "http://1.1.1.1/xapi", "k", "s"
    hand_in(enrolment)
    assert "https://" in RunReport.objects.get().problem


def test_a_store_that_is_gone_is_told_nothing(
    store: Store, enrolment: Enrolment, admin: User, settings: Any
) -> None:
    store.status = 500
    hand_in(enrolment)
    settings.XAPI_STORE = ""
    assert report_due(at=RunReport.objects.get().next_at) == 0
    told = RunReport.objects.get()
    for deed in (lambda: resend(told, by=admin), lambda: resend_failed(by=admin)):
        with pytest.raises(Refusal, match="Chưa cấu hình"):
            deed()


# --- Pages --------------------------------------------------------------------------------------
@pytest.fixture
def desk(admin: User) -> Client:
    return signed_in(admin)


def test_an_administrator_sees_what_was_not_taken_and_sends_it_again(
    store: Store, enrolment: Enrolment, desk: Client
) -> None:
    store.status = 503
    run = hand_in(enrolment)
    page = desk.get("/ket-noi/kho-hoc-tap/?trang-thai=waiting").content.decode()
    for words in (str(run.pk), "503", "Sau buổi họp", store.address):
        assert words in page
    assert NAME not in page
    assert "bí:mật" not in page
    store.status = None
    desk.post(f"/ket-noi/kho-hoc-tap/gui/{RunReport.objects.get().pk}/")
    assert RunReport.objects.get().state == "delivered"
    assert str(run.pk) not in desk.get("/ket-noi/kho-hoc-tap/?trang-thai=failed").content.decode()


def test_given_up_ones_are_sent_again_with_one_button(
    store: Store, enrolment: Enrolment, desk: Client
) -> None:
    store.status = 503
    hand_in(enrolment)
    RunReport.objects.update(state="failed")
    assert "Gửi lại 1 kết quả đã thôi gửi" in desk.get("/ket-noi/kho-hoc-tap/").content.decode()
    store.status = None
    page = desk.post("/ket-noi/kho-hoc-tap/gui-lai/", follow=True).content.decode()
    assert "Đang gửi lại 1 kết quả." in page
    assert RunReport.objects.get().state == "delivered"


def test_without_a_store_the_page_says_how_to_set_one_up(desk: Client) -> None:
    page = desk.get("/ket-noi/kho-hoc-tap/").content.decode()
    assert "XAPI_STORE" in page
    assert desk.post("/ket-noi/kho-hoc-tap/gui-lai/").status_code == 409


def test_an_auditor_reads_and_sends_nothing(
    store: Store, enrolment: Enrolment, units: cast.Units
) -> None:
    hand_in(enrolment)
    auditor = signed_in(cast.make_role(units, Role.AUDITOR))
    page = auditor.get("/ket-noi/kho-hoc-tap/").content.decode()
    assert "Gửi lại" not in page
    assert (
        auditor.post(f"/ket-noi/kho-hoc-tap/gui/{RunReport.objects.get().pk}/").status_code == 404
    )
