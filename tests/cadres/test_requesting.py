from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cadres.models import Cadre
from cadres.requesting import answer, ask
from cadres.scopes import access_of
from kit.errors import Refusal
from operations.models import Correction, JournalEntry, Notice
from tests import cast
from tests.cast import Units

ASK = "/don-vi/sua-thong-tin/moi/"
LIST = "/don-vi/sua-thong-tin/"
WRITTEN = {"field": "full_name", "value": "Nguyễn Thị Diễm Hường", "reason": "Theo căn cước"}


@pytest.fixture
def asked(learner: Cadre, manager: User) -> Correction:
    return ask(learner, "full_name", WRITTEN["value"], reason=WRITTEN["reason"])


def reply(asked: Correction, by: User, *, approves: bool, words: str = "") -> Correction:
    return answer(asked, approves=approves, by=by, access=access_of(by), words=words)


def test_the_manager_of_the_unit_is_told(asked: Correction, manager: User) -> None:
    notice = Notice.objects.get(recipient=manager)
    assert notice.title == "Đồng chí Nguyễn Thị Diễm Hương đề nghị sửa: Họ và tên"
    assert notice.address == f"{LIST}{asked.pk}/"


def test_where_there_is_no_manager_the_administrators_are(stranger: Cadre, admin: User) -> None:
    ask(stranger, "email", "anh@example.vn", reason="Mới")
    assert Notice.objects.filter(recipient=admin).exists()


def test_an_approved_one_is_applied_in_the_record_and_the_account(
    asked: Correction, learner: Cadre, manager: User
) -> None:
    reply(asked, manager, approves=True)
    learner.refresh_from_db()
    assert learner.user
    assert learner.full_name == learner.user.full_name == WRITTEN["value"]
    assert learner.folded == "nguyen thi diem huong"
    entry = JournalEntry.objects.get(deed="cadre.correct")
    assert entry.before == {"full_name": "Nguyễn Thị Diễm Hương"}
    assert entry.after == {"full_name": WRITTEN["value"]}
    told = Notice.objects.get(recipient=learner.user)
    assert told.title == "Đã sửa: Họ và tên"
    assert "cấp lại" in told.body


def test_a_returned_one_changes_nothing_and_says_why(
    asked: Correction, learner: Cadre, manager: User
) -> None:
    with pytest.raises(Refusal):
        reply(asked, manager, approves=False)
    reply(asked, manager, approves=False, words="Chưa khớp căn cước")
    learner.refresh_from_db()
    assert learner.full_name == "Nguyễn Thị Diễm Hương"
    assert Notice.objects.get(recipient=learner.user).body == "Chưa khớp căn cước"


def test_it_is_answered_once(asked: Correction, manager: User) -> None:
    reply(asked, manager, approves=True)
    with pytest.raises(Refusal):
        reply(asked, manager, approves=True)


def test_nobody_answers_the_own_request(manager: User, admin: User) -> None:
    own = ask(Cadre.objects.get(user=manager), "email", "diep@example.vn", reason="Mới")
    with pytest.raises(Refusal):
        reply(own, manager, approves=True)
    assert reply(own, admin, approves=True).state == Correction.State.APPROVED


def test_a_manager_of_another_unit_does_not_answer(asked: Correction, units: Units) -> None:
    far = cast.make_role(units, "manager", on=units.away, unit=units.away)  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        reply(asked, far, approves=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", "Hương"),
        ("born_on", "31/02/1980"),
        ("identity_number", "1234"),
        ("phone", "12"),
        ("email", "huong"),
        ("gender", "khác"),
        ("unit", "Phường Hoa Lư"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(learner: Cadre, field: str, value: str) -> None:
    with pytest.raises(Refusal):
        ask(learner, field, value, reason="Sai")
    assert not Correction.objects.exists()


def test_one_thing_is_asked_for_once_at_a_time(asked: Correction, learner: Cadre) -> None:
    with pytest.raises(Refusal):
        ask(learner, "full_name", "Nguyễn Thị Hường", reason="Sai")


def test_another_persons_number_is_not_taken(learner: Cadre, units: Units, manager: User) -> None:
    cast.make_cadre(units, identity_number="037180123456")
    wrong = ask(learner, "identity_number", "037 180 123 456", reason="Sai")
    with pytest.raises(Refusal):
        reply(wrong, manager, approves=True)
    wrong.refresh_from_db()
    assert wrong.state == Correction.State.WAITING


def test_an_identity_number_is_masked_wherever_it_is_shown(
    enter: Any, learner: Cadre, manager: User
) -> None:
    number = "037180123456"
    wrong = ask(learner, "identity_number", number, reason="Sai")
    page = enter(manager).get(f"{LIST}{wrong.pk}/").content.decode()
    assert "037•••••3456" in page
    assert number not in page + str(list(JournalEntry.objects.values_list("before", "after")))
    reply(wrong, manager, approves=True)
    assert Cadre.objects.get(pk=learner.pk).identity_number == number


# --- Pages ----------------------------------------------------------------------------------------


def test_one_asks_and_the_manager_answers(
    enter: Any, learner: Cadre, manager: User, client: Client
) -> None:
    file = SimpleUploadedFile("căn cước.pdf", b"%PDF-1.7 x", "application/pdf")
    answer_to_it = enter(learner).post(ASK, WRITTEN | {"file": file})
    assert answer_to_it.headers["Location"] == "/tai-khoan/du-lieu/"
    asked = Correction.objects.get()
    enter(manager)
    assert learner.full_name in client.get(LIST).content.decode()
    address = reverse("cadres:correction", args=[asked.pk])
    assert WRITTEN["value"] in client.get(address).content.decode()
    assert client.get(f"{address}giay-to/").content == b"%PDF-1.7 x"
    client.post(address, {"verdict": "approve", "words": ""})
    learner.refresh_from_db()
    assert learner.full_name == WRITTEN["value"]
    assert "Không còn đề nghị nào chờ" in client.get(LIST).content.decode()


def test_a_bad_request_is_told_beside_the_field(enter: Any, learner: Cadre) -> None:
    page = enter(learner).post(ASK, WRITTEN | {"value": "Hương 2"})
    assert page.status_code == 422
    assert "Ghi đủ họ, chữ đệm và tên" in page.content.decode()


def test_a_file_of_another_kind_is_refused(enter: Any, learner: Cadre) -> None:
    file = SimpleUploadedFile("giay.pdf", b"<html>")
    page = enter(learner).post(ASK, WRITTEN | {"file": file})
    assert page.status_code == 422
    assert not Correction.objects.exists()


def test_an_auditor_reads_and_does_not_answer(enter: Any, asked: Correction, auditor: User) -> None:
    client = enter(auditor)
    address = f"{LIST}{asked.pk}/"
    assert "Trả lại</button>" not in client.get(address).content.decode()
    assert client.post(address, {"verdict": "approve"}).status_code == 404
