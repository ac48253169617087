"""Finding lines of the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cadres.models import Role
from cadres.scopes import Access
from certificates.models import Certificate, CertificateQuerySet
from courses.models import Completion, Course
from kit.dates import day_of


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty parts do not narrow."""

    query: str = ""
    year: str = ""
    course: str = ""
    state: str = ""


def find_lines(access: Access, wanted: Wanted) -> CertificateQuerySet:
    """The lines of the register `access` may read, newest first."""
    lines = Certificate.objects.in_register_of(access).matching(wanted.query)
    if wanted.year:
        lines = lines.filter(year=int(wanted.year))
    if wanted.course:
        lines = lines.filter(course__code=wanted.course)
    if wanted.state:
        lines = lines.filter(state=wanted.state)
    return lines.with_revocation().order_by("-issued_at", "-id")


def years_of(access: Access) -> list[int]:
    lines = Certificate.objects.in_register_of(access).order_by("-year")
    return list(lines.values_list("year", flat=True).distinct())


def courses_of(access: Access) -> list[tuple[str, str]]:
    """Code and newest title of each course that has lines in the register."""
    lines = Certificate.objects.in_register_of(access).order_by()
    courses = Course.objects.filter(pk__in=lines.values("course"))
    return [
        (code, title or code)
        for code, title in courses.order_by("code").values_list("code", "current__title")
    ]


def completions_waiting(access: Access) -> QuerySet[Completion]:
    """Completed courses whose certificate has not been issued, the longest waiting first."""
    waiting = Completion.objects.filter(certificate=None).order_by("completed_at", "pk")
    if not access.has(Role.AUDITOR, Role.ADMIN):
        waiting = waiting.filter(edition__issuing_unit__in=access.units_of(Role.ISSUER))
    return waiting


# --- As a sheet ---------------------------------------------------------------------------------

_COLUMNS = (
    "number",
    "issued_on",
    "printed__full_name",
    "printed__born",
    "printed__position",
    "printed__unit",
    "printed__course",
    "printed__hours",
    "printed__result",
    "printed__signer_name",
    "state",
    "revoked_at",
    "revoked_reason",
    "revoked_document",
    "code",
)


def sheet_header() -> list[str]:
    return [
        pgettext("certificate", "Number"),
        _("Issued on"),
        _("Full name"),
        _("Date of birth"),
        _("Position"),
        _("Unit"),
        _("Course"),
        _("Hours (tiết)"),
        _("Result"),
        _("Signer"),
        _("State"),
        _("Revoked on"),
        _("Reason"),
        _("Decision document"),
        _("Verification code"),
    ]


def sheet_rows(lines: CertificateQuerySet) -> Iterator[list[str | date | None]]:
    """The lines as they are shown, one query however many."""
    states = {value: str(label) for value, label in Certificate.State.choices}
    for row in lines.values_list(*_COLUMNS).iterator(chunk_size=2000):
        line = dict(zip(_COLUMNS, row, strict=True))
        line["state"] = states[line["state"]]
        line["revoked_at"] = day_of(line["revoked_at"]) if line["revoked_at"] else None
        yield list(line.values())
