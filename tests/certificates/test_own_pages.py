from __future__ import annotations

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cadres.models import Cadre
from certificates.models import Certificate
from certificates.revoking import revoke
from certificates.verifying import stored_file
from courses.models import Course
from tests.certificates.building import complete

MAY_HAVE_THE_FILE = ["learner", "issuer", "manager", "auditor", "admin"]
MAY_NOT = ["colleague", "stranger", "other issuer", "trainer"]


def mine(certificate: Certificate) -> str:
    return certificate.completion.certificate_path


def file(certificate: Certificate, kind: str = "file") -> str:
    return reverse(f"certificates:{kind}", args=[certificate.code])


def test_the_learner_sees_number_file_and_link(
    certificate: Certificate, browsers: dict[str, Client]
):
    page = browsers["learner"].get(mine(certificate))
    assert page.status_code == 200
    for shown in (certificate.number, certificate.printed["address"], file(certificate)):
        assert shown in page.content.decode()
    assert "data:image/svg+xml" in page.content.decode()


def test_a_colleague_does_not_find_the_page(certificate: Certificate, browsers: dict[str, Client]):
    assert browsers["colleague"].get(mine(certificate)).status_code == 404


@pytest.mark.parametrize("part", ["manager", "auditor", "issuer"])
def test_whoever_may_see_the_certificate_is_led_to_its_file(
    part: str, certificate: Certificate, browsers: dict[str, Client]
):
    response = browsers[part].get(mine(certificate), follow=True)
    assert response.redirect_chain == [(f"/giay-chung-nhan/{certificate.code}.pdf?xem=1", 302)]
    assert response["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("path", ["page", "file", "picture"])
def test_nobody_is_asked_to_sign_in(
    path: str, certificate: Certificate, browsers: dict[str, Client]
):
    address = mine(certificate) if path == "page" else file(certificate, path)
    answer = browsers["nobody"].get(address)
    assert answer.status_code == 302
    assert "/tai-khoan/dang-nhap/" in answer.headers["Location"]


def test_a_certificate_on_its_way_says_so_and_looks_again(
    learner: Cadre, course: Course, browsers: dict[str, Client]
):
    completion = complete(learner, course)
    page = browsers["learner"].get(completion.certificate_path)
    assert "đang được cấp" in page.content.decode()
    assert page.headers["Refresh"] == "5"


def test_one_long_on_its_way_says_whom_to_tell_and_stops_looking(
    learner: Cadre, course: Course, browsers: dict[str, Client]
):
    completion = complete(learner, course)
    type(completion).objects.update(completed_at="2026-01-01T00:00+07:00")
    page = browsers["learner"].get(completion.certificate_path)
    assert "lâu hơn thường lệ" in page.content.decode()
    assert "Refresh" not in page.headers


def test_the_learner_is_told_why_it_was_revoked(
    certificate: Certificate, users: dict[str, User], browsers: dict[str, Client]
):
    revoke(certificate, by=users["issuer"], reason="Thi hộ", document="QĐ 15-QĐ/BDV")
    page = browsers["learner"].get(mine(certificate)).content.decode()
    assert "đã bị thu hồi" in page
    assert "Thi hộ" in page


@pytest.mark.parametrize("part", MAY_HAVE_THE_FILE)
def test_these_get_the_file_byte_for_byte(
    part: str, certificate: Certificate, browsers: dict[str, Client]
):
    answer = browsers[part].get(file(certificate))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert hashlib.sha256(answer.content).hexdigest() == certificate.file_hash
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("kind", ["file", "picture"])
@pytest.mark.parametrize("part", MAY_NOT)
def test_for_these_there_is_no_such_file(
    part: str, kind: str, certificate: Certificate, browsers: dict[str, Client]
):
    assert browsers[part].get(file(certificate, kind)).status_code == 404


def test_a_file_one_has_is_not_sent_again(certificate: Certificate, browsers: dict[str, Client]):
    learner = browsers["learner"]
    tag = learner.get(file(certificate)).headers["ETag"]
    answer = learner.get(file(certificate), headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert "no-cache" in learner.get(file(certificate)).headers["Cache-Control"]


def test_the_tag_of_a_file_opens_it_for_nobody_else(
    certificate: Certificate, browsers: dict[str, Client]
):
    answer = browsers["colleague"].get(
        file(certificate), headers={"if-none-match": f'"{certificate.file_hash}"'}
    )
    assert answer.status_code == 404


def test_a_changed_file_is_not_served(certificate: Certificate, browsers: dict[str, Client]):
    pdf = stored_file(certificate)
    default_storage.delete(certificate.file_name)
    default_storage.save(certificate.file_name, ContentFile(pdf + b" "))
    answer = browsers["learner"].get(file(certificate))
    assert answer.status_code == 409
    assert b"%PDF" not in answer.content


def test_the_picture_can_be_looked_at_and_sent(
    certificate: Certificate, browsers: dict[str, Client]
):
    shown = browsers["learner"].get(file(certificate, "picture"))
    sent = browsers["learner"].get(file(certificate, "picture"), {"tai": ""})
    assert shown.content.startswith(b"\x89PNG")
    assert "inline" in shown.headers["Content-Disposition"]
    assert "attachment" in sent.headers["Content-Disposition"]


def test_the_page_costs_few_queries(
    certificate: Certificate, browsers: dict[str, Client], django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        browsers["learner"].get(mine(certificate))
