"""A course of small libraries that ask of the core what official content types ask, each in its
manner (manners/*.js): one that all stand on, fonts beside a style, a question that registers its
sections, parts in parts, a film."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image

FONT = Path(settings.BASE_DIR) / "build/static/fonts/be-vietnam-pro-latin-400-normal.woff2"
FILM = Path(settings.BASE_DIR) / "lms/demo/recordings/sau-phuong-phap.mp4"
UUIDS = [f"0b5f4c1e-0000-4000-8000-00000000000{n}" for n in range(4)]


def told(name: str) -> str:
    return (Path(__file__).parent / "manners" / name).read_text(encoding="utf-8")


_TEXT = {"type": "text", "label": "Text"}
RIGHT_SEMANTICS: list[Any] = [
    {
        "name": "media",
        "type": "group",
        "label": "Media",
        "importance": "medium",
        "fields": [
            {"name": "type", "type": "library", "options": ["H5P.Pic 1.1"], "optional": True}
        ],
    },
    {
        "name": "question",
        "type": "text",
        "widget": "html",
        "enterMode": "p",
        "tags": ["strong", "em"],
    },
    {
        "name": "correct",
        "type": "select",
        "widget": "radioGroup",
        "options": [{"value": "true", "label": "True"}, {"value": "false", "label": "False"}],
        "default": "true",
    },
    {
        "name": "l10n",
        "type": "group",
        "common": True,
        "fields": [
            _TEXT | {"name": "trueText", "default": "True"},
            _TEXT | {"name": "falseText", "default": "False"},
            _TEXT | {"name": "check", "default": "Check"},
        ],
    },
    {
        "name": "behaviour",
        "type": "group",
        "optional": True,
        "fields": [
            {"name": "enableRetry", "type": "boolean", "default": True},
            {"name": "confirmCheckDialog", "type": "boolean", "default": False},
        ],
    },
]
COURSE_SEMANTICS: list[Any] = [
    {
        "name": "film",
        "type": "video",
        "label": "Film",
        "importance": "high",
        "extraAttributes": ["metadata"],
    },
    {
        "name": "interactions",
        "type": "list",
        "entity": "interaction",
        "field": {
            "name": "interaction",
            "type": "group",
            "fields": [
                {"name": "label", "type": "text", "optional": True},
                {
                    "name": "action",
                    "type": "library",
                    "options": ["H5P.RightWrong 1.8", "H5P.Odd.Name 2.11", "H5P.Pic 1.1"],
                },
            ],
        },
    },
]
PIC_SEMANTICS: list[Any] = [
    {"name": "file", "type": "image", "label": "Image", "disableCopyright": False},
    {"name": "alt", "type": "text", "label": "Alternative text"},
]
Needs = tuple[tuple[str, int, int], ...]


def library(
    name: str,
    version: tuple[int, int, int],
    files: dict[str, str | bytes],
    needs: Needs = (),
    **more: Any,
) -> dict[str, str | bytes]:
    """Its files in a package, loaded in the order given; numbers sometimes written as texts."""
    major, minor, patch = version
    folder = f"{name}-{major}.{minor}"
    definition = {
        "title": name,
        "machineName": name,
        "majorVersion": major,
        "minorVersion": str(minor),
        "patchVersion": patch,
        "runnable": 0,
        "coreApi": {"majorVersion": 1, "minorVersion": 19},
        "preloadedJs": [{"path": path} for path in files if path.endswith(".js")],
        "preloadedCss": [{"path": path} for path in files if path.endswith(".css")],
        "preloadedDependencies": _named(needs),
    } | more
    return {f"{folder}/{path}": content for path, content in files.items()} | {
        f"{folder}/library.json": json.dumps(definition)
    }


def _named(needs: Needs) -> list[dict[str, Any]]:
    return [{"machineName": n, "majorVersion": a, "minorVersion": b} for n, a, b in needs]


def dot() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (12, 12), "#27593d").save(file, "PNG")
    return file.getvalue()


def libraries() -> dict[str, str | bytes]:
    ground: Needs = (("Icons", 4, 5), ("H5P.Ui", 1, 3))
    return (
        library(
            "H5P.RightWrong",
            (1, 8, 5),
            {
                "scripts/right.js": told("right.js"),
                "scripts/group.js": told("group.js"),
                "semantics.json": json.dumps(RIGHT_SEMANTICS),
            },
            (("Icons", 4, 5), ("H5P.Ground", 1, 5), ("H5P.Ui", 1, 3)),
            runnable=1,
            embedTypes=["iframe"],
            editorDependencies=_named(
                (("H5PEditor.RadioGroup", 1, 1), ("H5PEditor.ShowWhen", 1, 0))
            ),
        )
        | library("H5P.Ground", (1, 5, 9), {"scripts/ground.js": told("ground.js")}, ground)
        | library(
            "H5P.Ui",
            (1, 3, 15),
            {"js/ui.js": told("ui.js")},
            (("Icons", 4, 5),),
            contentType="Utility",
        )
        | library(
            "Icons",
            (4, 5, 4),
            {"css/icons.css": told("icons.css"), "fonts/icons.woff2": FONT.read_bytes()},
        )
        | library(
            "H5P.Pic",
            (1, 1, 22),
            {"pic.js": told("pic.js"), "semantics.json": json.dumps(PIC_SEMANTICS)},
            runnable=1,
        )
        | library(
            "H5P.Odd.Name",
            (2, 11, 0),
            {
                "odd.js": told("odd.js"),
                "semantics.json": json.dumps([{"name": "text", "type": "text"}]),
            },
            runnable="1",
        )
        | library(
            "H5P.MannerCourse",
            (1, 3, 0),
            {
                "scripts/course.js": told("course.js"),
                "images/dot.png": dot(),
                "semantics.json": json.dumps(COURSE_SEMANTICS),
            },
            runnable=1,
            fullscreen=1,
            metadataSettings={"disable": 0, "disableExtraTitleField": 1},
            dynamicDependencies=_named((("H5P.Odd.Name", 2, 11),)),
        )
    )


def action(library_: str, at: int, params: Any) -> dict[str, Any]:
    metadata = {"title": f"Phần {at}", "license": "U", "contentType": library_}
    part = {"library": library_, "params": params, "subContentId": UUIDS[at], "metadata": metadata}
    return {"action": part, "label": f"Phần {at}"}


def course() -> dict[str, Any]:
    rights = {"license": "CC BY", "author": "Nguyễn Thị Ngọc Ánh", "version": "4.0"}
    file = {
        "path": "images/dot.png",
        "mime": "image/png",
        "width": 12,
        "height": 12,
        "copyright": rights,
    }
    picture = {
        "library": "H5P.Pic 1.1",
        "params": {"file": file, "alt": "Chấm"},
        "subContentId": UUIDS[3],
    }
    right = {
        "question": "<p>Dân là <strong>gốc</strong>?</p>",
        "correct": "true",
        "media": picture,
        "l10n": {"trueText": "Đúng", "falseText": "Sai", "check": "Kiểm tra"},
        "behaviour": {"confirmCheckDialog": True},
    }
    return {
        "film": [{"path": "videos/film.mp4", "mime": "video/mp4", "copyright": {"license": "U"}}],
        "interactions": [
            action("H5P.RightWrong 1.8", 0, right),
            action("H5P.Odd.Name 2.11", 1, {"text": "Gõ từng nhà"}),
        ],
    }


def package(content: Any, main: tuple[str, int, int]) -> io.BytesIO:
    manifest = {
        "title": "Đi từng ngõ",
        "language": "und",
        "mainLibrary": main[0],
        "embedTypes": ["div"],
        "license": "U",
        "defaultLanguage": "vi",
        "preloadedDependencies": _named(
            (
                ("H5P.RightWrong", 1, 8),
                ("H5P.Odd.Name", 2, 11),
                ("H5P.Pic", 1, 1),
                ("Icons", 4, 5),
                ("H5P.Ui", 1, 3),
                ("H5P.Ground", 1, 5),
                ("H5P.MannerCourse", 1, 3),
            )
        ),
    }
    packed = io.BytesIO()
    files: dict[str, str | bytes] = {
        "h5p.json": json.dumps(manifest),
        "content/content.json": json.dumps(content),
        "content/images/dot.png": dot(),
        "content/videos/film.mp4": FILM.read_bytes(),
    }
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content_ in (files | libraries()).items():
            archive.writestr(name, content_)
    packed.seek(0)
    return packed
