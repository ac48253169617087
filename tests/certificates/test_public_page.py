from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from certificates import limiting
from certificates.models import Certificate
from certificates.revoking import revoke
from courses.models import Course

UNKNOWN = "ABCDE-FGHJK-23456-MNPQR"


def address(code: str) -> str:
    return reverse("certificates:answer", args=[code])


@pytest.fixture
def revoked(certificate: Certificate, users: dict[str, User]) -> Certificate:
    return revoke(certificate, by=users["issuer"], reason="Thi hộ", document="QĐ 15-QĐ/BDV")


@pytest.mark.parametrize("part", ["nobody", "learner", "stranger", "auditor"])
def test_whoever_asks_gets_the_same_answer(
    part: str, certificate: Certificate, browsers: dict[str, Client]
):
    page = browsers[part].get(address(certificate.code))
    assert page.status_code == 200
    assert "Giấy chứng nhận này ĐANG HIỆU LỰC" in page.content.decode()


def test_it_shows_six_facts_and_nothing_more(certificate: Certificate, client: Client):
    page = client.get(address(certificate.code)).content.decode()
    printed = certificate.printed
    for shown in ("full_name", "course", "number", "date", "issuer_name"):
        assert printed[shown] in page
    for hidden in ("born", "position", "unit", "result", "hours", "period", "signer_name"):
        assert printed[hidden] not in page


def test_a_revoked_one_says_so_with_the_day_but_not_why(revoked: Certificate, client: Client):
    page = client.get(address(revoked.code)).content.decode()
    assert "Giấy chứng nhận này ĐÃ BỊ THU HỒI" in page
    assert f"{revoked.events.last().at:%Y}" in page  # type: ignore[union-attr]
    assert "Thi hộ" not in page
    assert "QĐ 15" not in page
    assert "ĐANG HIỆU LỰC" not in page


@pytest.mark.parametrize("code", [UNKNOWN, "ABC", "0" * 20])
@pytest.mark.django_db
def test_an_unknown_code_is_told_plainly(code: str, client: Client):
    page = client.get(address(code))
    assert page.status_code == 404
    assert "KHÔNG TÌM THẤY" in page.content.decode()
    assert "hỏi đơn vị" in page.content.decode()


def test_a_typed_code_is_led_to_its_answer(certificate: Certificate, client: Client):
    typed = certificate.code.lower().replace("-", " ")
    page = client.get(reverse("certificates:verify"), {"code": typed})
    assert page.headers["Location"] == address(certificate.code)
    assert client.get(address(typed)).status_code == 200


@pytest.mark.django_db
def test_a_code_too_short_is_told_beside_the_field(client: Client):
    page = client.get(reverse("certificates:verify"), {"code": "ABCDE-FG"}).content.decode()
    assert "đồng chí vừa gõ có 7" in page


def test_it_survives_the_course_and_the_unit(
    certificate: Certificate, course: Course, client: Client
):
    Course.objects.filter(pk=course.pk).update(current=None)
    certificate.issuer.unit.versions.update(valid_to="2025-06-30")
    certificate.issuer.unit.versions.update(name="Ban Đã Giải Thể")
    page = client.get(address(certificate.code)).content.decode()
    assert "ĐANG HIỆU LỰC" in page
    assert certificate.printed["issuer_name"] in page


def test_an_answer_costs_one_query(
    certificate: Certificate, client: Client, django_assert_num_queries
):
    for code in (certificate.code, UNKNOWN):
        with django_assert_num_queries(1):
            client.get(address(code))


def test_an_answer_is_small_and_needs_no_script(certificate: Certificate, client: Client):
    page = client.get(address(certificate.code))
    assert len(page.content) < 15_000
    assert "<form" not in page.content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("code", [UNKNOWN, "", "x"])
@pytest.mark.django_db
def test_no_engine_lists_it_and_no_cache_keeps_it(code: str, client: Client):
    page = client.get(address(code) if code else reverse("certificates:verify"))
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "no-store" in page.headers["Cache-Control"]
    assert '<meta name="robots" content="noindex' in page.content.decode()


@pytest.mark.django_db
def test_one_address_asks_so_often_and_no_more(client: Client):
    pages = [client.get(address(UNKNOWN)).status_code for _ in range(limiting.REQUESTS + 1)]
    assert set(pages[:-1]) == {404}
    assert pages[-1] == 429
    late = client.get(address(UNKNOWN))
    assert late.headers["Retry-After"] == "60"
    assert "chờ một phút" in late.content.decode()


@pytest.mark.django_db
def test_another_address_is_not_kept_waiting(client: Client):
    for _ in range(limiting.REQUESTS + 1):
        client.get(address(UNKNOWN), REMOTE_ADDR="203.0.113.7")
    assert client.get(address(UNKNOWN), REMOTE_ADDR="203.0.113.8").status_code == 404


@pytest.mark.django_db
def test_a_claimed_address_gives_no_fresh_share(client: Client):
    """A stranger's X-Forwarded-For is not believed; the proxy beside us is, in its last word."""
    for number in range(limiting.REQUESTS):
        claim = {"x-forwarded-for": f"198.51.100.{number}"}
        client.get(address(UNKNOWN), REMOTE_ADDR="203.0.113.7", headers=claim)
    behind = {"x-forwarded-for": "198.51.100.250, 203.0.113.7"}
    assert client.get(address(UNKNOWN), headers=behind).status_code == 429


@pytest.mark.django_db
def test_asking_changes_nothing(client: Client):
    assert client.post(address(UNKNOWN)).status_code == 405
    assert client.post(reverse("certificates:verify")).status_code == 405
