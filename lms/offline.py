"""What a device does without a network: the worker it keeps, and the page that worker shows."""

from __future__ import annotations

import hashlib
import json

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kit.http import HttpRequest

_SHELL = [
    "css/main.css",
    "js/base.js",
    "js/offline.js",
    "js/lesson.js",
    "js/attempt.js",
    "js/h5p-player.js",
    "js/htmx.min.js",
    "pictures/mark.svg",
    "pictures/offline.svg",
]


@require_GET
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it stands behind every page.

    Its version is of what it keeps: a device takes a new one when a file or a word has changed.
    """
    page = reverse("offline")
    shell = [page, *(static(name) for name in _SHELL)]
    words = render_to_string("offline.html")
    version = hashlib.sha256(json.dumps([shell, words]).encode()).hexdigest()[:12]
    settings = json.dumps({"version": version, "page": page, "shell": shell})
    script = f"self.kheo = {settings};\nimportScripts({json.dumps(static('js/worker.js'))});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")
