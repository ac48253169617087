"""Issuing: number, printed values, file and register line in one transaction, or nothing."""

from __future__ import annotations

import hashlib
import logging
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from certificates.models import Certificate, CertificateEvent, Counter, Issuer, new_code
from certificates.rendering import render
from certificates.signals import certificate_issued
from courses.models import Completion
from kit.dates import day_of, format_day, now, today
from kit.errors import Refusal
from kit.numbers import format_number
from media.citing import in_print
from operations.journalling import record

logger = logging.getLogger(__name__)

# Classes of result by grade of ten; illustrative, see docs.
CLASSES = [
    (Decimal(9), "Xuất sắc"),
    (Decimal(8), "Giỏi"),
    (Decimal(7), "Khá"),
    (Decimal(0), "Đạt"),
]


def class_of(grade: Decimal) -> str:
    return next(name for least, name in CLASSES if grade >= least)


def date_words(day: date) -> str:
    """Such as "ngày 05 tháng 01 năm 2026": days under ten, months one and two take a nought."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def address_of(code: str) -> str:
    return f"{settings.BASE_URL}/xac-minh/{code}/"


@transaction.atomic
def issue(completion: Completion, *, at: datetime | None = None) -> Certificate:
    """The certificate of a completion; issuing twice, even at once, is issuing once.

    The number is taken under a lock in the same transaction: no gap, no number twice.
    """
    at = at or now()
    rows = Completion.objects.select_for_update(of=("self",))
    locked = rows.select_related("edition", "cadre", "course", "enrolment").get(pk=completion.pk)
    held = Certificate.objects.filter(completion=locked).first()
    if held:
        return held
    issuer = Issuer.objects.filter(unit=locked.edition.issuing_unit_id).first()
    if issuer is None:
        raise Refusal(_("The course's issuing unit has no certificate settings."))
    day = day_of(at)
    serial = _next_serial(issuer, day.year)
    code = new_code()
    number = issuer.number_of(serial)
    printed = printed_values(locked, issuer, number=number, code=code, day=day)
    pdf = render(printed)
    certificate = Certificate.objects.create(
        code=code,
        issuer=issuer,
        year=day.year,
        serial=serial,
        number=number,
        completion=locked,
        cadre=locked.cadre,
        course=locked.course,
        unit_id=locked.unit_id,
        printed=printed,
        issued_at=at,
        issued_on=day,
        file_hash=hashlib.sha256(pdf).hexdigest(),
        file_size=len(pdf),
    )
    _keep(certificate, pdf)
    CertificateEvent.objects.create(
        certificate=certificate, kind=CertificateEvent.Kind.ISSUED, at=at
    )
    record(
        "certificate.issue",
        certificate,
        by=None,
        named=printed["full_name"],
        after={"number": number, "course": printed["course"]},
        at=at,
    )
    certificate_issued.send(Certificate, certificate=certificate)
    return certificate


def _next_serial(issuer: Issuer, year: int) -> int:
    counters = Counter.objects.select_for_update().filter(issuer=issuer, year=year)
    counter = counters.first()
    if counter is None:
        Counter.objects.get_or_create(issuer=issuer, year=year)
        counter = counters.get()
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _keep(certificate: Certificate, pdf: bytes) -> None:
    """Stored under its hash. A rolled-back issue leaves at most a file nobody points to."""
    if not default_storage.exists(certificate.file_name):
        default_storage.save(certificate.file_name, ContentFile(pdf))


def printed_values(
    completion: Completion, issuer: Issuer, *, number: str, code: str, day: date
) -> dict[str, Any]:
    """Everything the page says, letter for letter, as it was true on the day of issue."""
    cadre, edition = completion.cadre, completion.edition
    post = cadre.main_post_on(completion.completed_on)
    begun = day_of(completion.enrolment.enrolled_at)
    grade = format_number(completion.grade)
    return issuer_values(issuer, number=number, code=code, day=day) | {
        "full_name": cadre.full_name,
        "born": cadre.birth_text,
        "position": post.position.name if post else "",
        "unit": post.unit.name_on(completion.completed_on) if post else "",
        "course": edition.title,
        "edition": edition.number,
        "period": f"từ {format_day(begun)} đến {format_day(completion.completed_on)}",
        "hours": f"{format_number(completion.hours)} tiết",
        "result": f"{grade}/10 ({class_of(completion.grade)})",
        "basis": in_print(edition.own_cites()),
    }


def issuer_values(issuer: Issuer, *, number: str, code: str, day: date) -> dict[str, Any]:
    """What the page says whoever it is for: headings, number, date, signer, address."""
    is_party = issuer.heading == Issuer.Heading.PARTY
    return {
        "title": "GIẤY CHỨNG NHẬN",
        "subtitle": "Hoàn thành khóa bồi dưỡng",
        "heading": issuer.heading,
        "nation": "ĐẢNG CỘNG SẢN VIỆT NAM" if is_party else "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "motto": "" if is_party else "Độc lập - Tự do - Hạnh phúc",
        "superior": issuer.superior.upper(),
        "issuer_name": issuer.name,
        "issuer_heading": issuer.name.upper(),
        "number": number,
        "number_line": f"Số {number}" if is_party else f"Số: {number}",
        "place": issuer.place,
        "date": format_day(day),
        "place_date": f"{issuer.place}, {date_words(day)}",
        "certifies": f"{issuer.name} chứng nhận đồng chí",
        "form": "Trực tuyến",
        "signer_authority": issuer.signer_authority.upper(),
        "signer_title": issuer.signer_title.upper(),
        "signer_name": issuer.signer_name,
        "code": code,
        "address": address_of(code),
        "copy_note": "Bản thể hiện của giấy chứng nhận điện tử, có giá trị khi xác minh được.",
    }


def sample_values(issuer: Issuer, *, day: date | None = None) -> dict[str, Any]:
    """A page nobody was given, for an issuer to see its settings on; long names on purpose."""
    sample = issuer_values(
        issuer, number=issuer.number_of(12), code="MAUMA-UMAUM-AUMAU-MAUMA", day=day or today()
    )
    return sample | {
        "full_name": "Nguyễn Thị Diễm Hương",
        "born": "08/3/1979",
        "position": "Phó Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam phường",
        "unit": "Phường Hoa Lư",
        "course": "Tên khóa bồi dưỡng",
        "edition": 1,
        "period": f"từ {format_day(day or today())} đến {format_day(day or today())}",
        "hours": "8 tiết",
        "result": "8,5/10 (Giỏi)",
        "sample": "BẢN MẪU",
    }


def issue_missing(*, at: datetime | None = None) -> int:
    """Issues for completions that have no certificate yet; returns how many.

    One that cannot be issued is logged and does not keep the others waiting.
    """
    able = Issuer.objects.values("unit")
    missing = Completion.objects.filter(certificate=None, edition__issuing_unit__in=able)
    issued = 0
    for completion in missing.order_by("completed_at", "pk")[:500]:
        try:
            issue(completion, at=at)
        except Exception:
            logger.exception("no certificate for completion %s", completion.pk)
        else:
            issued += 1
    return issued
