"""Playing interactive content: the page of its frame, and the ticket that opens it.

The page is a document without an origin: no cookie, no storage, no network but the files it names.
A store of contents registers how to find what a ticket names (`finders`); decision 0015.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.html import json_script

from media.wording import core_texts

# A day: a lesson opened in the morning is read to its end.
TICKET_SECONDS = 24 * 3600
# How long the frame waits for a script before it says that it does not come.
PATIENCE_MS = 10_000
# Where the files of libraries and contents are served.
FILES = "/tep/h5p/"
_SALT = "media.playing"
_STYLES = ("css/fonts.css", "h5p/styles/h5p.css")
_PERMISSIONS = (
    "accelerometer camera clipboard-read clipboard-write display-capture encrypted-media"
    " fullscreen geolocation gyroscope hid magnetometer microphone midi payment"
    " picture-in-picture publickey-credentials-get screen-wake-lock serial usb xr-spatial-tracking"
)

# What a content saved: subContentId ("0" for the whole) → kind ("state") → JSON text.
State = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Ticket:
    """Who plays what: in the frame's address, since a frame without an origin sends no cookie."""

    content: str
    person: str
    registration: str
    language: str = "vi"
    is_kept: bool = False

    def sign(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


@dataclass(frozen=True)
class Playable:
    """A version of a content with all that playing it needs.

    `content` is a slug that changes with the content. Addresses (of `scripts` and `styles` in the
    order of loading, of the folder `base` of the content's files and of the folder `libraries`)
    are paths under `/tep/h5p/`; nobody is asked who opens them, so the folder of a content has a
    name that cannot be guessed. `files` are the content's files by their path under `base`.
    """

    content: str
    title: str
    library: str  # "H5P.MultiChoice 1.16"
    params: str  # JSON, as filtered
    scripts: Sequence[str]
    styles: Sequence[str]
    base: str
    libraries: str
    state: State = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[str] = ()
    folders: Mapping[str, str] = field(default_factory=dict)  # "H5P.X-1.2" → its folder's name


@dataclass(frozen=True)
class Player:
    """What `components/player.html` shows. `state_url` and `submit_url` take the frame's posts."""

    title: str
    address: str
    registration: str
    state_url: str
    submit_url: str
    is_kept: bool = False


Finder = Callable[[Ticket], Playable | None]
# How stores find what a ticket names, asked in turn; a store appends its own in `apps.ready`.
finders: list[Finder] = []


def player_for(ticket: Ticket, *, title: str, state_url: str, submit_url: str) -> Player:
    """The player for a page of the house that may be shown to this person."""
    path = reverse("media:player", kwargs={"content": ticket.content})
    address = f"{settings.PACKAGE_ORIGIN}{path}?{urlencode({'ve': ticket.sign()})}"
    # Only what comes from the house's own origin passes the worker that keeps it.
    is_kept = ticket.is_kept and not settings.PACKAGE_ORIGIN
    return Player(title, address, ticket.registration, state_url, submit_url, is_kept)


def find_ticket(signed: str, content: str) -> Ticket | None:
    """The ticket, if it is ours, not too old and for this content."""
    try:
        ticket = Ticket(**signing.loads(signed, salt=_SALT, max_age=TICKET_SECONDS))
    except (signing.BadSignature, TypeError):
        return None
    return ticket if ticket.content == content else None


def find_playable(ticket: Ticket) -> Playable | None:
    return next((found for find in finders if (found := find(ticket))), None)


def frame_page(request: HttpRequest, ticket: Ticket, playable: Playable) -> HttpResponse:
    """The page of the frame, in the reader's language, closed off by its headers."""
    own = f"{request.scheme}://{request.get_host()}"
    house = settings.BASE_URL if settings.PACKAGE_ORIGIN else own
    with translation.override(ticket.language):
        context = {
            "playable": playable,
            "language": ticket.language,
            "styles": [*_at(own, map(static, _STYLES)), *_at(own, playable.styles)],
            "script": own + static("js/h5p-frame.js"),
            "json": json_script(_told(playable, own, house), "playable"),
        }
        response = render(request, "media/frame.html", context)
    response["Content-Security-Policy"] = _policy(own, house)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-DNS-Prefetch-Control"] = "off"
    response["Permissions-Policy"] = ", ".join(f"{name}=()" for name in _PERMISSIONS.split())
    # Who may show it is said by frame-ancestors.
    response.xframe_options_exempt = True
    if ticket.is_kept:
        response["Kheo-Keep"] = "1"
    return response


def _policy(own: str, house: str) -> str:
    """Only folders of files are open: a picture's address is no way to ask our API anything."""
    files = f"{own}{settings.STATIC_URL} {own}{FILES}"
    return "; ".join(
        [
            "sandbox allow-scripts",
            "default-src 'none'",
            f"script-src {files}",
            f"style-src {files} 'unsafe-inline'",
            f"img-src {files} data: blob:",
            f"font-src {files} data:",
            f"media-src {files} blob:",
            "connect-src 'none'",
            "frame-src 'none'",
            "form-action 'none'",
            f"base-uri {own}",
            f"frame-ancestors {house}",
        ]
    )


def _told(playable: Playable, own: str, house: str) -> dict[str, object]:
    """What js/h5p-frame.js reads."""
    return {
        "house": house,
        "content": playable.content,
        "title": playable.title,
        "library": playable.library,
        "params": playable.params,
        "scripts": [own + static("h5p/frame.bundle.js"), *_at(own, playable.scripts)],
        "base": own + playable.base.rstrip("/"),
        "libraries": own + playable.libraries.rstrip("/"),
        "folders": dict(playable.folders),
        "files": list(playable.files),
        "state": {part: dict(kinds) for part, kinds in playable.state.items()},
        "texts": core_texts() | dict(playable.texts),
        "patience": PATIENCE_MS,
    }


def _at(origin: str, paths: Iterable[str]) -> list[str]:
    return [origin + path for path in paths]
