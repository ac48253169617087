"""The libraries that play interactive content: what waits, what is in use, and deciding."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kit.errors import Refusal
from kit.http import HttpRequest
from media import deciding, differing
from media.forms import DecisionForm
from media.models import LibraryVersion


@require_safe
def libraries(request: HttpRequest) -> HttpResponse:
    versions = LibraryVersion.objects.select_related("proposed_by", "decided_by").defer("files")
    states = LibraryVersion.State
    context = {
        "waiting": versions.filter(state=states.PROPOSED).order_by("proposed_at", "pk"),
        "approved": versions.filter(state=states.APPROVED),
        "refused": versions.filter(state=states.REFUSED),
    }
    return render(request, "media/libraries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def library(request: HttpRequest, pk: int) -> HttpResponse:
    versions = LibraryVersion.objects.select_related("proposed_by", "decided_by")
    version = get_object_or_404(versions, pk=pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decided(request, version, form):
        return redirect("media:libraries")
    is_waiting = version.state == LibraryVersion.State.PROPOSED
    context = {
        "version": version,
        "difference": differing.difference(version),
        "affected": deciding.affected_by(version) if is_waiting else [],
        "form": form if is_waiting else None,
    }
    status = 422 if form.errors else 200
    return render(request, "media/library.html", context, status=status)


def _decided(request: HttpRequest, version: LibraryVersion, form: DecisionForm) -> bool:
    try:
        if request.POST.get("decision") == "approve":
            deciding.approve(version, by=request.user)
            words = _("%(library)s is approved and in use.")
        else:
            deciding.refuse(version, form.cleaned_data["reason"], by=request.user)
            words = _("%(library)s is refused. What needs it is not played.")
    except Refusal as refusal:
        form.add_error("reason", str(refusal.message))
        return False
    messages.success(request, words % {"library": version})
    return True
