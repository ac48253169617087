"""What one person owes, learns and has completed, for those above."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from cadres.models import Cadre
from courses.playing import played_by
from courses.reckoning import Standing, reckon, tries_of
from kit.http import HttpRequest


@require_GET
def learning(request: HttpRequest, public_id: UUID) -> HttpResponse:
    people = Cadre.objects.visible_to(request.access).with_main_post(request.access.day)
    cadre = get_object_or_404(people, public_id=public_id)
    reckoning = reckon(cadre.pk, on=request.access.day)
    tries = tries_of(reckoning)
    played = played_by(s.enrolment.pk for s in reckoning.standings if s.enrolment)

    def told(standing: Standing) -> tuple[Standing, list[Any], list[Any]]:
        enrolment = standing.enrolment
        results = played.get(enrolment.pk, []) if enrolment else []
        return standing, tries.get(standing.course.pk, []), results

    context = {
        "cadre": cadre,
        "reckoning": reckoning,
        "owed": [told(standing) for standing in reckoning.owed],
        "chosen": [told(standing) for standing in reckoning.chosen],
        "done": [told(standing) for standing in reckoning.done],
    }
    return render(request, "courses/person_learning.html", context)
