from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from cadres.models import Cadre, Unit
from certificates.issuing import class_of, date_words, issue, issue_missing
from certificates.models import Certificate, Counter, Issuer
from certificates.rendering import render
from certificates.tasks import issue_certificate
from certificates.verifying import register_faults, stored_file
from courses.models import Completion, Course
from courses.publishing import publish
from kit.dates import today
from kit.errors import Refusal
from media.registering import change
from tests.assessments.building import make_course
from tests.cast import make_admin
from tests.certificates.building import NAMES, certify, complete, make_cadre, make_unit
from tests.certificates.test_rendering import text_of
from tests.courses.building import cite_blocks, make_course_page
from tests.indicators.building import complete as earn
from tests.media.documents import make_document


def in_threads(completions: list[Completion]) -> list[Certificate]:
    """Issues all at once, each in a thread and connection of its own."""

    def work(completion: Completion) -> Certificate:
        try:
            return issue(completion)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(completions)) as pool:
        return list(pool.map(work, completions))


def test_numbers_of_a_year_follow_one_another(unit: Unit, course: Course):
    numbers = [certify(make_cadre(name, unit), course).number for name in NAMES]
    assert numbers == ["01-GCN/BDV", "02-GCN/BDV", "03-GCN/BDV", "04-GCN/BDV"]


def test_each_issuer_counts_for_itself(learner: Cadre, course: Course):
    certify(learner, course)
    assert certify(learner, make_course(lessons=1)).serial == 1


def test_issuing_twice_is_issuing_once(learner: Cadre, course: Course):
    completion = complete(learner, course)
    assert issue(completion) == issue(completion)
    assert Counter.objects.get().last == 1


def test_the_task_issues_once_however_often_it_runs(learner: Cadre, course: Course):
    completion = complete(learner, course)
    issue_certificate(completion.pk)
    issue_certificate(completion.pk)
    assert Certificate.objects.get().completion == completion


