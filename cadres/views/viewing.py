"""Viewing the pages of somebody else, for support: beginning it with a reason, ending it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User, Viewing
from cadres.forms.roles import ReasonForm
from cadres.models import Cadre
from cadres.viewing import AT_MOST, begin_viewing, end_viewing, may_be_viewed
from kit.http import HttpRequest

KEY = "viewing"


@require_http_methods(["GET", "POST"])
def view_as(request: HttpRequest, public_id: UUID) -> HttpResponse:
    people = Cadre.objects.visible_to(request.access).select_related("user")
    cadre = get_object_or_404(people, public_id=public_id)
    subject = _account_of(cadre)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        viewing = begin_viewing(subject, by=request.user, access=request.access, reason=reason)
        request.session[KEY] = viewing.pk
        return redirect("/")
    context = {
        "cadre": cadre,
        "form": form,
        "may": may_be_viewed(subject, request.access),
        "minutes": AT_MOST.seconds // 60,
    }
    return render(request, "cadres/view_as.html", context, status=422 if form.errors else 200)


@require_POST
def stop_viewing(request: HttpRequest) -> HttpResponse:
    number = request.session.pop(KEY, None)
    viewing = Viewing.objects.filter(pk=number, viewer=request.user).first()
    if viewing is None:
        return redirect("/")
    end_viewing(viewing)
    cadre = Cadre.objects.filter(user=viewing.subject_id).first()
    return redirect("cadres:person", cadre.public_id) if cadre else redirect("/")


def _account_of(cadre: Cadre) -> User:
    if cadre.user is None:
        raise Http404
    return cadre.user
