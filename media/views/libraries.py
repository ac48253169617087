"""The libraries that play interactive content: what waits, what is in use, and deciding."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.errors import Refusal
from kit.http import HttpRequest
from kit.pages import page_of
from media import deciding, differing, listing, moving
from media.forming import whole
from media.forms import DecisionForm
from media.models import Interactive, LibraryVersion

# Contents whose moving is foreseen on one page, and moved at once.
AT_ONCE = 25


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
        if moving.movable(version).exists():
            return redirect("media:library", pk)
        return redirect("media:libraries")
    is_waiting = version.state == LibraryVersion.State.PROPOSED
    context = {
        "version": version,
        "difference": differing.difference(version),
        "affected": deciding.affected_by(version) if is_waiting else [],
        "form": form if is_waiting else None,
        **_movable(request, version),
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


# --- Moving contents to this version ------------------------------------------------------------


def _movable(request: HttpRequest, version: LibraryVersion) -> dict[str, Any]:
    """What could be moved, each with what it costs and the lessons it stands in."""
    page = page_of(request, moving.movable(version), AT_ONCE)
    rows = list(page)
    revisions = [one.revision for one in listing.shown(rows)]
    lessons = listing.lessons_by_content(rows)
    return {
        "movable": page,
        "is_scripted": moving.is_scripted(version),
        "moves": [
            (one, lessons.get(one.revision.content_id, []))
            for one in moving.foresee(revisions, version, get_language() or "vi")
        ],
    }


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """`chuyen`: contents that lose nothing; `mat`: those whose loss was accepted. Each names the
    revision that was looked at: "<id>:<number>"."""
    version = get_object_or_404(LibraryVersion, pk=pk)
    moved = 0
    for name in ("chuyen", "mat"):
        for told in request.POST.getlist(name)[:AT_ONCE]:
            moved += _moved(request, version, told, accepts_loss=name == "mat")
    if moved:
        words = ngettext("%(number)d content was moved.", "%(number)d contents were moved.", moved)
        messages.success(request, words % {"number": moved})
    elif not (request.POST.getlist("chuyen") or request.POST.getlist("mat")):
        messages.error(request, _("Choose at least one content to move."))
    return redirect("media:library", pk)


def _moved(request: HttpRequest, version: LibraryVersion, told: str, *, accepts_loss: bool) -> bool:
    public_id, _colon, number = told.partition(":")
    content = _content(public_id)
    if content is None:
        return False
    try:
        moving.move(
            content,
            version,
            based_on=whole(number, 10**9),
            accepts_loss=accepts_loss,
            by=request.user,
        )
    except Refusal as refusal:
        words = _("“%(title)s” was not moved: %(why)s")
        messages.error(request, words % {"title": content, "why": refusal.message})
        return False
    return True


def _content(told: str) -> Interactive | None:
    try:
        return Interactive.objects.filter(public_id=UUID(told)).first()
    except ValueError:
        return None
