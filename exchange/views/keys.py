"""The keys of other systems: those there are, a new one, withdrawing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cadres.choosing import names_on, units_for
from cadres.models import Role
from exchange.forms import KeyForm
from exchange.keying import create_key, withdraw_key
from exchange.models import ApiKey
from kit.errors import Refusal
from kit.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST or None, units=units_for(request.access))
    made = _made(request, form) if request.method == "POST" and form.is_valid() else None
    if made:
        return made
    found = list(ApiKey.objects.select_related("created_by"))
    names = names_on([key.unit_id for key in found if key.unit_id], request.access.day)
    context = {
        "form": form,
        "keys": [
            (key, names.get(key.unit_id or 0, ""), key.is_valid_on(request.access.day))
            for key in found
        ],
        "may_change": request.access.has(Role.ADMIN),
    }
    return render(request, "exchange/keys.html", context, status=422 if form.errors else 200)


def _made(request: HttpRequest, form: KeyForm) -> HttpResponse | None:
    """The page that shows a new key, this once; a refusal is shown in the form."""
    try:
        key, token = create_key(by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal.message))
        return None
    response = render(request, "exchange/key.html", {"key": key, "token": token})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk)
    withdraw_key(key, by=request.user)
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key})
    return redirect("exchange:keys")
