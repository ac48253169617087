"""Uploaded packages stand apart: no cookie reaches their addresses, and they may have a host."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotFound

PLACES = ("/tep/tuong-tac/", "/tep/h5p/")


class PackageMiddleware:
    """Answers the addresses of packages as to nobody; with `PACKAGE_ORIGIN` set, only there.

    Stands before the session: whoever asks, the answer is the same and sets nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_package = request.path_info.startswith(PLACES)
        if settings.PACKAGE_ORIGIN:
            host = urlsplit(settings.PACKAGE_ORIGIN).netloc
            if (request.get_host() == host) != is_package:
                return HttpResponseNotFound()
        if not is_package:
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.META.pop("HTTP_AUTHORIZATION", None)
        response = self.get_response(request)
        response.cookies.clear()
        del response["Vary"]
        return response
