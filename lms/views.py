"""The roof's own pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments import welcoming as questions
from cadres import welcoming as people
from certificates import welcoming as register
from courses import welcoming as learning
from courses.reckoning import reckon
from indicators import welcoming as plan
from kit.http import HttpRequest
from kit.tiles import Welcome
from media import welcoming as interactive
from operations import welcoming as journal

# What each floor says of its work, in the order in which it is shown.
WELCOMES: list[Welcome] = [
    learning.tiles_for,
    questions.tiles_for,
    interactive.tiles_for,
    register.tiles_for,
    plan.tiles_for,
    people.tiles_for,
    journal.tiles_for,
]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "courses/home.html")
    access = request.access
    context = {
        "reckoning": reckon(access.cadre_id, on=access.day) if access.cadre_id else None,
        "tiles": [tile for welcome in WELCOMES for tile in welcome(access)],
    }
    return render(request, "courses/home.html", context)


@require_GET
def about_demo(request: HttpRequest) -> HttpResponse:
    """What of the demo is real and what is illustrated."""
    return render(request, "about_demo.html")
