from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cadres.models import Reorganisation
from cadres.organising import rename
from kit.dates import today
from tests import cast
from tests.cadres.acts import act_sheet, renaming_sheet
from tests.cast import Units

LIST = "/don-vi/co-cau/"
NEW = "/don-vi/co-cau/moi/sap-nhap/"


@pytest.fixture
def absorbing(units: Units) -> dict[str, Any]:
    return {
        "units": [units.home.pk],
        "into": units.away.pk,
        "effective_on": f"{today():%d/%m/%Y}",
        "document_kind": "Nghị quyết",
        "number": "12",
        "symbol": "NQ-HĐND",
    }


def test_the_form_is_looked_at_and_then_carried_out(
    units: Units, admin: User, enter: Any, absorbing: dict[str, Any]
) -> None:
    cadre = cast.make_cadre(units)
    client: Client = enter(admin)
    page = client.post(NEW, absorbing)
    assert "Sáp nhập Phường Hoa Lư vào Xã Phát Diệm từ" in page.content.decode()
    assert not Reorganisation.objects.exists()
    digest = page.context["preview"].digest
    done = client.post(NEW, absorbing | {"digest": digest})
    act = Reorganisation.objects.get()
    assert done.headers["Location"] == reverse("cadres:act", args=[act.pk])
    assert cadre.posts.get(valid_to=None).unit == units.away


def test_a_form_can_be_changed_after_looking(
    admin: User, enter: Any, absorbing: dict[str, Any]
) -> None:
    page = enter(admin).post(NEW, absorbing | {"digest": "x", "edit": "1"})
    assert 'name="into"' in page.content.decode()
    assert not Reorganisation.objects.exists()


def test_what_cannot_be_is_said_above_the_form(
    units: Units, admin: User, enter: Any, absorbing: dict[str, Any]
) -> None:
    page = enter(admin).post(NEW, absorbing | {"into": units.home.pk})
    assert page.status_code == 422
    assert "Chọn các đơn vị" in page.content.decode()


@pytest.mark.parametrize(
    "kind",
    ["thanh-lap", "doi-ten", "hop-nhat", "sap-nhap", "chia-tach", "chuyen-cap-tren", "giai-the"],
)
def test_every_kind_has_its_form(units: Units, admin: User, enter: Any, kind: str) -> None:
    client: Client = enter(admin)
    path = reverse("cadres:act_new", args=[kind])
    assert client.get(path).status_code == 200
    assert client.post(path, {"number": "12"}).status_code == 422


def test_a_kind_that_does_not_exist_is_not_found(units: Units, admin: User, enter: Any) -> None:
    assert enter(admin).get("/don-vi/co-cau/moi/ban/").status_code == 404


def test_a_unit_is_split_by_names_and_shares(
    units: Units, admin: User, enter: Any, absorbing: dict[str, Any]
) -> None:
    goes = cast.make_cadre(units)
    document = {k: v for k, v in absorbing.items() if k not in ("units", "into")}
    form = document | {
        "unit": units.home.pk,
        "to_1": "Phường Đông Hoa Lư",
        "share_1": "60",
        "to_2": "14620",
        "share_2": "40",
        "people_2": goes.code,
    }
    page = enter(admin).post("/don-vi/co-cau/moi/chia-tach/", form)
    (flow,) = page.context["preview"].flows
    assert (flow.to, flow.people) == ("Xã Phát Diệm", [goes.full_name])


def test_a_file_is_looked_at_and_carried_out_by_a_job(
    units: Units, admin: User, enter: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client: Client = enter(admin)
    file = SimpleUploadedFile("sx.xlsx", renaming_sheet(today()))
    looked = client.post("/don-vi/co-cau/tep/", {"file": file})
    page = client.get(looked.headers["Location"])
    seen = page.context["preview"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(looked.headers["Location"], {"title": seen.title, "digest": seen.digest})
    assert units.home.name_on(today()) == "Phường Hoa Lư Mới"


def test_a_bad_line_of_a_file_is_shown(units: Units, admin: User, enter: Any) -> None:
    client: Client = enter(admin)
    content = act_sheet(today(), {"deed": "Giải thể", "old_name": "Xã Không Có"})
    looked = client.post("/don-vi/co-cau/tep/", {"file": SimpleUploadedFile("s.xlsx", content)})
    page = client.get(looked.headers["Location"]).content.decode()
    assert "Dòng 2, cột C" in page
    assert "digest" not in page


def test_an_act_is_undone_with_a_reason(units: Units, admin: User, enter: Any) -> None:
    act = rename(units.home, "Phường Mới", effective_on=today(), document="NQ 1")
    client: Client = enter(admin)
    path = reverse("cadres:act", args=[act.pk])
    assert client.post(path, {"reason": ""}).status_code == 422
    client.post(path, {"reason": "Nhầm tên"})
    assert units.home.name_on(today()) == "Phường Hoa Lư"
    assert client.get(path).status_code == 404


def test_an_auditor_reads_and_does_not_act(units: Units, auditor: User, enter: Any) -> None:
    act = rename(units.home, "Phường Mới", effective_on=today(), document="NQ 1")
    client: Client = enter(auditor)
    page = client.get(LIST).content.decode()
    assert "Đổi tên Phường Hoa Lư thành Phường Mới" in page
    assert "/moi/" not in page
    assert "Hoàn tác" not in client.get(reverse("cadres:act", args=[act.pk])).content.decode()


def test_a_misspelt_name_is_corrected(units: Units, admin: User, enter: Any) -> None:
    form = {"unit": units.away.pk, "name": "Xã Phát Diễm", "reason": "Sai dấu"}
    enter(admin).post("/don-vi/co-cau/sua-ten/", form)
    assert units.away.name_on(today()) == "Xã Phát Diễm"
    assert not Reorganisation.objects.exists()
