from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cadres.models import Cadre
from certificates.models import Certificate, CertificateEvent, Counter, new_code
from certificates.verifying import (
    find_by_file,
    find_certificate,
    find_public_face,
    normal_code,
    register_faults,
    stored_file,
)
from courses.models import Course
from kit.errors import Refusal
from tests.certificates.building import NAMES, certify, make_cadre

CODE = "ABCDE-FGHJK-23456-MNPQR"


def kinds() -> list[str]:
    return [fault.kind for fault in register_faults()]


@pytest.mark.parametrize(
    "typed",
    [
        "abcde-fghjk-23456-mnpqr",
        "ABCDEFGHJK23456MNPQR",
        "  abcde fghjk  23456 mnpqr ",
        "ABCDE–FGHJK–23456–MNPQR",
        "https://kheo.example/xac-minh/abcde-fghjk-23456-mnpqr/",
    ],
)
def test_a_code_may_be_typed_as_one_likes(typed: str):
    assert normal_code(typed) == CODE


@pytest.mark.parametrize("typed", ["", "ABCDE", CODE + "A", "0BCDE-FGHJK-23456-MNPQR", "' OR 1=1"])
def test_what_is_no_code_is_none(typed: str):
    assert normal_code(typed) == ""


def test_a_new_code_is_long_random_and_can_be_typed():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(normal_code(code.lower().replace("-", " ")) == code for code in codes)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [CODE, "no code at all", ""])
def test_finding_asks_once_whatever_was_typed(typed: str, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert find_public_face(typed) is None


def test_the_public_face_comes_from_the_printed_values(certificate: Certificate):
    Cadre.objects.update(full_name="Tên Khác")
    face = find_public_face(certificate.code.lower())
    assert face and face.name == "Nguyễn Thị Diễm Hương"
    assert face.is_valid


def test_a_file_is_known_by_its_bytes_alone(certificate: Certificate):
    pdf = stored_file(certificate)
    assert find_by_file(pdf) == certificate
    assert find_by_file(pdf + b"\n") is None
    assert find_certificate(certificate.code) == certificate


def test_a_sound_register_has_no_fault(certificate: Certificate, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        assert kinds() == []


def test_a_missing_number_is_found(learner: Cadre, certificate: Certificate, course: Course):
    second = certify(make_cadre(NAMES[1], certificate.unit), course)  # type: ignore[arg-type]
    Certificate.objects.filter(pk=second.pk).update(serial=3)
    Counter.objects.update(last=3)
    [fault] = register_faults()
    assert (fault.kind, fault.number) == ("number", "2")


def test_a_number_past_the_counter_is_found(certificate: Certificate):
    Counter.objects.update(last=0)
    assert kinds() == ["counter"]


def test_a_number_without_any_counter_is_found(certificate: Certificate):
    Counter.objects.all().delete()
    assert kinds() == ["counter"]


def test_a_counter_past_its_numbers_is_found(certificate: Certificate):
    Counter.objects.update(last=2)
    assert kinds() == ["number"]


def test_a_missing_file_is_found_and_not_served(certificate: Certificate):
    default_storage.delete(certificate.file_name)
    assert kinds() == ["file"]
    with pytest.raises(Refusal):
        stored_file(certificate)


def test_a_changed_file_is_found_and_not_served(certificate: Certificate):
    pdf = stored_file(certificate)
    default_storage.delete(certificate.file_name)
    default_storage.save(certificate.file_name, ContentFile(pdf.replace(b"%PDF", b"%PDG", 1)))
    assert kinds() == ["file"]
    with pytest.raises(Refusal):
        stored_file(certificate)


def test_a_state_without_its_line_is_found(certificate: Certificate):
    Certificate.objects.update(state=Certificate.State.REVOKED)
    assert kinds() == ["event"]
    CertificateEvent.objects.create(certificate=certificate, kind="revoked", reason="x")
    assert kinds() == []
    Certificate.objects.update(state=Certificate.State.VALID)
    assert kinds() == ["event"]
