"""The public page: one answer, for anyone, and no more than the paper's own facts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from certificates.limiting import is_asking_too_often
from certificates.verifying import (
    CODE_LENGTH,
    find_public_face,
    normal_code,
    plain_code,
)
from kit.dates import now
from kit.http import HttpRequest
from kit.limiting import SECONDS

View = Callable[..., HttpResponse]


def unlisted(view: View) -> View:
    """Neither search engines nor caches keep the answer."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        add_never_cache_headers(response)
        return response

    return answered


def limited(view: View) -> View:
    """One address asks so often and no more."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not is_asking_too_often(request):
            return view(request, *args, **kwargs)
        response = render(request, "certificates/limited.html", status=429)
        response["Retry-After"] = str(SECONDS)
        return response

    return answered


@require_safe
@unlisted
def ask(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("code", "").strip()[:200]
    if code := normal_code(typed):
        return redirect("certificates:answer", code=code)
    return render(request, "certificates/ask.html", _about(typed))


@require_safe
@unlisted
@limited
def answer(request: HttpRequest, code: str) -> HttpResponse:
    face = find_public_face(code)
    context = {"face": face, "checked_at": now(), **_about(code)}
    return render(request, "certificates/answer.html", context, status=200 if face else 404)


def _about(typed: str) -> dict[str, object]:
    """What was typed, and how far it is from being a code."""
    return {
        "typed": normal_code(typed) or typed[:60],
        "typed_length": len(plain_code(typed)),
        "code_length": CODE_LENGTH,
        "is_code": bool(normal_code(typed)),
    }
