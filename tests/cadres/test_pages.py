from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from cadres.models import Cadre, Role, RoleGrant, RosterDifference, RosterRun
from kit.dates import now
from operations.models import Job, JournalEntry
from operations.working import run_job
from tests import cast
from tests.cadres.rosters import roster, row
from tests.cast import Units

START = "/don-vi/nhap-danh-sach/"
OVERSEERS = ["/don-vi/nguoi/", "/don-vi/nguoi/tai-ve/", "/don-vi/cay/"]
ENTERING = [START, f"{START}mau/"]


def upload(client: Client, *rows: dict[str, Any], name: str = "ds.xlsx", **given: str) -> Any:
    file = SimpleUploadedFile(name, roster(rows))
    return client.post(START, {"file": file, "day": "30/09/2026", **given})


def checked(client: Client, *rows: dict[str, Any], **given: str) -> str:
    """The address of a list that was uploaded and looked through."""
    address = str(upload(client, *rows, **given)["Location"])
    run_jobs()
    return address


def run_jobs() -> None:
    for job in Job.objects.filter(state="waiting"):
        run_job(job.pk)


@pytest.mark.parametrize("address", OVERSEERS)
def test_overseers_open_people_and_units(enter: Any, auditor: User, address: str) -> None:
    assert enter(auditor).get(address).status_code == 200


@pytest.mark.parametrize("address", [*OVERSEERS[:2], *ENTERING, "/don-vi/vai-tro/"])
def test_a_learner_finds_none_of_them(enter: Any, learner: Cadre, address: str) -> None:
    assert enter(learner).get(address).status_code == 404


@pytest.mark.parametrize("address", [*OVERSEERS, *ENTERING, "/don-vi/vai-tro/"])
def test_a_visitor_is_asked_to_sign_in(client: Client, db: Any, address: str) -> None:
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("address", ENTERING)
def test_managers_enter_people_and_auditors_do_not(
    enter: Any, manager: User, auditor: User, address: str
) -> None:
    assert enter(manager).get(address).status_code == 200
    assert enter(auditor).get(address).status_code == 404


def test_a_manager_reads_the_learner_and_not_the_stranger(
    enter: Any, manager: User, learner: Cadre, stranger: Cadre
) -> None:
    client = enter(manager)
    assert client.get(reverse("cadres:person", args=[learner.public_id])).status_code == 200
    assert client.get(reverse("cadres:person", args=[stranger.public_id])).status_code == 404


def test_a_record_shows_the_identity_number_masked(enter: Any, units: Units, auditor: User) -> None:
    cadre = cast.make_cadre(units, identity_number="037180123456")
    page = enter(auditor).get(reverse("cadres:person", args=[cadre.public_id])).content.decode()
    assert "037•••••3456" in page
    assert "037180123456" not in page


def test_a_list_of_people_costs_the_same_for_any_number(
    enter: Any, units: Units, auditor: User
) -> None:
    client = enter(auditor)
    client.get("/don-vi/nguoi/")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get("/don-vi/nguoi/")
        counts.append(len(captured))
        for _number in range(10):
            cast.make_cadre(units)
    assert counts[0] == counts[1]


def test_the_export_is_what_the_list_shows_without_identity_numbers(
    enter: Any, units: Units, manager: User, stranger: Cadre
) -> None:
    cast.make_cadre(units, full_name="Vũ Thị Lan", identity_number="037180123456")
    answer = enter(manager).get("/don-vi/nguoi/tai-ve/?q=lan")
    book = load_workbook(io.BytesIO(answer.content))
    cells = [list(r) for r in book.worksheets[0].iter_rows(values_only=True)]
    assert len(cells) == 3
    assert str(cells[0][0]).startswith("Cán bộ, tính đến ")
    assert cells[2][1] == "Vũ Thị Lan"
    assert "037180123456" not in str(cells)
    assert JournalEntry.objects.filter(deed="people.export", actor=manager).exists()


