"""Small H5P packages, packed as strangers pack them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from media.deciding import approve
from media.models import Interactive, LibraryVersion
from media.taking_in import take_in

_TEXT = {"name": "text", "type": "text", "label": "Text", "widget": "html", "tags": ["strong"]}
SEMANTICS: list[dict[str, Any]] = [
    {"name": "question", "type": "text", "widget": "html", "label": "Question", "tags": ["strong"]},
    {
        "name": "answers",
        "type": "list",
        "label": "Answers",
        "field": {
            "name": "answer",
            "type": "group",
            "label": "Answer",
            "fields": [
                _TEXT,
                {"name": "correct", "type": "boolean", "label": "Correct"},
            ],
        },
    },
]
CHOICES: dict[str, Any] = {
    "question": "<p>Sau buổi họp, <strong>việc gì</strong> trước?</p>",
    "answers": [
        {"text": "Ghi lại ý kiến của dân", "correct": True},
        {"text": "Đọc lại kế hoạch", "correct": False},
        {"text": "Hẹn ngày trả lời", "correct": True},
    ],
}
SCRIPT = "H5P.MultiChoice = function () {};\n"


def make_library(
    name: str = "H5P.MultiChoice",
    version: tuple[int, int, int] = (1, 16, 4),
    *,
    script: str = SCRIPT,
    semantics: Any = SEMANTICS,
    needs: tuple[tuple[str, int, int], ...] = (),
    licence: str = "MIT",
) -> dict[str, str]:
    """The files of a library by their place in a package."""
    major, minor, patch = version
    folder = f"{name}-{major}.{minor}"
    definition = {
        "title": name,
        "machineName": name,
        "majorVersion": major,
        "minorVersion": minor,
        "patchVersion": patch,
        "runnable": 1,
        "license": licence,
        "preloadedJs": [{"path": "main.js"}],
        "preloadedDependencies": [
            {"machineName": n, "majorVersion": a, "minorVersion": b} for n, a, b in needs
        ],
    }
    return {
        f"{folder}/library.json": json.dumps(definition),
        f"{folder}/main.js": script,
        f"{folder}/semantics.json": json.dumps(semantics),
    }


def make_package(
    content: Any = None,
    *,
    title: str = "Sau buổi họp",
    libraries: dict[str, str] | None = None,
    main: tuple[str, int, int] = ("H5P.MultiChoice", 1, 16),
    files: dict[str, str | bytes] | None = None,
) -> io.BytesIO:
    """A package of one question with its library; any of it can be given."""
    manifest = {
        "title": title,
        "language": "vi",
        "mainLibrary": main[0],
        "embedTypes": ["iframe"],
        "preloadedDependencies": [
            {"machineName": main[0], "majorVersion": main[1], "minorVersion": main[2]}
        ],
    }
    entries: dict[str, str | bytes] = {
        "h5p.json": json.dumps(manifest),
        "content/content.json": json.dumps(CHOICES if content is None else content),
        **(make_library() if libraries is None else libraries),
        **(files or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, told in entries.items():
            archive.writestr(name, told)
    packed.seek(0)
    return packed


def approve_all(*, by: Any) -> None:
    for version in LibraryVersion.objects.waiting().order_by("pk"):
        approve(version, by=by)


def make_interactive(*, by: Any, admin: Any, content: Any = None, **given: Any) -> Interactive:
    """A content that can be played: taken in, its libraries approved."""
    taken = take_in(make_package(content, **given), by=by)
    approve_all(by=admin)
    return taken.revision.content
