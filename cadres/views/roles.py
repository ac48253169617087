"""Who holds which role, who held it; giving and taking back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadres.choosing import units_for
from cadres.forms.roles import GrantForm, WithdrawForm
from cadres.granting import find_grants, grant, withdraw
from cadres.models import Role, RoleGrant
from kit.errors import Refusal
from kit.http import HttpRequest
from kit.pages import page_of

PAGE = 50
# The parts of the page, by the word in the address.
SHOWN = {"sap-het-han": "expiring", "lich-su": "all"}


def roles(request: HttpRequest) -> HttpResponse:
    form = GrantForm(request.POST or None, units=units_for(request.access))
    if request.method == "POST" and form.is_valid() and _granted(request, form):
        return redirect("cadres:roles")
    text = request.GET.get("q", "")
    shown = request.GET.get("muc", "")
    grants = find_grants(request.access, text, show=SHOWN.get(shown, "held"))
    page = page_of(request, grants, PAGE)
    context = {
        "form": form,
        "page": page,
        "lines": [(held, held.state_on(request.access.day)) for held in page],
        "query": text,
        "shown": shown if shown in SHOWN else "",
        "expiring": find_grants(request.access, show="expiring").count(),
        "may_grant": request.access.has(Role.ADMIN),
    }
    return render(request, "cadres/roles.html", context, status=422 if form.errors else 200)


def _granted(request: HttpRequest, form: GrantForm) -> bool:
    """Gives the role of a valid form; a refusal is shown beside the unit."""
    given = form.cleaned_data
    try:
        held = grant(
            given["person"],
            Role(given["role"]),
            unit=given["unit"],
            by=request.user,
            valid_to=given["valid_to"],
            reason=given["reason"],
        )
    except Refusal as refusal:
        form.add_error("unit", str(refusal.message))
        return False
    words = {"name": held.user, "role": held.get_role_display()}
    messages.success(request, _("%(name)s is now: %(role)s.") % words)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_role(request: HttpRequest, pk: int) -> HttpResponse:
    grants = RoleGrant.objects.visible_to(request.access).select_related("user", "unit")
    held = get_object_or_404(grants, pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"held": held, "form": form}
        status = 422 if form.is_bound or request.method == "POST" else 200
        return render(request, "cadres/withdraw_role.html", context, status=status)
    withdraw(held, by=request.user, reason=form.cleaned_data["reason"])
    words = {"name": held.user, "role": held.get_role_display()}
    messages.success(request, _("%(name)s is no longer: %(role)s.") % words)
    return redirect("cadres:roles")
