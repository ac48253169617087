"""A content's next revision, made of one that is there: edited, copied, restored, moved."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from accounts.models import User
from media.models import Interactive, InteractiveRevision
from media.storing import Writing, content_folder, read
from operations.journalling import record

Way = InteractiveRevision.Way
_SAID = (
    *("title", "language", "library_name", "library_major", "library_minor", "needs", "metadata"),
    *("params", "filtered", "files", "digest"),
)


def derive(
    content: Interactive,
    source: InteractiveRevision,
    way: InteractiveRevision.Way,
    *,
    deed: str,
    by: User,
    at: datetime,
    **said: Any,
) -> InteractiveRevision:
    """Says what the source says, but for `said`. The content is locked (`newest_of`), or new."""
    newest = content.latest
    told = {name: getattr(source, name) for name in _SAID} | said
    content.title = told["title"]
    content.save(update_fields=["title"])
    revision = InteractiveRevision.objects.create(
        content=content,
        number=newest.number + 1 if newest else 1,
        way=way,
        source=source if source.pk else None,  # a template is no row
        made_by=by,
        made_at=at,
        **told,
    )
    after = {"number": revision.number} | _came_from(source, revision)
    record(deed, content, by=by, named=content.title, after=after, at=at)
    return revision


def _came_from(source: InteractiveRevision, made: InteractiveRevision) -> dict[str, Any]:
    if made.way == Way.RESTORED:
        return {"source": source.number}
    if made.way == Way.MOVED:
        return {"from": str(source.library), "into": str(made.library)}
    return {}


def digest_of(title: str, said: Any, source: InteractiveRevision) -> str:
    """Names the folder of its files: whoever cannot know all of it cannot guess the name."""
    told = [title, said, source.digest, str(source.library)]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def keep_files(source: InteractiveRevision, digest: str, files: Writing) -> None:
    """Copies the source's files to the folder of a revision with this digest."""
    for name, held in source.files.items():
        piece = read(f"{content_folder(source.digest)}/{name}")
        files.write(f"{content_folder(digest)}/{name}", held["size"], [piece])
