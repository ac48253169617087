"""Completed training as rows of “quá trình bồi dưỡng”: one a person and a completed course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from cadres.concerning import units_of
from cadres.models import Cadre, UnitVersion
from cadres.scopes import Access
from certificates.issuing import class_of
from certificates.models import Certificate
from courses.models import Completion, Course
from kit.dates import day_of, today
from kit.sheets import write_sheet
from kit.text import fold
from operations.journalling import record

ONLINE = "Trực tuyến"
# The sheet goes into files that are kept in Vietnamese, whatever the language of the screen.
TITLE = "Quá trình bồi dưỡng"
COLUMNS = (
    "STT",
    "Mã cán bộ",
    "Họ và tên",
    "Ngày sinh",
    "Chức vụ, đơn vị khi hoàn thành",
    "Tên chương trình bồi dưỡng",
    "Hình thức bồi dưỡng",
    "Số tiết",
    "Từ ngày",
    "Đến ngày",
    "Kết quả (điểm/10)",
    "Xếp loại",
    "Số giấy chứng nhận",
    "Tình trạng giấy chứng nhận",
    "Đơn vị cấp",
)


@dataclass(frozen=True)
class Wanted:
    """What narrows the rows; days are of completing, both included."""

    text: str = ""
    person: UUID | None = None
    unit_id: int | None = None
    course: Course | None = None
    since: date | None = None
    until: date | None = None


def find_rows(access: Access, wanted: Wanted) -> QuerySet[Completion]:
    """Completions of people one may see, with certificate, unit and position of the day."""
    people = Cadre.objects.visible_to(access)
    if wanted.unit_id is not None:
        people = people.posted_within([wanted.unit_id], access.day)
    if wanted.person is not None:
        people = people.filter(public_id=wanted.person)
    rows = Completion.objects.filter(cadre__in=people.values("pk"))
    for word in fold(wanted.text).split():
        rows = rows.filter(Q(cadre__folded__contains=word) | Q(cadre__code__icontains=word))
    if wanted.course is not None:
        rows = rows.filter(course=wanted.course)
    if wanted.since is not None:
        rows = rows.filter(completed_on__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(completed_on__lte=wanted.until)
    return _told(rows)


def _told(rows: QuerySet[Completion]) -> QuerySet[Completion]:
    unit = UnitVersion.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("completed_on")),
        unit=OuterRef("unit"),
        valid_from__lte=OuterRef("completed_on"),
    )
    certificate = Certificate.objects.filter(completion=OuterRef("pk"))
    return (
        rows.select_related("cadre", "enrolment")
        .defer("evidence", "cadre__identity_number")
        .annotate(
            title=F("edition__title"),
            unit_then=Subquery(unit.values("name")[:1]),
            position_then=Subquery(certificate.values("printed__position")[:1]),
            certificate_number=Subquery(certificate.values("number")[:1]),
            certificate_state=Subquery(certificate.values("state")[:1]),
            issuer=Subquery(certificate.values("issuer__name")[:1]),
        )
        .order_by("-completed_on", "-pk")
    )


@dataclass(frozen=True)
class Row:
    """One line, in the words of the sheet, the page and the API."""

    cadre: Cadre
    programme: str
    form: str
    hours: Any
    begun_on: date
    completed_on: date
    grade: Any
    result: str
    certificate_number: str | None
    certificate_state: str | None
    issuer: str | None
    unit_then: str | None
    position_then: str | None

    @property
    def place_then(self) -> str:
        return ", ".join(part for part in (self.position_then, self.unit_then) if part)

    @property
    def is_revoked(self) -> bool:
        return self.certificate_state == Certificate.State.REVOKED


def row_of(completion: Any) -> Row:
    """Of a completion that `find_rows` found."""
    return Row(
        cadre=completion.cadre,
        programme=completion.title,
        form=ONLINE,
        hours=completion.hours,
        begun_on=day_of(completion.enrolment.enrolled_at),
        completed_on=completion.completed_on,
        grade=completion.grade,
        result=class_of(completion.grade),
        certificate_number=completion.certificate_number,
        certificate_state=completion.certificate_state,
        issuer=completion.issuer,
        unit_then=completion.unit_then,
        position_then=completion.position_then,
    )


def export_rows(rows: QuerySet[Completion], *, by: User) -> bytes:
    """The rows as an .xlsx; the journal keeps who took how many."""
    taken: list[int] = []
    sheet = write_sheet(TITLE, COLUMNS, _lines(rows, taken))
    units = units_of(taken, today())
    record("training.export", by, by=by, after={"rows": len(taken)}, units=units)
    return sheet


def _lines(rows: QuerySet[Completion], taken: list[int]) -> Iterator[list[object]]:
    """However many, never all at once; `taken` is told whose."""
    for number, completion in enumerate(rows.iterator(2000), 1):
        taken.append(completion.cadre_id)
        yield _cells(number, row_of(completion))


def _cells(number: int, row: Row) -> list[object]:
    state = {"valid": "Còn hiệu lực", "revoked": "Đã thu hồi"}.get(row.certificate_state or "", "")
    return [
        number,
        row.cadre.code,
        row.cadre.full_name,
        row.cadre.birth_text,
        row.place_then,
        row.programme,
        row.form,
        row.hours,
        row.begun_on,
        row.completed_on,
        row.grade,
        row.result,
        row.certificate_number or "Chưa cấp",
        state,
        row.issuer or "",
    ]
