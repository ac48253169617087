from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings

from accounts.models import User
from certificates.models import Counter
from kit.dates import now
from operations.models import Job, Notice
from tests.certificates.building import certify, complete, make_cadre, make_issuer, make_unit
from tests.courses.building import make_course

FAR = "203.0.113.7"


def test_alive_asks_no_database(client: Client):
    """Without the database mark a query would fail this test."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_says_what_was_checked(client: Client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert set(answer.json()["checks"]) == {"database", "queue", "storage"}


@pytest.mark.django_db
def test_ready_leaves_no_file_behind(client: Client, settings: Any):
    client.get("/readyz")
    assert not [path for path in Path(settings.MEDIA_ROOT, "readyz").glob("*") if path.is_file()]


@pytest.mark.django_db
def test_without_storage_it_is_not_ready(client: Client, tmp_path: Path):
    occupied = tmp_path / "occupied"
    occupied.write_text("a file where a folder should be")
    with override_settings(MEDIA_ROOT=str(occupied)):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["storage"]["ok"] is False
    assert answer.json()["checks"]["database"]["ok"] is True


@pytest.mark.django_db
def test_without_a_database_it_is_not_ready_and_tells_no_secret(client: Client):
    def refuse(*_: Any) -> None:
        raise OperationalError("password of postgres at 10.0.0.1 is wrong")

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"ok": False, "fault": "OperationalError"}
    assert "10.0.0.1" not in answer.content.decode()


# --- Metrics ------------------------------------------------------------------------------------


def measured(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


@pytest.mark.django_db
def test_metrics_count_what_waits(client: Client):
    owner = User.objects.create(username="u", full_name="U", email="u@kheo.example")
    old = now() - timedelta(minutes=5)
    for state in (Job.State.WAITING, Job.State.FAILED, Job.State.FAILED):
        Job.objects.create(kind="k", title="t", owner=owner, state=state, created_at=old)
    Notice.objects.create(recipient=owner, key="k", title="t")
    found = measured(client)
    assert found['kheo_jobs{state="waiting"}'] == 1
    assert found['kheo_jobs{state="failed"}'] == 2
    assert found["kheo_job_oldest_waiting_seconds"] >= 300
    assert found["kheo_notices_unread"] == found["kheo_notices_unsent"] == 1
    assert found["kheo_attempts_running"] == 0


@pytest.mark.django_db
def test_metrics_count_certificates_given_and_awaited(client: Client):
    unit, course = make_unit("Phường Hoa Lư"), make_course(1)
    certify(make_cadre("Đỗ Việt Ất", unit), course)
    complete(make_cadre("Đỗ Quỳnh Trâm", unit), course)
    found = measured(client)
    assert found["kheo_certificates_issued_total"] == Counter.objects.get().last == 1
    assert found["kheo_certificates_waiting"] == 1


@pytest.mark.django_db
def test_large_counts_are_told_to_the_last_one(client: Client):
    issuer = make_issuer("Ban Dân vận")
    Counter.objects.create(issuer=issuer, year=2026, last=12_345_678)
    assert measured(client)["kheo_certificates_issued_total"] == 12_345_678


@pytest.mark.django_db
def test_every_metric_is_explained(client: Client):
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.content.decode().splitlines()
    told = {line.split()[2] for line in lines if line.startswith("# HELP")}
    assert {line.split("{")[0].split()[0] for line in lines if not line.startswith("#")} <= told


@pytest.mark.django_db
def test_metrics_are_not_found_from_elsewhere(client: Client):
    assert client.get("/metrics", REMOTE_ADDR=FAR).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("claimed", ["127.0.0.1", FAR, "::1"])
def test_a_request_that_was_passed_on_is_from_elsewhere(claimed: str, client: Client):
    headers = {"x-forwarded-for": claimed}
    assert client.get("/metrics", headers=headers).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR=FAR, headers=headers).status_code == 404


@pytest.mark.django_db
def test_the_token_opens_metrics_from_anywhere(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("METRICS_TOKEN", "mot-ma-that-dai")
    right, wrong = ({"authorization": f"Bearer {t}"} for t in ("mot-ma-that-dai", "khac"))
    assert client.get("/metrics", REMOTE_ADDR=FAR, headers=right).status_code == 200
    assert client.get("/metrics", REMOTE_ADDR=FAR, headers=wrong).status_code == 404


@pytest.mark.django_db
def test_an_empty_token_opens_nothing(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("METRICS_TOKEN", "")
    headers = {"authorization": "Bearer "}
    assert client.get("/metrics", REMOTE_ADDR=FAR, headers=headers).status_code == 404
