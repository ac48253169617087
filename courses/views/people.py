"""What one person owes, learns and has completed, for those above."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from cadres.models import Cadre
from courses.reckoning import reckon, tries_of
from kit.http import HttpRequest


@require_GET
def learning(request: HttpRequest, public_id: UUID) -> HttpResponse:
    people = Cadre.objects.visible_to(request.access).with_main_post(request.access.day)
    cadre = get_object_or_404(people, public_id=public_id)
    reckoning = reckon(cadre.pk, on=request.access.day)
    tries = tries_of(reckoning)
    context = {
        "cadre": cadre,
        "reckoning": reckoning,
        "owed": [(standing, tries.get(standing.course.pk, [])) for standing in reckoning.owed],
        "chosen": [(standing, tries.get(standing.course.pk, [])) for standing in reckoning.chosen],
    }
    return render(request, "courses/person_learning.html", context)
