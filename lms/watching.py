"""Keeping that somebody who sees everyone has looked: one entry of the journal for a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpResponseBase

from cadres.identifying import mask_all
from cadres.models import Cadre, Unit
from certificates.models import Certificate
from courses.models import LessonRun
from kit.http import HttpRequest
from operations.journalling import record
from operations.models import Correction

# Of whom or what a page is, by the deed of reading it; a list is of nobody alone.
_SUBJECTS: dict[str, Callable[[dict[str, Any]], Model | None]] = {
    "read.person": lambda given: Cadre.objects.filter(public_id=given["public_id"]).first(),
    "read.result": lambda given: Cadre.objects.filter(
        pk__in=LessonRun.objects.filter(run=given["run"]).values("enrolment__cadre")
    ).first(),
    "read.correction": lambda given: Cadre.objects.filter(
        user__in=Correction.objects.filter(pk=given["pk"]).values("person")
    ).first(),
    "read.certificate": lambda given: Certificate.objects.filter(code=given["code"]).first(),
}


def note_reading(request: HttpRequest, response: HttpResponseBase) -> None:
    """Called for every answer; only a watched page that was shown leaves an entry."""
    deed = getattr(request, "reading", "")
    if not deed or request.method != "GET" or response.status_code != 200:
        return
    match = request.resolver_match
    find = _SUBJECTS.get(deed)
    subject = find(match.kwargs) if find and match else None
    if isinstance(subject, Cadre) and subject.user_id == request.user.pk:
        return
    asked = _unit_asked_for(request)
    record(
        deed,
        subject,
        by=request.user,
        named=subject.printed["full_name"] if isinstance(subject, Certificate) else "",
        after={
            "page": mask_all(request.get_full_path()),
            "shown": getattr(request, "shown", None),
        },
        units=Unit.objects.filter(public_id=asked).values_list("pk", flat=True) if asked else (),
    )


def _unit_asked_for(request: HttpRequest) -> UUID | None:
    """The unit whose list it is, as the filters of lists name it in the address."""
    word = request.GET.get("don-vi") or request.GET.get("unit") or ""
    try:
        return UUID(word)
    except ValueError:
        return None
