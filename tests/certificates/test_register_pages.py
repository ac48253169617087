from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from cadres.models import Cadre, Unit
from certificates.models import Certificate
from certificates.revoking import revoke
from courses.models import Completion, Course, Enrolment
from operations.models import JournalEntry
from tests.assessments.building import make_course
from tests.certificates.building import NAMES, certify, make_cadre

REGISTER = "/so-cap/"
EXPORT = "/so-cap/so-cap.xlsx"
READERS = ["issuer", "auditor", "admin"]
OTHERS = ["learner", "colleague", "manager", "stranger", "trainer"]


@pytest.fixture
def others(unit: Unit, course: Course, certificate: Certificate) -> list[Certificate]:
    """Three more of the same issuer."""
    return [certify(make_cadre(name, unit), course) for name in NAMES[1:]]


def page(client: Client, **wanted: str) -> str:
    return client.get(REGISTER, wanted).content.decode()


def sheet(client: Client, **wanted: str) -> list[tuple[Any, ...]]:
    answer = client.get(EXPORT, wanted)
    book = load_workbook(io.BytesIO(answer.content))
    return list(book.worksheets[0].iter_rows(values_only=True))


@pytest.mark.parametrize("part", READERS)
def test_these_read_the_register(part: str, certificate: Certificate, browsers: dict[str, Client]):
    text = page(browsers[part])
    assert certificate.number in text
    assert "Nguyễn Thị Diễm Hương" in text


@pytest.mark.parametrize("path", [REGISTER, EXPORT])
@pytest.mark.parametrize("part", OTHERS)
def test_for_these_there_is_no_register(
    part: str, path: str, certificate: Certificate, browsers: dict[str, Client]
):
    assert browsers[part].get(path).status_code in {403, 404}


@pytest.mark.parametrize("path", [REGISTER, EXPORT])
def test_nobody_is_asked_to_sign_in(path: str, browsers: dict[str, Client]):
    assert browsers["nobody"].get(path).status_code == 302


def test_an_issuer_reads_only_the_own_units_lines(
    certificate: Certificate, browsers: dict[str, Client]
):
    theirs = browsers["other issuer"]
    assert certificate.number not in page(theirs)
    assert theirs.get(reverse("certificates:entry", args=[certificate.code])).status_code == 404
    assert len(sheet(theirs)) == 1


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"q": "quynh tram"}, {"Đỗ Quỳnh Trâm"}),
        ({"q": "ĐỖ"}, {"Đỗ Quỳnh Trâm", "Đỗ Việt Ất"}),
        ({"q": "03-gcn"}, {"Nguyễn Thị Ngọc Ánh"}),
        ({"q": "  ất   việt"}, {"Đỗ Việt Ất"}),
        ({"q": "khong co ai"}, set()),
        ({"state": "revoked"}, {"Nguyễn Thị Diễm Hương"}),
        ({"year": "1999"}, set(NAMES)),
    ],
)
def test_lines_are_found_by(
    wanted: dict[str, str],
    names: set[str],
    others: list[Certificate],
    certificate: Certificate,
    users: dict[str, User],
    browsers: dict[str, Client],
):
    revoke(certificate, by=users["issuer"], reason="Thi hộ", document="QĐ 15")
    text = page(browsers["issuer"], **wanted)
    assert {name for name in NAMES if f'data-label="Họ và tên">{name}<' in text} == names
    assert {row[2] for row in sheet(browsers["issuer"], **wanted)[1:]} == names


def test_lines_are_found_by_course_and_year(
    certificate: Certificate, learner: Cadre, users: dict[str, User], browsers: dict[str, Client]
):
    second = certify(learner, make_course(lessons=1))
    wanted = {"course": second.course.code, "year": str(second.year)}
    rows = sheet(browsers["auditor"], **wanted)
    assert [row[14] for row in rows[1:]] == [second.code]


def test_the_sheet_says_what_the_list_shows(
    certificate: Certificate, users: dict[str, User], browsers: dict[str, Client]
):
    revoke(certificate, by=users["issuer"], reason="=HYPERLINK(1)", document="QĐ 15")
    header, row = sheet(browsers["issuer"])
    line = dict(zip(header, row, strict=True))
    assert line["Số"] == certificate.number
    assert line["Ngày cấp"].date() == certificate.issued_on
    assert line["Trạng thái"] == "Đã thu hồi"
    assert line["Lý do"] == "=HYPERLINK(1)"


def test_the_list_is_paged_by_fifty(
    unit: Unit, course: Course, certificate: Certificate, browsers: dict[str, Client]
):
    Certificate.objects.bulk_create(_copies(certificate, 60))
    first = page(browsers["issuer"])
    assert first.count("<tr>") == 51
    assert "page=2" in first
    assert page(browsers["issuer"], page="2").count("<tr>") == 12


