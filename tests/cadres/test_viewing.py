"""Viewing somebody's pages for support: with a reason, for a while, changing nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User, Viewing
from cadres.granting import withdraw
from cadres.models import Cadre, Role, RoleGrant
from cadres.scopes import access_of
from cadres.viewing import AT_MOST, begin_viewing, end_viewings
from kit.dates import now
from kit.errors import Refusal
from operations.models import JournalEntry, Notice
from tests import cast
from tests.cast import Units

STOP = "/don-vi/thoi-xem/"


@pytest.fixture
def support(enter: Any, admin: User, learner: Cadre) -> Client:
    """An administrator's browser, viewing the learner's pages."""
    cast.make_admin()
    client: Client = enter(admin)
    client.post(reverse("cadres:view_as", args=[learner.public_id]), {"reason": "Không thấy bài"})
    return client


def deeds() -> list[str]:
    return list(JournalEntry.objects.order_by("pk").values_list("deed", flat=True))


def test_the_administrator_sees_what_the_person_sees_and_a_banner(
    support: Client, learner: Cadre
) -> None:
    for path in ("/", "/hoc/", "/tai-khoan/"):
        page = support.get(path).content.decode()
        assert f"Đang xem thay <strong>{learner.full_name}</strong>" in page
        assert "Thôi xem" in page
    assert support.get("/don-vi/nguoi/").status_code == 404
    assert support.get("/api/v1/me/").json()["cadre"]["code"] == learner.code


def test_wagtails_pages_have_the_banner_too(
    enter: Any, admin: User, trainer: User, units: Units
) -> None:
    client = enter(admin)
    path = reverse("cadres:view_as", args=[trainer.cadre.public_id])
    client.post(path, {"reason": "Không mở được bài soạn"})
    assert "Thôi xem" in client.get("/soan/", follow=True).content.decode()


def test_beginning_pages_refusals_and_end_are_in_the_journal(
    support: Client, learner: Cadre, admin: User
) -> None:
    support.get("/hoc/?page=2")
    support.post("/thong-bao/")
    support.post(STOP)
    assert [deed for deed in deeds() if deed.startswith("viewing.")] == [
        "viewing.begin",
        "viewing.page",
        "viewing.refused",
        "viewing.end",
    ]
    told = JournalEntry.objects.filter(deed__startswith="viewing.")
    assert {(entry.actor, entry.subject_id) for entry in told} == {(admin, str(learner.user_id))}
    assert {entry.address for entry in told} == {"127.0.0.1"}
    assert told.get(deed="viewing.begin").reason == "Không thấy bài"
    assert told.get(deed="viewing.page").after == {"page": "/hoc/?page=2"}


def test_the_person_gets_a_notice_with_the_reason(support: Client, learner: Cadre) -> None:
    notice = Notice.objects.get(recipient=learner.user)
    assert "Không thấy bài" in notice.body


@pytest.mark.parametrize(
    "path",
    ["/tai-khoan/hien-thi/", "/thong-bao/", "/khoa-hoc/k1/dang-ky/", "/tai-khoan/mat-khau/", "/x/"],
)
def test_whatever_would_change_something_is_refused(support: Client, path: str) -> None:
    answer = support.post(path, {"theme": "dark"})
    assert answer.status_code == 403
    assert "không thay đổi được gì" in answer.content.decode()


def test_the_api_refuses_a_change_in_json(support: Client) -> None:
    assert "xem thay" in support.delete("/api/v1/me/").json()["detail"]


@pytest.mark.parametrize("path", ["2fa/", "2fa/recovery-codes/", "mat-khau/", "email/"])
def test_how_the_person_signs_in_is_not_shown(support: Client, path: str) -> None:
    assert support.get(f"/tai-khoan/{path}").status_code == 403


def test_what_a_page_writes_on_being_read_is_undone(
    support: Client, learner: Cadre, settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.cadres.test_viewing.writing"]
    support.get("/hoc/")
    assert not Notice.objects.filter(title="Đã đọc").exists()


def writing(get_response: Any) -> Any:
    """A page that notes that it was read."""

    def answer(request: Any) -> Any:
        Notice.objects.create(recipient=request.user, key="x", title="Đã đọc")
        return get_response(request)

    return answer


def test_it_stops_when_asked_and_after_half_an_hour(
    support: Client, learner: Cadre, admin: User
) -> None:
    answer = support.post(STOP)
    assert answer.headers["Location"] == reverse("cadres:person", args=[learner.public_id])
    assert "Đang xem thay" not in support.get("/").content.decode()
    support.post(reverse("cadres:view_as", args=[learner.public_id]), {"reason": "Lại xem"})
    Viewing.objects.filter(ended_at=None).update(
        begun_at=now() - AT_MOST, ends_at=now() - timedelta(seconds=1)
    )
    assert "Đang xem thay" not in support.get("/").content.decode()
    assert Viewing.objects.filter(ended_at=None).count() == 0
    assert deeds().count("viewing.end") == 2


def test_one_that_nobody_ended_is_ended_by_the_clock(support: Client) -> None:
    viewing = Viewing.objects.get()
    assert end_viewings(viewing.ends_at - timedelta(seconds=1)) == 0
    assert end_viewings(viewing.ends_at + timedelta(minutes=4)) == 1
    viewing.refresh_from_db()
    assert viewing.ended_at == viewing.ends_at


def test_it_ends_with_the_role(support: Client, admin: User) -> None:
    withdraw(RoleGrant.objects.get(user=admin), by=None)
    assert support.get("/hoc/").status_code == 200
    assert Viewing.objects.filter(ended_at=None).count() == 0


def test_signing_out_ends_it(support: Client) -> None:
    support.post("/tai-khoan/dang-xuat/")
    assert "_auth_user_id" not in support.session
    assert Viewing.objects.filter(ended_at=None).count() == 0


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ISSUER, Role.OWNER, Role.AUDITOR])
def test_an_administrator_issuer_owner_or_auditor_is_never_viewed(
    enter: Any, admin: User, units: Units, role: Role
) -> None:
    cadre = cast.make_role(units, role, on=units.root).cadre
    path, client = reverse("cadres:view_as", args=[cadre.public_id]), enter(admin)
    assert "Không ai được xem thay" in client.get(path).content.decode()
    assert client.post(path, {"reason": "Thử"}).status_code == 403
    assert not Viewing.objects.exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_begins(
    enter: Any, admin: User, learner: Cadre, reason: str
) -> None:
    path = reverse("cadres:view_as", args=[learner.public_id])
    assert enter(admin).post(path, {"reason": reason}).status_code == 422
    assert not Viewing.objects.exists()


def test_nobody_but_an_administrator_may(enter: Any, manager: User, learner: Cadre) -> None:
    path = reverse("cadres:view_as", args=[learner.public_id])
    assert enter(manager).post(path, {"reason": "Thử"}).status_code == 404
    assert learner.user
    with pytest.raises(Refusal):
        begin_viewing(learner.user, by=manager, access=access_of(manager), reason="Thử")


def test_a_made_up_number_in_the_session_shows_nobody(
    enter: Any, manager: User, support: Client
) -> None:
    client = enter(manager)
    session = client.session
    session["viewing"] = Viewing.objects.get().pk
    session.save()
    assert "Đang xem thay" not in client.get("/").content.decode()
