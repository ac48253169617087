from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from cadres.models import Cadre, UnitVersion
from certificates.configuring import clean_pattern, configure
from certificates.models import Certificate, Issuer
from courses.models import Course
from kit.errors import Refusal
from operations.models import JournalEntry
from tests.certificates.building import certify, make_unit
from tests.certificates.test_rendering import text_of

SETTINGS = "/so-cap/thiet-lap/"
SAMPLE = "/so-cap/thiet-lap/ban-mau.pdf"
WANTED = {
    "heading": "state",
    "superior": "Ủy ban nhân dân tỉnh Ninh Bình",
    "name": "Trường Chính trị tỉnh",
    "number_pattern": "Số: {n}/GCN-TCT",
    "place": "Ninh Bình",
    "signer_authority": "KT. Hiệu trưởng",
    "signer_title": "Phó Hiệu trưởng",
    "signer_name": "Nguyễn Thị Ngọc Ánh",
}


@pytest.mark.parametrize(
    "typed", ["{n}-GCN/TU", " Số {n}-GCN/TU ", "Số: {n}-GCN/TU", "số {n}-GCN/TU"]
)
def test_the_page_adds_the_word_so_by_itself(typed: str):
    assert clean_pattern(typed) == "{n}-GCN/TU"


@pytest.mark.parametrize("typed", ["", "GCN", "{n}/{n}", "{n}/{year}", "{n}}", "{N}-GCN"])
def test_a_pattern_holds_the_number_once_and_nothing_else(typed: str):
    with pytest.raises(Refusal):
        clean_pattern(typed)


@pytest.mark.django_db
def test_a_unit_gets_its_settings_and_the_journal_its_line():
    unit = make_unit("Trường Chính trị", UnitVersion.Kind.SCHOOL)
    issuer = configure(unit, WANTED, by=None)
    assert issuer.number_pattern == "{n}/GCN-TCT"
    assert JournalEntry.objects.get(deed="issuer.configure").after["place"] == "Ninh Bình"


def test_the_journal_keeps_what_changed_and_nothing_else(issuing: Issuer):
    held = {name: getattr(issuing, name) for name in WANTED} | {"signer_name": "Đỗ Việt Ất Hai"}
    configure(issuing.unit, held, by=None)
    entry = JournalEntry.objects.get(deed="issuer.configure")
    assert (entry.before, entry.after) == (
        {"signer_name": "Đỗ Việt Ất"},
        {"signer_name": "Đỗ Việt Ất Hai"},
    )


def test_saving_the_same_again_leaves_no_line(issuing: Issuer):
    configure(issuing.unit, {name: getattr(issuing, name) for name in WANTED}, by=None)
    assert not JournalEntry.objects.filter(deed="issuer.configure").exists()


def test_a_setting_that_is_missing_is_refused(issuing: Issuer):
    with pytest.raises(ValidationError):
        configure(issuing.unit, WANTED | {"signer_name": ""}, by=None)


def test_the_next_certificate_says_the_new_and_the_old_one_the_old(
    certificate: Certificate, issuing: Issuer, users: dict[str, User], course: Course
):
    configure(issuing.unit, WANTED, by=users["issuer"])
    colleague = Cadre.objects.get(user=users["colleague"])
    new = certify(colleague, course)
    certificate.refresh_from_db()
    assert (certificate.number, new.number) == ("01-GCN/BDV", "02/GCN-TCT")
    assert certificate.printed["signer_name"] != new.printed["signer_name"]


# --- The page -----------------------------------------------------------------------------------


def test_the_issuer_changes_what_the_own_unit_prints(issuing: Issuer, browsers: dict[str, Client]):
    assert issuing.signer_name in browsers["issuer"].get(SETTINGS).content.decode()
    assert browsers["issuer"].post(SETTINGS, WANTED).status_code == 302
    issuing.refresh_from_db()
    assert issuing.name == "Trường Chính trị tỉnh"


@pytest.mark.parametrize("part", ["auditor", "admin", "manager", "learner", "trainer", "nobody"])
@pytest.mark.parametrize("path", [SETTINGS, SAMPLE])
def test_nobody_else_opens_the_settings(
    part: str, path: str, issuing: Issuer, browsers: dict[str, Client]
):
    assert browsers[part].get(path).status_code in {302, 403, 404}
    assert browsers[part].post(path, WANTED).status_code in {302, 403, 404}
    issuing.refresh_from_db()
    assert issuing.name == "Ban Dân vận"


@pytest.mark.parametrize("path", [SETTINGS, SAMPLE])
def test_another_units_settings_are_not_found(
    path: str, issuing: Issuer, browsers: dict[str, Client]
):
    address = f"{path}?unit={issuing.unit.public_id}"
    assert browsers["other issuer"].get(address).status_code == 404
    assert browsers["other issuer"].post(address, WANTED).status_code == 404


def test_a_wrong_pattern_is_told_beside_the_field(issuing: Issuer, browsers: dict[str, Client]):
    answer = browsers["issuer"].post(SETTINGS, WANTED | {"number_pattern": "GCN/TCT"})
    assert answer.status_code == 200
    assert "{n}-GCN/BTGDVTU" in answer.content.decode()
    issuing.refresh_from_db()
    assert issuing.number_pattern == "{n}-GCN/BDV"


def test_the_sample_shows_the_form_before_it_is_kept(issuing: Issuer, browsers: dict[str, Client]):
    answer = browsers["issuer"].post(SAMPLE, WANTED)
    text = text_of(answer.content)
    assert "BẢN MẪU" in text
    assert "Nguyễn Thị Ngọc Ánh" in text
    issuing.refresh_from_db()
    assert issuing.name == "Ban Dân vận"
    assert not Certificate.objects.exists()


def test_the_sample_of_an_unfit_form_says_what_to_mend(
    issuing: Issuer, browsers: dict[str, Client]
):
    answer = browsers["issuer"].post(SAMPLE, WANTED | {"signer_name": ""})
    assert answer.status_code == 400
    assert "Họ tên người ký" in answer.content.decode()


def test_the_sample_is_a_picture_too(issuing: Issuer, browsers: dict[str, Client]):
    answer = browsers["issuer"].get("/so-cap/thiet-lap/ban-mau.png")
    assert answer.content.startswith(b"\x89PNG")
    assert browsers["issuer"].get("/so-cap/thiet-lap/ban-mau.exe").status_code == 404