def _copies(certificate: Certificate, count: int) -> list[Certificate]:
    """Lines without people behind them, for their number alone."""
    copies = []
    for serial in range(2, count + 2):
        cadre = make_cadre(f"Người Thứ {serial}", certificate.unit)  # type: ignore[arg-type]
        enrolment = Enrolment.objects.create(
            cadre=cadre, course=certificate.course, edition=certificate.completion.edition
        )
        values = {
            field.attname: getattr(certificate.completion, field.attname)
            for field in Completion._meta.concrete_fields
            if not field.primary_key
        }
        completion = Completion.objects.create(
            **values | {"enrolment_id": enrolment.pk, "cadre_id": cadre.pk}
        )
        copies.append(
            Certificate(
                issuer=certificate.issuer,
                year=certificate.year,
                serial=serial,
                number=f"{serial}-GCN",
                completion=completion,
                cadre=cadre,
                course=certificate.course,
                printed=certificate.printed,
                issued_on=certificate.issued_on,
                file_hash="0" * 64,
                file_size=1,
            )
        )
    return copies


def test_the_list_costs_as_many_queries_with_four_lines_as_with_one(
    others: list[Certificate], browsers: dict[str, Client], django_assert_max_num_queries
):
    with django_assert_max_num_queries(10):
        page(browsers["issuer"])


def test_an_empty_register_says_how_it_fills(browsers: dict[str, Client]):
    assert "Sổ chưa có dòng nào" in page(browsers["other issuer"])


@pytest.mark.parametrize(("part", "status"), [("issuer", 200), ("auditor", 200), ("manager", 404)])
def test_a_line_tells_all_that_happened(
    part: str,
    status: int,
    certificate: Certificate,
    users: dict[str, User],
    browsers: dict[str, Client],
):
    revoke(certificate, by=users["issuer"], reason="Thi hộ", document="QĐ 15-QĐ/BDV")
    answer = browsers[part].get(reverse("certificates:entry", args=[certificate.code]))
    assert answer.status_code == status
    if status == 200:
        assert "Thi hộ" in answer.content.decode()
        assert "QĐ 15-QĐ/BDV" in answer.content.decode()


# --- Revoking -----------------------------------------------------------------------------------


def revoking(certificate: Certificate) -> str:
    return reverse("certificates:revoke", args=[certificate.code])


def test_the_issuer_revokes_naming_whose_it_is(
    certificate: Certificate, browsers: dict[str, Client]
):
    form = browsers["issuer"].get(revoking(certificate)).content.decode()
    assert f'data-confirm="Thu hồi giấy chứng nhận {certificate.number} của đồng chí' in form
    answer = browsers["issuer"].post(
        revoking(certificate), {"reason": "Thi hộ", "document": "QĐ 15-QĐ/BDV"}
    )
    assert answer.status_code == 302
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.REVOKED
    assert JournalEntry.objects.get(deed="certificate.revoke").reason == "Thi hộ"


@pytest.mark.parametrize("missing", ["reason", "document"])
def test_without_reason_or_document_nothing_is_revoked(
    missing: str, certificate: Certificate, browsers: dict[str, Client]
):
    given = {"reason": "Thi hộ", "document": "QĐ 15-QĐ/BDV"} | {missing: "  "}
    answer = browsers["issuer"].post(revoking(certificate), given)
    assert answer.status_code == 200
    certificate.refresh_from_db()
    assert certificate.is_valid


@pytest.mark.parametrize(
    "part", ["other issuer", "auditor", "admin", "manager", "learner", "stranger", "nobody"]
)
def test_nobody_else_revokes(part: str, certificate: Certificate, browsers: dict[str, Client]):
    given = {"reason": "Thi hộ", "document": "QĐ 15-QĐ/BDV"}
    answer = browsers[part].post(revoking(certificate), given)
    assert answer.status_code in {302, 403, 404}
    certificate.refresh_from_db()
    assert certificate.is_valid


def test_revoking_twice_is_refused(certificate: Certificate, browsers: dict[str, Client]):
    given = {"reason": "Thi hộ", "document": "QĐ 15-QĐ/BDV"}
    browsers["issuer"].post(revoking(certificate), given)
    assert browsers["issuer"].post(revoking(certificate), given).status_code == 409
    assert certificate.events.filter(kind="revoked").count() == 1


def test_the_button_is_shown_only_to_who_may_use_it(
    certificate: Certificate, browsers: dict[str, Client]
):
    line = reverse("certificates:entry", args=[certificate.code])
    assert revoking(certificate) in browsers["issuer"].get(line).content.decode()
    assert revoking(certificate) not in browsers["auditor"].get(line).content.decode()
