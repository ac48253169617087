from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from operations.models import Job, Notice
from operations.notifying import email_notice, mark_read, notify


@pytest.fixture
def learner(db: Any) -> User:
    return User.objects.create_user("hoc", full_name="Nguyễn Thị Diễm Hương", email="h@example.vn")


@pytest.fixture
def colleague(db: Any) -> User:
    return User.objects.create_user("ban", full_name="Trần Văn Bình")


def enter(user: User) -> Client:
    client = Client(headers={"accept-language": "vi"})
    client.force_login(user)
    return client


def test_the_same_occasion_is_told_once(learner: User) -> None:
    assert notify(learner, key="a", title="Một")
    assert notify(learner, key="a", title="Hai") is None
    assert Notice.objects.get().title == "Một"


def test_an_e_mail_is_sent_once(learner: User) -> None:
    notice = notify(learner, key="a", title="Một", address="/hoc/")
    assert notice
    email_notice(notice.pk)
    email_notice(notice.pk)
    assert [letter.subject for letter in mail.outbox] == ["Một"]
    assert "/hoc/" in mail.outbox[0].body


def test_nobody_without_an_address_gets_an_e_mail(colleague: User) -> None:
    notice = notify(colleague, key="a", title="Một")
    assert notice
    email_notice(notice.pk)
    assert mail.outbox == []


def test_everyone_reads_only_the_own_notices(learner: User, colleague: User) -> None:
    notify(learner, key="a", title="Của Hương")
    notify(colleague, key="a", title="Của Bình")
    text = enter(learner).get("/thong-bao/").content.decode()
    assert "Của Hương" in text
    assert "Của Bình" not in text


def test_reading_them_is_an_act(learner: User, colleague: User) -> None:
    notify(learner, key="a", title="Một")
    notify(colleague, key="a", title="Hai")
    client = enter(learner)
    client.get("/thong-bao/")
    assert Notice.objects.filter(read_at=None).count() == 2
    assert client.post("/thong-bao/").status_code == 302
    assert Notice.objects.filter(read_at=None).get().recipient == colleague
    assert mark_read(learner) == 0


def test_a_visitor_is_asked_to_sign_in(client: Client, db: Any) -> None:
    assert client.get("/thong-bao/").status_code == 302


def test_work_that_goes_on_is_found_again(learner: User) -> None:
    job = Job.objects.create(kind="x", title="Nhập 800 đồng chí", owner=learner, state="running")
    Job.objects.create(kind="x", title="Xong rồi", owner=learner, state="done")
    text = enter(learner).get("/thong-bao/").content.decode()
    assert f"/cong-viec/{job.pk}/" in text
    assert "Xong rồi" not in text


def test_an_empty_list_says_what_will_stand_there(learner: User) -> None:
    assert "Chưa có thông báo" in enter(learner).get("/thong-bao/").content.decode()
