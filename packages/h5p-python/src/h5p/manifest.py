"""`h5p.json`: what the package is, and which libraries play it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from h5p.libraries import Library, is_library, is_machine_name, read_library
from h5p.problems import InvalidPackage, Problem

__all__ = ["FILE", "METADATA", "Library", "Manifest", "read_manifest"]

FILE = "h5p.json"
METADATA = (
    *("a11yTitle", "license", "licenseVersion", "licenseExtras", "yearFrom", "yearTo", "source"),
    *("authors", "authorComments", "changes", "contentType", "defaultLanguage"),
)
_EMBED_TYPES = {"iframe", "div"}
_LANGUAGE = re.compile(r"[-A-Za-z]{1,10}")


@dataclass(frozen=True)
class Manifest:
    """What h5p.json says. The title is plain text as its author wrote it: escape it in pages."""

    title: str
    language: str
    main_library: Library
    embed_types: tuple[str, ...]
    dependencies: tuple[Library, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict, hash=False)  # unfiltered


def read_manifest(fields: Any) -> Manifest:
    """From the value of an h5p.json. Raises InvalidPackage with everything that is wrong."""
    if not isinstance(fields, dict):
        raise InvalidPackage([Problem("json", FILE, "is not a JSON object")])
    if problems := list(_problems(fields)):
        raise InvalidPackage(problems)
    dependencies = tuple(dict.fromkeys(map(read_library, fields["preloadedDependencies"])))
    return Manifest(
        title=fields["title"],
        language=fields["language"],
        main_library=next(d for d in dependencies if d.machine_name == fields["mainLibrary"]),
        embed_types=tuple(dict.fromkeys(fields["embedTypes"])),
        dependencies=dependencies,
        metadata={name: fields[name] for name in METADATA if name in fields},
    )


def _problems(fields: dict[str, Any]) -> Iterator[Problem]:
    if not _is_title(fields.get("title")):
        yield Problem("title", "title", "must be a text of 1 to 255 characters")
    if not _is_language(fields.get("language")):
        yield Problem("language", "language", "must be a language code, or und")
    if not _is_list_of(_EMBED_TYPES, fields.get("embedTypes")):
        yield Problem("embed-types", "embedTypes", "must list iframe, div or both")
    yield from _problems_of_libraries(fields)


def _problems_of_libraries(fields: dict[str, Any]) -> Iterator[Problem]:
    main, listed = fields.get("mainLibrary"), fields.get("preloadedDependencies")
    if not is_machine_name(main):
        yield Problem("main-library", "mainLibrary", "must be the machine name of a library")
    if not isinstance(listed, list) or not listed:
        yield Problem("dependencies", "preloadedDependencies", "must list the libraries needed")
        return
    wrong = [at for at, item in enumerate(listed) if not is_library(item)]
    for at in wrong:
        place = f"preloadedDependencies[{at}]"
        yield Problem("dependency", place, "needs machineName, majorVersion and minorVersion")
    names = [item["machineName"] for item in listed if is_library(item)]
    if not wrong and is_machine_name(main) and main not in names:
        yield Problem("main-library", "mainLibrary", "is not among preloadedDependencies")


def _is_title(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= 255


def _is_language(value: Any) -> bool:
    return isinstance(value, str) and bool(_LANGUAGE.fullmatch(value))


def _is_list_of(allowed: set[str], value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, str) and item in allowed for item in value)
    )