def test_a_list_is_checked_then_written_by_jobs(enter: Any, units: Units, manager: User) -> None:
    client = enter(manager)
    address = upload(client, row())["Location"]
    assert "Đang kiểm tra" not in (page := client.get(address).content.decode())
    assert "hx-get" in page
    run_jobs()
    assert "Ghi 1 thay đổi" in client.get(address).content.decode()
    client.post(f"{address}ghi/")
    assert "hx-get" in client.get(address).content.decode()
    run_jobs()
    page = client.get(address).content.decode()
    assert "Hoàn tác danh sách này" in page
    assert Cadre.objects.filter(full_name="Vũ Thị Lan").exists()
    client.post(f"{address}hoan-tac/", {"reason": "Nhầm tệp"})
    assert "Nhầm tệp" in client.get(address).content.decode()
    assert not Cadre.objects.filter(full_name="Vũ Thị Lan").exists()


def test_errors_are_shown_and_downloaded_and_nothing_is_entered_unasked(
    enter: Any, units: Units, manager: User
) -> None:
    client = enter(manager)
    address = checked(client, row(), row(full_name="Lê Văn Tư", born_on="xyz"))
    page = client.get(address).content.decode()
    assert "Đây không phải ngày tháng." in page
    assert client.post(f"{address}ghi/").status_code == 409
    book = load_workbook(io.BytesIO(client.get(f"{address}loi/").content))
    assert [c.value for c in book.worksheets[0][2]][:4] == [3, "D", "Ngày sinh", "xyz"]
    client.post(f"{address}ghi/", {"skip": "1"})
    run_jobs()
    assert Cadre.objects.filter(full_name="Vũ Thị Lan").count() == 1


def test_choices_are_kept_one_by_one_and_all_at_once(
    enter: Any, units: Units, manager: User
) -> None:
    client = enter(manager)
    address = checked(client, row(), row(full_name="Lê Văn Tư"), row(full_name="Lê Văn Năm"))
    first = RosterDifference.objects.order_by("row")[0]
    answer = client.post(
        f"{address}quyet-dinh/", {f"d-{first.pk}": "skip"}, headers={"hx-request": "true"}
    )
    assert "Ghi 2 thay đổi" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    client.post(f"{address}quyet-dinh/", {"all": "skip", "q": "tư", "kind": "new"})
    assert "Ghi 1 thay đổi" in client.get(address).content.decode()
    assert client.get(f"{address}?decision=skip").content.decode().count("<select") == 3
    assert client.post(f"{address}quyet-dinh/", {f"d-{first.pk}": "keep"}).status_code == 400


def test_progress_is_asked_for_until_the_work_is_over(
    enter: Any, units: Units, manager: User
) -> None:
    client = enter(manager)
    address = upload(client, row())["Location"]
    headers = {"hx-request": "true"}
    assert client.get(f"{address}tien-do/", headers=headers).status_code == 200
    assert client.get(f"{address}tien-do/").status_code == 302
    run_jobs()
    answer = client.get(f"{address}tien-do/", headers=headers)
    assert (answer.status_code, answer["HX-Refresh"]) == (286, "true")


def test_a_list_whose_worker_died_can_be_started_again(
    enter: Any, units: Units, manager: User
) -> None:
    client = enter(manager)
    address = checked(client, row())
    client.post(f"{address}ghi/")
    Job.objects.filter(state="waiting").update(
        state="running", started_at=now() - timedelta(minutes=10)
    )
    assert "dừng giữa chừng" in client.get(address).content.decode()
    client.post(f"{address}kiem-tra/")
    run_jobs()
    client.post(f"{address}ghi/")
    run_jobs()
    assert RosterRun.objects.get().state == "written"


def test_a_list_is_seen_by_its_uploader_and_those_who_oversee_all(
    enter: Any, units: Units, manager: User, admin: User, auditor: User
) -> None:
    address = checked(enter(manager), row())
    other = cast.make_role(units, Role.MANAGER, on=units.home)
    for who, status in ((admin, 200), (auditor, 200), (other, 404)):
        assert enter(who).get(address).status_code == status
    assert "Ghi 1 thay đổi" not in enter(auditor).get(address).content.decode()


