"""The request our views get: a user of ours, and what the user may do; a page a device may keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponse

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import User
    from cadres.scopes import Access


class HttpRequest(DjangoRequest):
    """`access`, `htmx` and `reading` are set by middleware.

    `reading`: the deed under which the journal keeps that this visitor reads this page, or "";
    `shown`: how many rows the page is about, for that entry.
    """

    user: User
    access: Access
    htmx: HtmxDetails
    reading: str
    shown: int | None


def keep_on_device(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Lets the reader's device keep this page for when there is no network (js/worker.js).

    A device that is to forget its user when the browser closes keeps nothing.
    """
    if not request.session.get_expire_at_browser_close():
        response["Kheo-Keep"] = "1"
    return response
