"""Writes packages: the same bytes for the same content, libraries and files."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from h5p import manifest
from h5p.filtering import filter_metadata
from h5p.manifest import Manifest
from h5p.names import extension
from h5p.package import CONTENT
from h5p.problems import InvalidPackage, Problem
from h5p.store import Content, Store

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can write
_TEXTS = {"css", "js", "json", "md", "svg", "txt", "vtt"}  # the rest is compressed already
_PIECE = 1024 * 1024
# A file of a package: its bytes, where it lies, or what opens it.
Source = bytes | Path | Callable[[], BinaryIO]


def export(content: Content, store: Store, target: str | os.PathLike[str] | BinaryIO) -> None:
    """Writes a content with all libraries it needs, as filtered, to a path or an open file.

    Libraries that only an editor needs go with it as far as they are installed. Raises
    InvalidPackage when a library that plays it is not installed.
    """
    resolved = store.resolve(content.libraries, for_editing=True)
    if resolved.missing:
        problems = [
            Problem("missing-library", str(m), "is not installed") for m in resolved.missing
        ]
        raise InvalidPackage(problems)
    files: dict[str, Source] = {
        f"content/{file.name}": store.blob(file.sha256) for file in content.files
    }
    for release in resolved.releases:
        for file in store.libraries[release.library].files:
            files[f"{release.library.folder}/{file.name}"] = store.blob(file.sha256)
    described = replace(content.manifest, dependencies=tuple(content.libraries))
    write_package(described, content.filtered.value, files, target)


def write_package(
    described: Manifest,
    content: Any,
    files: Mapping[str, Source],
    target: str | os.PathLike[str] | BinaryIO,
) -> None:
    """Writes what is kept elsewhere: `files` by their place in the package, `content/images/x.png`
    or `H5P.Image-1.1/image.js`, the content filtered already."""
    said = {manifest.FILE: _json(_manifest(described)), CONTENT: _json(content)}
    _write({**files, **said}, target)


def _write(files: Mapping[str, Source], target: str | os.PathLike[str] | BinaryIO) -> None:
    """h5p.json first, as readers of a stream like it; the rest by name."""
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files, key=lambda name: (name != manifest.FILE, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o644 << 16
            packs = extension(name) in _TEXTS
            entry.compress_type = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
            content = files[name]
            if isinstance(content, bytes):
                archive.writestr(entry, content)
                continue
            opened = content.open("rb") if isinstance(content, Path) else content()
            with opened as source, archive.open(entry, "w") as written:
                while piece := source.read(_PIECE):
                    written.write(piece)


def _manifest(described: Manifest) -> dict[str, Any]:
    return {
        "title": described.title,
        "language": described.language,
        "mainLibrary": described.main_library.machine_name,
        "embedTypes": list(described.embed_types),
        **filter_metadata(described.metadata).value,
        "preloadedDependencies": [
            {
                "machineName": library.machine_name,
                "majorVersion": library.major,
                "minorVersion": library.minor,
            }
            for library in described.dependencies
        ],
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
