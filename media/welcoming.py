"""What the home page tells of libraries that wait for approval, and of contents that do."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadres.models import Role
from cadres.scopes import Access
from kit.tiles import Line, Tile
from media.models import InteractiveRevision, LibraryVersion


def tiles_for(access: Access) -> list[Tile]:
    """One query for administrators, one for authors."""
    found = []
    if access.has(Role.ADMIN):
        path = reverse("media:libraries")
        found.append(Tile(_("Libraries of interactive content"), path, [_waiting(path)]))
    if access.has(Role.TRAINER):
        path = reverse("media:contents")
        found.append(Tile(_("Interactive content"), path, [_held_up(path)]))
    return found


def _waiting(path: str) -> Line:
    number = LibraryVersion.objects.waiting().count()
    if not number:
        return Line(_("Nothing waits."), path, "done")
    words = ngettext(
        "%(number)d library waits for approval", "%(number)d libraries wait for approval", number
    )
    return Line(words % {"number": number}, path, "due")


def _held_up(path: str) -> Line:
    held_up = InteractiveRevision.objects.filter(filtered=None).values("content").distinct()
    number = held_up.count()
    if not number:
        return Line(_("Everything uploaded can be played"), path, "done")
    words = ngettext(
        "%(number)d content waits for libraries to be approved",
        "%(number)d contents wait for libraries to be approved",
        number,
    )
    return Line(words % {"number": number}, path, "due")
