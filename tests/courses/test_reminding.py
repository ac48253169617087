from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from cadres.models import Cadre
from courses.reminding import key_of, preview, remind, start
from courses.requiring import waive
from courses.tracking import Wanted
from kit.dates import today
from kit.errors import Refusal
from operations.models import Job, Notice
from operations.notifying import email_notice
from operations.working import run_job
from tests.courses.teams import LATE, Team, as_, make_team, owed
from tests.indicators.building import complete

REMIND = "/don-vi/nhac/"


@pytest.fixture
def team(db: Any) -> Team:
    team = make_team()
    team.require()
    return team


def wanted(team: Team, **given: Any) -> Wanted:
    return Wanted(unit_ids=(team.units.home.pk,), on=today(), **given)


def told(cadre: Cadre) -> list[str]:
    return list(Notice.objects.filter(recipient=cadre.user).values_list("title", flat=True))


def test_the_preview_counts_exactly_who_is_reached(team: Team) -> None:
    reminders = preview(wanted(team))
    assert (reminders.count, reminders.people, reminders.without_email) == (2, 2, 1)
    assert (reminders.by_email, reminders.without_account, reminders.reminded_today) == (1, 0, 0)


def test_a_job_reminds_and_says_how_many(team: Team) -> None:
    job = start(wanted(team), by=team.manager)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert [number for _words, number in job.result["counts"]] == [2, 0]
    assert len(told(team.learner)) == len(told(team.colleague)) == 1
    assert told(team.stranger) == []


def test_nobody_is_reminded_twice_of_the_same_on_a_day(team: Team) -> None:
    ids = [owed(team.learner).pk]
    assert [remind(ids), remind(ids)] == [1, 0]
    assert Notice.objects.get().key == key_of(ids[0], today())
    assert remind(ids, on=today() + timedelta(days=1)) == 1


def test_two_jobs_on_a_day_send_one_reminder(team: Team) -> None:
    jobs = [start(wanted(team), by=team.manager) for _twice in range(2)]
    for job in jobs:
        run_job(job.pk)
    results = [Job.objects.get(pk=job.pk).result["counts"] for job in jobs]
    assert [[number for _w, number in counts] for counts in results] == [[2, 0], [0, 2]]


def test_one_reminded_today_is_left_out_of_the_preview(team: Team) -> None:
    remind([owed(team.learner).pk])
    reminders = preview(wanted(team))
    assert (reminders.count, reminders.reminded_today) == (1, 1)


def test_when_all_were_reminded_a_job_is_refused(team: Team) -> None:
    remind([owed(team.learner).pk, owed(team.colleague).pk])
    with pytest.raises(Refusal):
        start(wanted(team), by=team.manager)


def test_one_who_finished_meanwhile_is_left_in_peace(team: Team) -> None:
    job = start(wanted(team), by=team.manager)
    complete(team.learner, team.course, on=today())
    waive(owed(team.colleague), by=team.manager, reason="Nghỉ thai sản")
    run_job(job.pk)
    assert told(team.learner) == told(team.colleague) == []


def test_one_without_an_account_is_counted_apart(team: Team) -> None:
    Cadre.objects.filter(pk=team.colleague.pk).update(user=None)
    reminders = preview(wanted(team))
    assert (reminders.count, reminders.without_account) == (1, 1)


@pytest.mark.parametrize(("due", "begins"), [(LATE, "Quá hạn"), (timedelta(0), "Hạn ")])
def test_it_says_whether_the_day_has_passed(team: Team, due: timedelta, begins: str) -> None:
    obligation = owed(team.learner)
    obligation.due_on = today() + due
    obligation.save()
    remind([obligation.pk])
    assert told(team.learner)[0].startswith(begins)


def test_an_e_mail_goes_where_there_is_an_address(team: Team) -> None:
    remind([owed(team.learner).pk, owed(team.colleague).pk])
    for notice in Notice.objects.all():
        email_notice(notice.pk)
        email_notice(notice.pk)
    (letter,) = mail.outbox
    assert letter.to == ["huong@example.vn"]
    assert f"/khoa-hoc/{team.course.slug}/" in letter.body


@pytest.mark.parametrize("role", ["manager", "owner", "admin"])
def test_those_in_charge_see_it_first_and_then_send(team: Team, role: str) -> None:
    client = as_(getattr(team, role))
    text = client.get(f"{REMIND}?khoa=K1").content.decode()
    assert "Nhắc 2 đồng chí" in text
    assert Job.objects.count() == 0
    response = client.post(f"{REMIND}?khoa=K1", {"count": "2"})
    job = Job.objects.get()
    assert response.headers["Location"] == f"/cong-viec/{job.pk}/"
    assert job.owner == getattr(team, role)


def test_what_changed_meanwhile_is_shown_again(team: Team) -> None:
    complete(team.learner, team.course, on=today())
    response = as_(team.manager).post(REMIND, {"count": "2"})
    assert "Danh sách vừa thay đổi" in response.content.decode()
    assert Job.objects.count() == 0


def test_a_filter_reminds_only_those_it_shows(team: Team) -> None:
    as_(team.manager).post(f"{REMIND}?tim=diem+huong", {"count": "1"})
    assert Job.objects.get().arguments["obligations"] == [owed(team.learner).pk]


@pytest.mark.parametrize("role", ["auditor", "learner"])
def test_others_remind_nobody(team: Team, role: str) -> None:
    client = as_(getattr(team, role))
    assert client.get(REMIND).status_code == 404
    assert client.post(REMIND, {"count": "2"}).status_code == 404
    assert as_(None).post(REMIND, {"count": "2"}).status_code == 302
    assert Job.objects.count() == 0
