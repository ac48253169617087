"""Our own H5P content types, packed so that any H5P software takes them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "h5p"


def folder_of(machine_name: str) -> Path:
    return FOLDER / f"{machine_name}-1.0"


def needed(machine_name: str) -> list[str]:
    """A library after everything it needs, in the order they are loaded."""
    library = json.loads((folder_of(machine_name) / "library.json").read_text(encoding="utf-8"))
    found: list[str] = []
    for other in library.get("preloadedDependencies", []):
        found += [name for name in needed(other["machineName"]) if name not in found]
    return [*found, machine_name]


def pack(title: str, library: str, params: dict[str, Any], *, language: str = "vi") -> bytes:
    """A content of one of our types ("H5P.KheoSorting 1.0") with all the libraries it needs."""
    machine_name = library.partition(" ")[0]
    libraries = needed(machine_name)
    manifest = {
        "title": title,
        "language": language,
        "mainLibrary": machine_name,
        "embedTypes": ["iframe"],
        "license": "U",
        "preloadedDependencies": [
            {"machineName": name, "majorVersion": 1, "minorVersion": 0} for name in libraries
        ],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("h5p.json", json.dumps(manifest))
        archive.writestr("content/content.json", json.dumps(params))
        for name in libraries:
            for file in sorted(folder_of(name).rglob("*")):
                if file.is_file():
                    archive.write(file, file.relative_to(FOLDER).as_posix())
    return packed.getvalue()
