"""Our own H5P libraries and the demo's pieces, as other H5P software would see them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from media import packing
from media.packing import folder_of, needed

LIBRARIES = packing.FOLDER
PIECES = Path(settings.BASE_DIR) / "lms/demo/interactive"
TYPES = ["H5P.KheoSituation", "H5P.KheoDialogue", "H5P.KheoSorting", "H5P.KheoTimeline"]


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def pieces() -> list[Path]:
    return sorted(PIECES.glob("*.json"))


def preloaded(machine_name: str, kind: str) -> Iterator[Path]:
    """The styles or scripts of a library and of those it needs: kind is Css or Js."""
    for name in needed(machine_name):
        for file in load(folder_of(name) / "library.json").get(f"preloaded{kind}", []):
            yield folder_of(name) / file["path"]


def pack(piece: dict[str, Any], path: Path) -> Path:
    content = packing.pack(
        piece["title"], piece["library"], piece["params"], language=piece["language"]
    )
    path.write_bytes(content)
    return path
