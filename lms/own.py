"""What is held about oneself; what is kept of people and why; for how long."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cadres.models import Role
from kit.downloads import file_response, sheet_response
from kit.http import HttpRequest
from lms.forms import RetentionForm
from lms.holding import as_json, as_sheets, held_about
from lms.keeping import KEEPINGS, kept
from operations import purposes
from operations.models import PurposeRead
from operations.retaining import set_rule

SHOWN = 20


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """Everything that is held, why and how long; long lists are whole in the download."""
    sections = held_about(request.user)
    context = {
        "sections": [(s, s.held.rows[:SHOWN], len(s.held.rows) > SHOWN) for s in sections],
        "shown": SHOWN,
    }
    return _private(render(request, "own/held.html", context))


@require_safe
def held_export(request: HttpRequest, kind: str) -> HttpResponse:
    name = _("my-data")
    if kind == "json":
        return file_response(f"{name}.json", as_json(request.user), "application/json")
    if kind == "xlsx":
        return sheet_response(name, as_sheets(request.user))
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def purpose(request: HttpRequest) -> HttpResponse:
    """What is kept of people and why: shown at the first sign-in, found again at any time."""
    back = request.POST.get("next", request.GET.get("next", "/"))
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    if request.method == "POST":
        purposes.read(request.user)
        request.session.pop(purposes.UNREAD, None)
        return redirect(back)
    note = PurposeRead.objects.filter(user=request.user, version=purposes.VERSION).first()
    context = {"back": back, "note": note, "things": kept()}
    return render(request, "own/purpose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """How long what is kept; an administrator sets it, by a document."""
    form = RetentionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_rule(**form.cleaned_data, keepings=KEEPINGS, by=request.user)
        messages.success(request, _("The rule is set. It is applied every night."))
        return redirect("retention")
    context = {"form": form, "things": kept(), "may_set": request.access.has(Role.ADMIN)}
    status = 422 if form.errors else 200
    return render(request, "own/retention.html", context, status=status)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
