"""Slips for the first sign-in: choosing for whom, seeing what it ends, the PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cadres.admitting import (
    AT_ONCE,
    consider,
    print_slips,
    take_off_second_step,
    with_sign_in,
    withdraw_slip,
)
from cadres.forms.filters import SlipFilter
from cadres.models import Cadre
from cadres.models.people import CadreQuerySet
from cadres.searching import find_people
from kit.dates import format_day, now
from kit.downloads import file_response
from kit.errors import Refusal
from kit.http import HttpRequest


@require_http_methods(["GET", "POST"])
def slips(request: HttpRequest) -> HttpResponse:
    """A list to choose from; sent, what printing would do; confirmed, the PDF."""
    if request.method != "POST":
        return _choose(request)
    people = _chosen(request)
    if "confirmed" in request.POST:
        pdf = print_slips(people, by=request.user, access=request.access)
        name = _("sign-in slips %(day)s") % {"day": format_day(request.access.day)}
        return file_response(f"{name.replace('/', '-')}.pdf", pdf, "application/pdf")
    batch = consider(people, access=request.access)
    return render(request, "cadres/slips_confirm.html", {"batch": batch})


@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    people = Cadre.objects.visible_to(request.access).select_related("user")
    cadre = get_object_or_404(people, public_id=public_id)
    withdraw_slip(cadre, by=request.user)
    return redirect("cadres:person", public_id)


@require_POST
def second_step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    people = Cadre.objects.visible_to(request.access).select_related("user")
    cadre = get_object_or_404(people, public_id=public_id)
    take_off_second_step(cadre, by=request.user, access=request.access)
    return redirect("cadres:person", public_id)


def _choose(request: HttpRequest) -> HttpResponse:
    form = SlipFilter(request.GET, access=request.access)
    narrowing = form.narrowing()
    people = with_sign_in(find_people(request.access, **narrowing), now())
    who = form.cleaned_data.get("who") or SlipFilter.NEW
    if who != SlipFilter.EVERYBODY:
        people = people.filter(user__last_login=None)
    if who == SlipFilter.NEW:
        people = people.filter(has_slip=False)
    context = {
        "form": form,
        "people": people.select_related("user")[:AT_ONCE],
        "count": people.count(),
        "at_once": AT_ONCE,
        "is_all_chosen": who != SlipFilter.EVERYBODY,
        "is_filtered": any(narrowing.values()) or who != SlipFilter.NEW,
    }
    return render(request, "cadres/slips.html", context)


def _chosen(request: HttpRequest) -> CadreQuerySet:
    ids = [UUID(text) for text in request.POST.getlist("person") if _is_id(text)]
    if not ids:
        raise Refusal(_("Nobody is chosen. Tick whom to print a slip for."), status=422)
    found: CadreQuerySet = Cadre.objects.visible_to(request.access).filter(public_id__in=ids)
    if not found.exists():
        raise Refusal(_("Nobody is found"), status=404)
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
