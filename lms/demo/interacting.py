"""The demo's interactive pieces, uploaded and approved as people do it."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path

from accounts.models import User
from media.deciding import approve
from media.models import Interactive, LibraryVersion
from media.packing import pack
from media.taking_in import take_in

FOLDER = Path(__file__).parent / "interactive"
# By course and lesson ("k1", "1-2").
Pieces = dict[tuple[str, str], Interactive]


def take_in_pieces(*, author: User, admin: User, at: datetime) -> Pieces:
    """Every piece, its libraries approved."""
    taken: Pieces = {}
    for path in sorted(FOLDER.glob("*.json")):
        piece = json.loads(path.read_text(encoding="utf-8"))
        package = pack(
            piece["title"], piece["library"], piece["params"], language=piece["language"]
        )
        revision = take_in(io.BytesIO(package), by=author, at=at).revision
        taken[piece["course"], piece["lesson"]] = revision.content
    for version in LibraryVersion.objects.waiting().order_by("pk"):
        approve(version, by=admin, at=at)
    return taken
