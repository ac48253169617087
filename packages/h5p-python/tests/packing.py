"""Makes packages to read: a sound one, changed as a test asks."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import h5p

Files = dict[Any, Any]  # by name (or ZipInfo), text or bytes

MANIFEST: dict[str, Any] = {
    "title": "Đi từng ngõ, gõ từng nhà",
    "language": "vi",
    "mainLibrary": "H5P.MultiChoice",
    "embedTypes": ["iframe"],
    "preloadedDependencies": [
        {"machineName": "H5P.MultiChoice", "majorVersion": 1, "minorVersion": "16"},
        {"machineName": "H5P.Question", "majorVersion": "1", "minorVersion": 5},
    ],
}
SEMANTICS: list[Any] = [
    {"name": "media", "type": "library", "optional": True, "options": ["H5P.Image 1.1"]},
    {"name": "picture", "type": "image", "optional": True},
    {"name": "question", "type": "text", "widget": "html", "tags": ["strong", "em", "table"]},
    {
        "name": "answers",
        "type": "list",
        "min": 1,
        "max": 4,
        "field": {
            "name": "answer",
            "type": "group",
            "fields": [
                {"name": "text", "type": "text", "tags": ["strong", "a"]},
                {"name": "correct", "type": "boolean"},
            ],
        },
    },
    {"name": "label", "type": "text", "maxLength": 10, "common": True, "default": "Kiểm tra"},
    {"name": "passed", "type": "number", "min": 0, "max": 100, "optional": True},
    {"name": "colour", "type": "text", "optional": True, "regexp": {"pattern": "^#[0-9a-f]{6}$"}},
    {
        "name": "kind",
        "type": "select",
        "options": [{"value": "auto", "label": "A"}, {"value": 2, "label": "B"}],
    },
    {"name": "alone", "type": "group", "fields": [{"name": "only", "type": "number"}]},
]
CONTENT: dict[str, Any] = {
    "question": "<p>Dân vận <strong>khéo</strong>?</p>",
    "answers": [{"text": "Có", "correct": True}, {"text": "Không", "correct": False}],
    "picture": {"path": "images/photo.png", "mime": "image/png", "width": 1, "height": 1},
    "label": "Kiểm tra",
    "kind": "auto",
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def without(*fields: str) -> dict[str, Any]:
    return {name: value for name, value in MANIFEST.items() if name not in fields}


def named(library: str) -> h5p.Library:
    found = h5p.library_named(library)
    assert found
    return found


def link(library: str) -> dict[str, Any]:
    wanted = named(library)
    return {
        "machineName": wanted.machine_name,
        "majorVersion": wanted.major,
        "minorVersion": wanted.minor,
    }


def described(version: str, *needs: str, **fields: Any) -> dict[str, Any]:
    """A library.json of `H5P.Name 1.2.3`; without scripts unless they are asked for."""
    name, numbers = version.split(" ")
    major, minor, patch = numbers.split(".")
    return {
        "title": name.removeprefix("H5P."),
        "machineName": name,
        "majorVersion": major,
        "minorVersion": int(minor),
        "patchVersion": int(patch),
        "runnable": 0,
        "license": "MIT",
        "preloadedDependencies": [link(library) for library in needs],
    } | fields


def library(version: str, *needs: str, script: str = "", **fields: Any) -> Files:
    """The files of a library, with one script and one style sheet."""
    content = described(
        version,
        *needs,
        **{"preloadedJs": [{"path": "js/it.js"}], "preloadedCss": [{"path": "it.css"}]} | fields,
    )
    folder = version.rpartition(".")[0].replace(" ", "-")
    return {
        f"{folder}/library.json": json.dumps(content),
        f"{folder}/js/it.js": script or f"var of = '{version}';",
        f"{folder}/it.css": ".it { color: red }",
    }


def sound(version: str = "1.16.4", script: str = "", semantics: object = SEMANTICS) -> Files:
    """All files of a sound package but h5p.json."""
    return {
        "content/content.json": json.dumps(CONTENT),
        "content/images/photo.png": PNG,
        **library(f"H5P.MultiChoice {version}", "H5P.Question 1.5", script=script, runnable=1),
        "H5P.MultiChoice-1.16/semantics.json": json.dumps(semantics),
        **library("H5P.Question 1.5.9", "H5P.Ground 2.0"),
        **library("H5P.Ground 2.0.1"),
    }


class Packer:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pack(
        self,
        manifest: object = MANIFEST,
        *,
        extra: Files | None = None,
        leave_out: str = "",
        files: Files | None = None,
        name: str = "package.h5p",
    ) -> Path:
        """Writes a package; `manifest` may be fields, or the very bytes of h5p.json."""
        content = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
        packed: Files = {"h5p.json": content, **(sound() if files is None else files)}
        packed |= extra or {}
        path = self.folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, text in packed.items():
                if entry != leave_out:
                    archive.writestr(entry, text)
        return path
