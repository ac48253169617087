from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from cadres.granting import grant
from cadres.models import Role
from kit.dates import now
from kit.errors import Refusal
from operations import working
from operations.models import Job, Notice
from tests.cast import FOUNDED


@pytest.fixture
def owner(db: Any) -> User:
    return User.objects.create_user("chu", full_name="Phạm Hữu Điệp")


def in_role(role: Role) -> User:
    user = User.objects.create_user(role, full_name="Ngô Thị Soát")
    grant(user, role, valid_from=FOUNDED)
    return user


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What went to the queue, the world outside."""
    found: list[Any] = []
    monkeypatch.setattr(working.current_app, "send_task", lambda *a, **k: found.append(k["args"]))
    return found


@working.job_kind("test.count", may_repeat=True)
def count(job: Job) -> dict[str, Any]:
    for done in range(1, 4):
        working.report_progress(job, done, total=3)
    return {"counts": [["Đã đếm", 3]], "address": "/don-vi/"}


@working.job_kind("test.refuse", may_repeat=False)
def refuse(job: Job) -> dict[str, Any]:
    raise Refusal("Tệp không có dòng nào.")


@working.job_kind("test.break", may_repeat=False)
def broken(job: Job) -> dict[str, Any]:
    raise ZeroDivisionError


def make_job(owner: User, kind: str = "test.count", **given: Any) -> Job:
    return Job.objects.create(kind=kind, title="Đếm", owner=owner, **given)


def enter(user: User | None) -> Client:
    client = Client(headers={"accept-language": "vi"})
    if user:
        client.force_login(user)
    return client


def test_a_job_is_sent_when_the_deed_is_committed(
    owner: User, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = working.start_job("test.count", "Đếm", by=owner, arguments={})
        assert sent == []
    assert sent == [[str(job.pk)]]


def test_a_job_runs_once(owner: User) -> None:
    job = make_job(owner)
    working.run_job(job.pk)
    Job.objects.update(result={})
    working.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == ("done", 3, 3, {})


def test_a_refused_job_says_why(owner: User) -> None:
    job = make_job(owner, "test.refuse")
    working.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "Tệp không có dòng nào.")


def test_a_broken_job_ends_without_technical_words(owner: User) -> None:
    job = make_job(owner, "test.break")
    working.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "ZeroDivision" not in job.message
    assert job.finished_at


@pytest.mark.parametrize(("kind", "begins"), [("test.count", "Đã xong"), ("test.break", "Đã dừng")])
def test_it_tells_its_owner_when_it_ends(owner: User, kind: str, begins: str) -> None:
    job = make_job(owner, kind)
    working.run_job(job.pk)
    notice = Notice.objects.get(recipient=owner)
    assert notice.title == f"{begins}: Đếm"
    assert notice.address == f"/cong-viec/{job.pk}/"


def test_a_job_nobody_began_is_sent_again(owner: User, sent: list[Any]) -> None:
    old = make_job(owner, created_at=now() - timedelta(minutes=2))
    make_job(owner)
    assert working.resend_waiting_jobs() == 1
    assert sent == [[str(old.pk)]]


@pytest.mark.parametrize("part", ["", "tien-do/"])
def test_its_owner_and_those_who_audit_see_a_job(owner: User, part: str) -> None:
    address = f"/cong-viec/{make_job(owner).pk}/{part}"
    for user in (owner, in_role(Role.AUDITOR), in_role(Role.ADMIN)):
        assert enter(user).get(address, follow=True).status_code == 200


@pytest.mark.parametrize("part", ["", "tien-do/"])
def test_nobody_else_does(owner: User, part: str) -> None:
    address = f"/cong-viec/{make_job(owner).pk}/{part}"
    assert (
        enter(in_role(Role.OWNER)).get(address, headers={"hx-request": "true"}).status_code == 404
    )
    assert enter(None).get(address).status_code == 302
    assert enter(owner).get(f"/cong-viec/{uuid4()}/").status_code == 404


def test_a_running_job_asks_for_its_progress(owner: User) -> None:
    job = make_job(owner, state="running", done=12, total=28)
    text = enter(owner).get(f"/cong-viec/{job.pk}/").content.decode()
    assert f'hx-get="/cong-viec/{job.pk}/tien-do/"' in text
    assert "12/28" in text
    assert '<noscript><meta http-equiv="refresh"' in text


def test_the_fragment_stops_asking_when_the_job_is_over(owner: User) -> None:
    job = make_job(owner)
    address = f"/cong-viec/{job.pk}/tien-do/"
    client = enter(owner)
    assert client.get(address, headers={"hx-request": "true"}).status_code == 200
    working.run_job(job.pk)
    response = client.get(address, headers={"hx-request": "true"})
    assert response.status_code == 286
    assert "hx-get" not in response.content.decode()
    assert "Đã đếm" in response.content.decode()


def test_without_scripts_the_fragment_leads_to_the_page(owner: User) -> None:
    job = make_job(owner)
    response = enter(owner).get(f"/cong-viec/{job.pk}/tien-do/")
    assert response.headers["Location"] == f"/cong-viec/{job.pk}/"


def make_lost(owner: User, kind: str = "test.count", runs: int = 1) -> Job:
    seen = now() - working.LEASE - timedelta(seconds=1)
    return make_job(owner, kind, state="running", started_at=seen, seen_at=seen, runs=runs)


def test_a_job_whose_worker_died_is_given_to_another(
    owner: User, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    lost = make_lost(owner)
    with django_capture_on_commit_callbacks(execute=True):
        assert working.take_back_lost_jobs() == 1
    assert sent == [[str(lost.pk)]]
    working.run_job(lost.pk)
    lost.refresh_from_db()
    assert (lost.state, lost.runs) == ("done", 2)


def test_a_job_that_shows_a_pulse_is_left_alone(owner: User, sent: list[Any]) -> None:
    make_job(owner, state="running", started_at=now() - timedelta(hours=3), seen_at=now())
    assert working.take_back_lost_jobs() == 0


@pytest.mark.parametrize(("kind", "runs"), [("test.break", 1), ("test.count", 3)])
def test_one_that_must_not_be_repeated_ends_in_words(owner: User, kind: str, runs: int) -> None:
    lost = make_lost(owner, kind, runs)
    assert working.take_back_lost_jobs() == 1
    lost.refresh_from_db()
    assert lost.state == "failed"
    assert lost.message.startswith("Máy chủ làm việc này đã dừng")
    assert Notice.objects.filter(recipient=owner).exists()


def test_a_worker_thought_dead_does_not_end_the_job_of_its_successor(owner: User) -> None:
    job = make_job(owner, "test.overtaken")
    working.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.runs) == ("running", 2)


@working.job_kind("test.overtaken")
def overtaken(job: Job) -> dict[str, Any]:
    Job.objects.filter(pk=job.pk).update(runs=2)
    return {}


def test_a_running_job_has_a_pulse(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = make_job(owner, state="running", runs=1)
    is_over = Event()
    monkeypatch.setattr(working, "PULSE", timedelta(0))
    monkeypatch.setattr(working.connection, "close", is_over.set)
    working._beat(job.pk, 1, is_over)
    job.refresh_from_db()
    assert job.seen_at
