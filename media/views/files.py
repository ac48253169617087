from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from kit.http import HttpRequest
from media import playing
from media.serving import serve, serve_open


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Pictures of courses are for everyone, as the catalogue is."""
    return serve(f"images/{name}", is_public=True)


@require_safe
def recording(request: HttpRequest, name: str) -> HttpResponseBase:
    wanted = request.headers.get("Range", "")
    return serve(f"recordings/{name}", wanted_range=wanted, is_public=False)


@require_safe
def legal_document(request: HttpRequest, name: str) -> HttpResponseBase:
    """The full text, to be saved: a viewer inside the browser would be of this origin."""
    response = serve(f"legal/{name}", is_public=False)
    response["Content-Disposition"] = "attachment"
    return response


@require_safe
def player(request: HttpRequest, content: str) -> HttpResponseBase:
    """The page inside a player's frame; the ticket in the address says for whom."""
    ticket = playing.find_ticket(request.GET.get("ve", ""), content)
    playable = playing.find_playable(ticket) if ticket else None
    if ticket is None or playable is None:
        raise Http404
    return playing.frame_page(request, ticket, playable)


@require_safe
def player_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of a library or a content, for the frame, which has no origin and no cookie."""
    return serve_open(f"h5p/{name}", wanted_range=request.headers.get("Range", ""))
