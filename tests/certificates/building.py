"""What tests of certificates are made of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from cadres.models import Cadre, Position, Unit, UnitVersion
from cadres.organising import establish, rebuild_ancestry
from cadres.registering import NewCadre, register_all
from certificates.issuing import issue
from certificates.models import Certificate, Issuer
from courses.enrolling import enrol
from courses.models import Completion, Course
from kit.dates import day_of, now

_numbers = count(1)
SINCE = date(2025, 1, 1)
NAMES = ["Nguyễn Thị Diễm Hương", "Đỗ Quỳnh Trâm", "Nguyễn Thị Ngọc Ánh", "Đỗ Việt Ất"]


def make_unit(name: str, kind: str = UnitVersion.Kind.WARD) -> Unit:
    unit = establish(name, kind, parent=None, valid_from=SINCE)
    rebuild_ancestry()
    return unit


def make_cadre(name: str, unit: Unit) -> Cadre:
    position, _is_new = Position.objects.get_or_create(
        code="chu-tich-mt", defaults={"name": "Chủ tịch Ủy ban Mặt trận"}
    )
    new = NewCadre(
        code=f"GCN{next(_numbers):05}",
        full_name=name,
        gender=Cadre.Gender.FEMALE,
        born_on=date(1979, 3, 8),
        kind=Cadre.Kind.OFFICIAL,
        unit=unit,
        position=position,
        since=SINCE,
    )
    return register_all([new])[0]


def make_issuer(name: str, **settings: str) -> Issuer:
    values = {
        "name": name,
        "heading": Issuer.Heading.PARTY,
        "number_pattern": "{n}-GCN/BTGDVTU",
        "superior": "Tỉnh ủy Ninh Bình",
        "place": "Ninh Bình",
        "signer_authority": "T/M Ban",
        "signer_title": "Phó Trưởng ban",
        "signer_name": "Đỗ Quỳnh Trâm",
    }
    unit = make_unit(name, UnitVersion.Kind.BODY)
    return Issuer.objects.create(unit=unit, **(values | settings))


def complete(cadre: Cadre, course: Course, at: datetime | None = None) -> Completion:
    """A completion as `courses` writes it, without its lessons and paper."""
    at = at or now()
    enrolment = enrol(cadre, course, at=at - timedelta(days=9))
    post = cadre.main_post_on(day_of(at))
    return Completion.objects.create(
        enrolment=enrolment,
        cadre=cadre,
        course=course,
        edition=enrolment.edition,
        unit=post.unit if post else None,
        completed_at=at,
        completed_on=day_of(at),
        hours=Decimal(8),
        grade=Decimal("8.50"),
        evidence={},
    )


def certify(cadre: Cadre, course: Course, at: datetime | None = None) -> Certificate:
    return issue(complete(cadre, course, at), at=at)
