from __future__ import annotations

from collections.abc import Callable
from functools import partial

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from accounts.admitting import digits_of, find_holder, find_slip, find_slip_of, redeem
from accounts.describing import device_words
from accounts.displaying import display_of, parse, remember
from accounts.forms import FirstPasswordForm, SlipForm
from accounts.limiting import counting_failures
from accounts.linking import is_linked
from accounts.models import Slip
from accounts.recognising import find_named, normal_phone
from accounts.securing import second_step_of
from accounts.signals import Way
from accounts.visiting import end_visits, share, visits_of
from kit.dates import now
from kit.errors import Refusal
from kit.http import HttpRequest

View = Callable[..., HttpResponse]


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Remembers theme and text size, then goes back to where one was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    sent = request.POST.get("theme", ""), request.POST.get("text_size", "")
    wish = parse(*sent, before=display_of(request))
    response = HttpResponseRedirect(back)
    remember(wish, request.user if request.user.is_authenticated else None, response)
    return response


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """My account: how I sign in, what secures it, where I am signed in, how pages look."""
    visits = [(visit, device_words(visit.user_agent)) for visit in visits_of(request.user)]
    context = {
        "step": second_step_of(request.user),
        "is_step_needed": request.access.needs_second_step,
        "is_step_asked": settings.SECOND_STEP,
        "is_linked": is_linked(request.user),
        "visits": visits,
        "session_key": request.session.session_key,
    }
    return render(request, "accounts/account.html", context)


@require_POST
def end_visit(request: HttpRequest) -> HttpResponse:
    """Signs out one of my devices, or all but this one."""
    others = visits_of(request.user).exclude(session_key=request.session.session_key)
    chosen = request.POST.get("visit", "")
    if chosen:
        others = others.filter(pk=int(chosen) if chosen.isdecimal() else None)
    count = end_visits(others)
    words = ngettext(
        "%(count)d device was signed out.", "%(count)d devices were signed out.", count
    )
    messages.success(request, words % {"count": count})
    return redirect("accounts:account")


@never_cache
@require_http_methods(["GET", "POST"])
def slip_entry(request: HttpRequest) -> HttpResponse:
    """The slip's code, typed by one whose phone reads no QR codes."""
    form, status = SlipForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        login, code = form.cleaned_data["login"], form.cleaned_data["code"]
        try:
            key = normal_phone(login) or login.casefold()
            tried = partial(find_named, login)
            with counting_failures(request, Way.SLIP, key, find_tried=tried):
                found = _get(find_slip_of(login, code))
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
            status = refusal.status
        else:
            return redirect("accounts:slip", number=found.pk, code=digits_of(code))
    return render(request, "accounts/slip_entry.html", {"form": form}, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def slip(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """What the QR code opens: one chooses a password with the slip, and is in."""
    tried = partial(find_holder, number)
    with counting_failures(request, Way.SLIP, str(number), find_tried=tried):
        found = _get(find_slip(number, code))
    state = found.state_at(now())
    if state != Slip.State.IN_FORCE:
        context = {"slip": found, "state": state}
        return render(request, "accounts/slip_spent.html", context, status=410)
    form = FirstPasswordForm(data=request.POST or None, user=found.user)
    if request.method == "POST" and form.is_valid():
        return _let_in(request, found, form)
    status = 422 if form.errors else 200
    return render(request, "accounts/slip.html", {"slip": found, "form": form}, status=status)


def _let_in(request: HttpRequest, found: Slip, form: FirstPasswordForm) -> HttpResponse:
    user = redeem(found, form.cleaned_data["password1"])
    end_visits(visits_of(user))
    logout(request)
    share(request, form.cleaned_data["shared"])
    record_authentication(request, user, method="slip")
    response: HttpResponse = perform_login(request, user)
    return response


def _get(found: Slip | None) -> Slip:
    if found is None:
        raise Refusal(
            _(
                "There is no slip with this code. Compare it with the paper; a slip that was"
                " replaced no longer counts. The manager of your unit can print a new one."
            ),
            status=404,
        )
    return found


def single_sign_on(request: HttpRequest) -> HttpResponse:
    share(request, "shared" in request.GET)
    return _ask_provider(request, openid.login)


def single_sign_on_callback(request: HttpRequest) -> HttpResponse:
    return _ask_provider(request, openid.callback)


def _ask_provider(request: HttpRequest, view: View) -> HttpResponse:
    """A provider that does not answer is told in words, not as a fault of ours."""
    try:
        return view(request, "oidc")
    except RequestException:
        return render(request, "socialaccount/provider_silent.html", status=503)