def test_a_list_that_names_everyone_tells_who_has_left(
    enter: Any, units: Units, admin: User, learner: Cadre
) -> None:
    client = enter(admin)
    address = checked(client, row(), everyone=str(units.home.public_id))
    page = client.get(f"{address}?kind=left").content.decode()
    assert learner.full_name in page
    assert "Ghi 1 thay đổi" in page


def test_a_page_of_differences_costs_the_same_for_any_number(
    enter: Any, units: Units, admin: User
) -> None:
    client, counts = enter(admin), []
    for count in (2, 20):
        address = checked(client, *(row(full_name=f"Lê Văn {'A' * (n + 1)}") for n in range(count)))
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_job_writes_with_the_rights_its_owner_has_left(
    enter: Any, units: Units, manager: User
) -> None:
    client = enter(manager)
    client.post(f"{checked(client, row())}ghi/")
    RoleGrant.objects.all().delete()
    run_jobs()
    assert Job.objects.filter(state="failed").exists()
    assert not Cadre.objects.filter(full_name="Vũ Thị Lan").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ds.pdf", b"%PDF", "không phải tệp Excel"),
        ("ds.csv", b"STT,Ghi chu\n1,x", "không phải tệp Excel"),
        ("ds.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        ("ds.xlsx", b"\xd0\xcf\x11\xe0 Workbook", ".xls"),
    ],
)
def test_another_kind_of_file_is_refused_in_words(
    enter: Any, manager: User, name: str, content: bytes, words: str
) -> None:
    file = SimpleUploadedFile(name, content)
    answer = enter(manager).post(START, {"file": file, "day": "30/09/2026"})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_administrator_gives_and_withdraws_a_role(
    enter: Any, units: Units, admin: User, learner: Cadre
) -> None:
    client = enter(admin)
    given = {"person": learner.code, "role": "manager", "unit": str(units.home.public_id)}
    given["reason"] = "Quyết định số 15-QĐ/TU"
    assert client.post("/don-vi/vai-tro/", given).status_code == 302
    held = RoleGrant.objects.get(user=learner.user)
    assert (held.role, held.unit_id, held.granted_by) == (Role.MANAGER, units.home.pk, admin)
    assert held.reason == "Quyết định số 15-QĐ/TU"
    address = reverse("cadres:withdraw_role", args=[held.pk])
    assert client.post(address).status_code == 422
    assert client.post(address, {"reason": "Chuyển công tác"}).status_code == 302
    held.refresh_from_db()
    assert (held.withdrawn_by, held.withdrawal_reason) == (admin, "Chuyển công tác")
    history = client.get("/don-vi/vai-tro/?muc=lich-su").content.decode()
    assert "Chuyển công tác" in history
    assert "Chuyển công tác" not in client.get("/don-vi/vai-tro/").content.decode()


def test_a_manager_may_not_give_roles(enter: Any, manager: User, learner: Cadre) -> None:
    client = enter(manager)
    assert (
        client.post("/don-vi/vai-tro/", {"person": learner.code, "role": "admin"}).status_code
        == 404
    )
    assert not RoleGrant.objects.filter(user=learner.user).exists()


def test_the_tree_of_a_former_day_is_shown(enter: Any, units: Units, auditor: User) -> None:
    client = enter(auditor)
    assert "Phường Hoa Lư" in client.get("/don-vi/cay/").content.decode()
    assert "Chưa ghi đơn vị" in client.get("/don-vi/cay/?ngay=01/01/2020").content.decode()
    page = client.get(reverse("cadres:unit", args=[units.home.public_id])).content.decode()
    assert "14329" in page


def test_an_auditor_reads_the_roles_and_is_offered_no_change(
    enter: Any, auditor: User, manager: User
) -> None:
    page = enter(auditor).get("/don-vi/vai-tro/").content.decode()
    assert str(manager) in page
    assert "Giao vai trò" not in page
    assert "/rut/" not in page