def test_completing_a_course_brings_the_certificate_by_itself(
    learner: Cadre, course: Course, django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        completion = earn(learner, course)
    assert completion.certificate.serial == 1


def test_the_year_turns_at_midnight_in_viet_nam(unit: Unit, course: Course):
    last_minute = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    midnight = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    old = certify(make_cadre(NAMES[0], unit), course, last_minute)
    new = certify(make_cadre(NAMES[1], unit), course, midnight)
    assert (old.year, old.serial, old.printed["date"]) == (2026, 1, "31/12/2026")
    assert (new.year, new.serial, new.printed["date"]) == (2027, 1, "01/01/2027")


def test_a_course_whose_unit_has_no_settings_is_refused(
    learner: Cadre, course: Course, issuing: Issuer
):
    completion = complete(learner, course)
    issuing.delete()
    with pytest.raises(Refusal):
        issue(completion)
    assert not Counter.objects.exists()


def test_what_is_missing_is_issued_in_the_order_of_completion(unit: Unit, course: Course):
    for name in NAMES[:2]:
        complete(make_cadre(name, unit), course)
    assert issue_missing() == 2
    assert [c.certificate.serial for c in Completion.objects.order_by("pk")] == [1, 2]
    assert issue_missing() == 0


def test_one_that_cannot_be_issued_does_not_keep_the_others_waiting(unit: Unit, course: Course):
    broken, sound = (complete(make_cadre(name, unit), course) for name in NAMES[:2])
    Completion.objects.filter(pk=broken.pk).update(grade=-1)  # no class fits
    assert issue_missing() == 1
    assert Certificate.objects.get().completion == sound
    assert list(register_faults()) == []


def test_values_stay_as_they_were_when_the_records_change(certificate: Certificate):
    before = dict(certificate.printed)
    Cadre.objects.filter(pk=certificate.cadre_id).update(full_name="Tên Khác")
    Issuer.objects.filter(pk=certificate.issuer_id).update(signer_name="Người Khác")
    certificate.refresh_from_db()
    assert certificate.printed == before
    assert certificate.printed["full_name"] == "Nguyễn Thị Diễm Hương"


def test_the_file_is_kept_under_the_hash_of_its_bytes(certificate: Certificate):
    pdf = stored_file(certificate)
    assert len(pdf) == certificate.file_size
    assert certificate.file_hash in certificate.file_name


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_issue_leaves_no_gap():
    unit, course = make_unit("Phường Hoa Lư"), make_course(lessons=1)
    completions = [complete(make_cadre(name, unit), course) for name in NAMES[:2]]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        issue(completions[0])
        raise ZeroDivisionError
    assert issue(completions[1]).serial == 1
    assert list(register_faults()) == []


@pytest.mark.django_db(transaction=True)
def test_a_page_that_cannot_be_stored_takes_no_number(monkeypatch: pytest.MonkeyPatch):
    completion = complete(make_cadre(NAMES[0], make_unit("Phường Hoa Lư")), make_course(lessons=1))

    def full_disk(*_: object) -> str:
        raise OSError("no space left on device")

    monkeypatch.setattr(type(default_storage._wrapped), "_save", full_disk)  # type: ignore[attr-defined]
    with pytest.raises(OSError, match="no space"):
        issue(completion)
    monkeypatch.undo()
    assert issue(completion).serial == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_consecutive_numbers():
    unit, course = make_unit("Phường Hoa Lư"), make_course(lessons=1)
    completions = [complete(make_cadre(f"{name} Hai", unit), course) for name in NAMES * 2]
    certificates = in_threads(completions)
    assert sorted(c.serial for c in certificates) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert list(register_faults()) == []


@pytest.mark.django_db(transaction=True)
def test_the_same_completion_at_once_is_issued_once():
    unit, course = make_unit("Phường Hoa Lư"), make_course(lessons=1)
    completion = complete(make_cadre(NAMES[0], unit), course)
    assert len({c.pk for c in in_threads([completion] * 4)}) == 1
    assert Counter.objects.get().last == 1


@pytest.mark.parametrize(
    ("grade", "name"), [("10", "Xuất sắc"), ("8.99", "Giỏi"), ("7", "Khá"), ("5", "Đạt")]
)
def test_a_grade_has_its_class(grade: str, name: str):
    assert class_of(Decimal(grade)) == name


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime(2026, 2, 9, tzinfo=UTC), "ngày 09 tháng 02 năm 2026"),
        (datetime(2026, 3, 10, tzinfo=UTC), "ngày 10 tháng 3 năm 2026"),
    ],
)
def test_days_under_ten_and_the_first_months_take_a_nought(day: datetime, words: str):
    assert date_words(day.date()) == words


def test_a_certificate_keeps_the_basis_it_was_issued_with(learner: Cadre, unit: Unit) -> None:
    document = make_document()
    page = make_course_page(1, cites=cite_blocks([(document, "mục 2")]))
    course = publish(page, by=None).course
    first = certify(learner, course)
    assert first.printed["basis"] == "mục 2 Chỉ thị số 33/CT-TTg ngày 26/11/2021"
    assert first.printed["basis"] in text_of(stored_file(first))

    change(document, {"in_force_to": today()}, by=make_admin())
    page.cites = []
    page.save_revision()
    second = certify(make_cadre("Đỗ Việt Ất", unit), publish(page, by=None).course)
    first.refresh_from_db()
    assert (bool(first.printed["basis"]), second.printed["basis"]) == (True, "")
    assert text_of(stored_file(first)) != text_of(stored_file(second))
    assert not list(register_faults())


def test_a_certificate_from_before_there_was_a_basis_is_drawn_as_it_was(
    learner: Cadre, course: Course
) -> None:
    printed = certify(learner, course).printed
    del printed["basis"]
    assert "Căn cứ" not in text_of(render(printed))
