from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from cadres.models import Cadre, Role
from certificates.issuing import issue
from certificates.models import Certificate
from certificates.recounting import COLUMNS
from certificates.revoking import revoke
from courses.models import Completion
from operations.models import JournalEntry
from tests import cast
from tests.cast import Units
from tests.courses.building import make_course
from tests.indicators.building import complete

PAGE, API = "/don-vi/boi-duong/", "/api/v1/training-records/"


@pytest.fixture
def units(db: None) -> Units:
    return cast.build_units()


@pytest.fixture
def learner(units: Units) -> Cadre:
    return cast.make_cadre(units, full_name=cast.NAMES["learner"])


@pytest.fixture
def completion(learner: Cadre) -> Completion:
    return complete(learner, make_course(2, code="K1"))


@pytest.fixture
def certificate(completion: Completion) -> Certificate:
    return issue(completion)


def enter(user: User | None) -> Client:
    client = Client()
    assert user
    client.force_login(user)
    return client


@pytest.fixture
def auditor(units: Units) -> Client:
    return enter(cast.make_role(units, Role.AUDITOR))


def sheet(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def test_the_sheet_has_the_columns_an_office_expects(
    auditor: Client, certificate: Certificate, learner: Cadre
):
    header, row = sheet(auditor.get(f"{PAGE}tai-ve/").content)
    told = dict(zip(header, row, strict=True))
    assert header == COLUMNS
    assert told["Họ và tên"] == learner.full_name
    assert told["Hình thức bồi dưỡng"] == "Trực tuyến"
    assert told["Số giấy chứng nhận"] == certificate.number
    assert told["Tình trạng giấy chứng nhận"] == "Còn hiệu lực"
    assert "Phường Hoa Lư" in told["Chức vụ, đơn vị khi hoàn thành"]
    assert told["Đến ngày"].date() == certificate.completion.completed_on
    assert JournalEntry.objects.filter(deed="training.export").exists()


def test_the_api_tells_the_same(auditor: Client, certificate: Certificate, learner: Cadre):
    [row] = auditor.get(API).json()["results"]
    assert row["person"] == str(learner.public_id)
    assert row["certificate_number"] == certificate.number
    assert row["unit_then"] == "Phường Hoa Lư"
    assert row["completed_on"] == "2026-03-02"


def test_a_completion_without_a_certificate_is_a_row_too(auditor: Client, completion: Completion):
    [row] = auditor.get(API).json()["results"]
    assert (row["certificate_number"], row["issuer"]) == (None, None)
    assert "Chưa cấp" in sheet(auditor.get(f"{PAGE}tai-ve/").content)[1]


def test_a_revoked_certificate_says_so(auditor: Client, certificate: Certificate):
    revoke(certificate, by=cast.make_admin(), reason="Sai tên")
    assert auditor.get(API).json()["results"][0]["certificate_state"] == "revoked"
    assert "thu hồi" in auditor.get(PAGE).content.decode()


def test_a_manager_reads_the_own_units_and_a_learner_oneself(
    units: Units, certificate: Certificate, learner: Cadre
):
    near = enter(cast.make_role(units, Role.MANAGER, on=units.home))
    far = enter(cast.make_role(units, Role.MANAGER, on=units.away, unit=units.away))
    assert len(near.get(API).json()["results"]) == 1
    assert far.get(API).json()["results"] == []
    assert learner.full_name not in far.get(PAGE).content.decode()
    assert len(enter(learner.user).get(API).json()["results"]) == 1
    assert enter(learner.user).get(PAGE).status_code == 404


def test_the_address_narrows_page_sheet_and_api(
    auditor: Client, units: Units, certificate: Certificate, learner: Cadre
):
    other = cast.make_cadre(units, full_name="Lê Thị Ngọc Ánh", unit=units.away)
    complete(other, certificate.course)
    assert len(sheet(auditor.get(f"{PAGE}tai-ve/").content)) == 3
    for query in (
        {"unit": str(units.home.public_id)},
        {"person": str(learner.public_id)},
        {"q": "diem huong"},
    ):
        assert len(sheet(auditor.get(f"{PAGE}tai-ve/", query).content)) == 2, query
    for query in ({"unit": str(units.home.public_id)}, {"person": str(learner.public_id)}):
        assert len(auditor.get(API, query).json()["results"]) == 1


def test_days_of_completing_are_both_included(auditor: Client, certificate: Certificate):
    day = certificate.completion.completed_on
    later = day + timedelta(days=1)
    assert len(auditor.get(API, {"since": str(day), "until": str(day)}).json()["results"]) == 1
    assert auditor.get(API, {"since": str(later)}).json()["results"] == []
    page = auditor.get(PAGE, {"since": f"{later:%d/%m/%Y}"}).content.decode()
    assert "Không có khóa học nào phù hợp" in page
    assert auditor.get(API, {"since": "x"}).status_code == 400


def test_pages_follow_one_another(auditor: Client, units: Units, certificate: Certificate):
    for number in range(4):
        complete(cast.make_cadre(units, full_name=f"Trần Văn {number}"), certificate.course)
    body = auditor.get(API, {"size": 2}).json()
    found = body["results"]
    while body["next"]:
        body = auditor.get(body["next"].removeprefix("http://testserver")).json()
        found += body["results"]
    assert len({row["person"] for row in found}) == len(found) == 5


def test_rows_cost_the_same_however_many(
    auditor: Client, units: Units, certificate: Certificate, django_assert_max_num_queries: Any
):
    for number in range(4):
        complete(cast.make_cadre(units, full_name=f"Trần Văn {number}"), certificate.course)
    with django_assert_max_num_queries(8):
        auditor.get(API)
    with django_assert_max_num_queries(10):
        auditor.get(PAGE)
