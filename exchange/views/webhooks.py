"""Webhooks: who is told of what; each telling, and sending one again."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadres.choosing import names_on, units_for
from cadres.models import Role
from exchange.connecting import connect, stop
from exchange.delivering import resend
from exchange.forms import EndpointForm
from exchange.models import Delivery, Endpoint
from exchange.views.sendings import sendings
from kit.errors import Refusal
from kit.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None, units=units_for(request.access))
    made = _made(request, form) if request.method == "POST" and form.is_valid() else None
    if made:
        return made
    counted = Endpoint.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=Delivery.State.WAITING)),
        failed=Count("deliveries", filter=Q(deliveries__state=Delivery.State.FAILED)),
    )
    found = list(counted)
    names = names_on([row.unit_id for row in found if row.unit_id], request.access.day)
    context = {
        "form": form,
        "endpoints": [(row, names.get(row.unit_id or 0, "")) for row in found],
        "may_change": request.access.has(Role.ADMIN),
    }
    return render(request, "exchange/webhooks.html", context, status=422 if form.errors else 200)


def _made(request: HttpRequest, form: EndpointForm) -> HttpResponse | None:
    """The page that shows a new secret, this once; a refusal is shown in the form."""
    try:
        endpoint = connect(by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal.message))
        return None
    response = render(request, "exchange/secret.html", {"endpoint": endpoint})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Each telling, newest first."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    context = sendings(request, endpoint.deliveries.select_related("event")) | {
        "endpoint": endpoint,
        "may_change": request.access.has(Role.ADMIN) and endpoint.stopped_at is None,
    }
    return render(request, "exchange/webhook.html", context)


@require_POST
def stop_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, pk=pk)
    stop(endpoint, by=request.user)
    messages.success(request, _("Nothing is sent to “%(name)s” any more.") % {"name": endpoint})
    return redirect("exchange:webhooks")


@require_POST
def resend_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery, pk=pk)
    resend(delivery, by=request.user)
    messages.success(request, _("It is being sent again; this page shows what was answered."))
    return redirect("exchange:webhook", delivery.endpoint_id)
