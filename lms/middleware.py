"""What every request passes: whose visit it is, as whom, what it may open, how a no is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import User, Viewing
from accounts.securing import has_second_step
from accounts.visiting import is_shared, note
from cadres.scopes import Access, access_of
from cadres.viewing import end_viewing, find_viewing, note_page
from exchange.keying import access_of_key, find_key
from exchange.models import ApiKey
from kit.addresses import client_address
from kit.dates import now
from kit.errors import Refusal
from kit.http import HttpRequest as OurRequest
from kit.limiting import SECONDS, is_over
from lms.access import ROUTES, find_row, may_open, reading_of
from lms.watching import note_reading
from operations.journalling import client_address as journalled_address
from operations.purposes import UNREAD

_SAFE = {"GET", "HEAD", "OPTIONS"}
# How often one key may ask in a minute.
KEY_REQUESTS = 600
# What one who owes a second step may open: setting it up, one's own account, the way out.
_BEFORE_SECOND_STEP = {
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "accounts:account",
    "accounts:display",
    "accounts:end_visit",
    "healthz",
    "media:picture",
    "set_language",
}
# What one who views somebody's pages does as oneself.
_AS_ONESELF = {"cadres:stop_viewing", "account_logout", "set_language"}
# One's own account: nobody else's to see, and open before the note on what is kept is read.
_OWN_ONLY = "tai-khoan/"


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get(
        "Accept", ""
    )


def _access_of(request: HttpRequest) -> Access:
    """A key counts under the API only, and instead of a session."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not request.path.startswith("/api/"):
        return access_of(request.user)  # type: ignore[arg-type]
    key: ApiKey | None = find_key(token.strip())
    request.api_key = key  # type: ignore[attr-defined]
    return access_of_key(key)


class LanguageMiddleware:
    """Vietnamese, unless this device has asked for another language here.

    A phone whose system speaks English belongs to a reader of Vietnamese all the same.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(known):
            request.LANGUAGE_CODE = known
            return self.get_response(request)


class VisitMiddleware:
    """A shared computer that was left alone is signed out, and keeps nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        was_shared = is_shared(request.session)
        if not note(request.session, now()):
            logout(request)
            messages.info(request, _("Signed out: this shared computer was left alone."))
        response = self.get_response(request)
        if was_shared:
            response["Cache-Control"] = "no-store"
            if not request.user.is_authenticated:
                response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class ViewingMiddleware:
    """An administrator who views somebody's pages sees them as that person does.

    Whatever a page writes on being read is undone; what would change something is refused. Both
    are in the journal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = request.session.get("viewing")
        if number is None or not isinstance(request.user, User):
            return self.get_response(request)
        viewing = find_viewing(number, request.user)
        if viewing is None:
            del request.session["viewing"]
            return self.get_response(request)
        return self._see(request, viewing)

    def _see(self, request: HttpRequest, viewing: Viewing) -> HttpResponseBase:
        name, route = _where(request)
        if name in _AS_ONESELF:
            if name == "account_logout" and request.method == "POST":
                end_viewing(viewing)
            return self.get_response(request)
        if request.method not in _SAFE or (route.startswith(_OWN_ONLY) and name not in ROUTES):
            note_page(viewing, request.path, refused=True)
            return _refuse_viewer(request, viewing)
        request.user = viewing.subject
        request.viewing = viewing  # type: ignore[attr-defined]
        with transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(True)
        note_page(viewing, request.get_full_path())
        return response


def _where(request: HttpRequest) -> tuple[str, str]:
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return "", ""
    return match.view_name, match.route


def _refuse_viewer(request: HttpRequest, viewing: Viewing) -> HttpResponse:
    words = _("You are viewing the pages of %(name)s: nothing can be changed that way.")
    refusal = Refusal(words % {"name": viewing.subject}, status=403)
    return tell_refusal(request, refusal)


class AccessMiddleware:
    """Sets `request.access` and asks the roles table before any view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.access = SimpleLazyObject(lambda: _access_of(request))  # type: ignore[attr-defined]
        token = journalled_address.set(client_address(request) or None)
        try:
            response = self.get_response(request)
            note_reading(cast("OurRequest", request), response)
            return response
        finally:
            journalled_address.reset(token)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        row = find_row(match) if match else None
        access = cast("Access", request.access)  # type: ignore[attr-defined]
        if access.key_id and is_over(f"key:{access.key_id}", KEY_REQUESTS):
            return self._ask_to_wait()
        if may_open(row, access, acting=request.method not in _SAFE):
            request.reading = reading_of(row, access)  # type: ignore[attr-defined]
            return self._ask_for_second_step(request, access) or self._ask_to_read(request)
        if row is not None and access.key_id is not None:
            return JsonResponse({"detail": _("This key may not do that.")}, status=403)
        if row is not None and access.user_id is None:
            return self._ask_to_sign_in(request)
        if _wants_json(request):
            return JsonResponse({"detail": _("Not found.")}, status=404)
        raise Http404

    def _ask_to_wait(self) -> HttpResponseBase:
        words = _("This key asks too often. Wait a minute.")
        return JsonResponse({"detail": words}, status=429, headers={"Retry-After": str(SECONDS)})

    def _ask_for_second_step(self, request: HttpRequest, access: Access) -> HttpResponseBase | None:
        """Who holds a role that needs a second step sets it up before anything else."""
        if not settings.SECOND_STEP or access.user_id is None or not access.needs_second_step:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in _BEFORE_SECOND_STEP or name.startswith("mfa_"):
            return None
        if has_second_step(cast("User", request.user)):
            return None
        if _wants_json(request):
            words = _("Your role needs a second step when signing in. Set it up in the browser.")
            return JsonResponse({"detail": words}, status=403)
        return redirect("mfa_index")

    def _ask_to_read(self, request: HttpRequest) -> HttpResponseBase | None:
        """Whoever has just signed in for the first time reads what is kept of people and why."""
        match = request.resolver_match
        is_page = request.method == "GET" and not _wants_json(request)
        if not is_page or UNREAD not in request.session:
            return None
        if match and (match.route.startswith(_OWN_ONLY) or match.view_name == "media:picture"):
            return None
        return redirect_to_login(request.get_full_path(), reverse("purpose"))

    def _ask_to_sign_in(self, request: HttpRequest) -> HttpResponseBase:
        if _wants_json(request):
            return JsonResponse({"detail": _("Please sign in first.")}, status=401)
        return redirect_to_login(request.get_full_path())


class RefusalMiddleware:
    """A deed that refuses becomes a page (or JSON) that says why, with the right status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return tell_refusal(request, error) if isinstance(error, Refusal) else None


def tell_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if _wants_json(request):
        body = {"detail": str(refusal.message), "gaps": [str(gap) for gap in refusal.gaps]}
        return JsonResponse(body, status=refusal.status)
    return render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
