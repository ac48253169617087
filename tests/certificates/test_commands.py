from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from accounts.models import User
from certificates.models import Certificate, Counter
from certificates.revoking import revoke
from certificates.verifying import stored_file

UNKNOWN = "ABCDE-FGHJK-23456-MNPQR"


def run(*words: str) -> tuple[int, str]:
    """The exit code of a command and what it said."""
    out = StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def run_json(*words: str) -> tuple[int, Any]:
    code, said = run(*words, "--json")
    return code, json.loads(said)


@pytest.fixture
def paper(certificate: Certificate, tmp_path: Path) -> Path:
    path = tmp_path / "giay.pdf"
    path.write_bytes(stored_file(certificate))
    return path


def test_a_sound_register_ends_well(certificate: Certificate):
    assert run("verify_register") == (0, "Đã xem 1 giấy chứng nhận, 0 lỗi.\n")


def test_a_gap_and_a_missing_file_end_with_one(certificate: Certificate):
    Counter.objects.update(last=2)
    default_storage.delete(certificate.file_name)
    code, report = run_json("verify_register")
    assert code == 1
    assert [fault["kind"] for fault in report["faults"]] == ["number", "file"]
    assert "Thiếu số này" in run("verify_register")[1]


def test_the_issued_file_is_valid(paper: Path, certificate: Certificate):
    code, said = run("verify_certificate", str(paper))
    assert code == 0
    assert said.startswith("ĐANG HIỆU LỰC")
    assert certificate.number in said


def test_a_file_with_one_byte_more_is_not_found(paper: Path):
    paper.write_bytes(paper.read_bytes() + b"\n")
    assert run_json("verify_certificate", str(paper)) == (
        1,
        {"verdict": "unknown", "code": None, "sha256": None},
    )


def test_a_code_may_be_typed_as_one_likes(certificate: Certificate):
    code, report = run_json("verify_certificate", certificate.code.lower().replace("-", " "))
    assert (code, report["verdict"], report["code"]) == (0, "valid", certificate.code)


def test_a_revoked_one_ends_with_one(paper: Path, certificate: Certificate, users: dict[str, User]):
    revoke(certificate, by=users["issuer"], reason="Thi hộ")
    assert run("verify_certificate", str(paper))[0] == 1
    assert run("verify_certificate", certificate.code)[1].startswith("ĐÃ THU HỒI")


def test_a_code_whose_file_is_gone_ends_with_one(certificate: Certificate):
    default_storage.delete(certificate.file_name)
    code, report = run_json("verify_certificate", certificate.code)
    assert (code, report["verdict"]) == (1, "differs")


@pytest.mark.django_db
def test_an_unknown_code_ends_with_one():
    assert run("verify_certificate", UNKNOWN)[0] == 1


@pytest.mark.django_db
def test_what_is_neither_file_nor_code_ends_with_two():
    assert run("verify_certificate", "/khong/co/tep.pdf")[0] == 2
