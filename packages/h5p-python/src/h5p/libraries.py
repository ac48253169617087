"""Libraries: what a package's content is played with. `library.json`, read and judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from h5p.names import extension, problem_of_name
from h5p.problems import InvalidPackage, Problem

FILE = "library.json"
CORE_API = (1, 28)  # the newest interface between core and libraries that is known here
_MACHINE_NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
_NUMBER = re.compile(r"\d{1,5}", re.ASCII)
_NAMED = re.compile(r"(\w[\w.-]{0,99}) (\d{1,5})\.(\d{1,5})", re.ASCII)


@dataclass(frozen=True, order=True)
class Library:
    """What contents and libraries ask for: a machine name and the exact major.minor."""

    machine_name: str
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.machine_name} {self.major}.{self.minor}"

    @property
    def folder(self) -> str:
        return f"{self.machine_name}-{self.major}.{self.minor}"


@dataclass(frozen=True)
class Release:
    """A library at one patch, as its library.json describes it. Paths lie in its folder."""

    library: Library
    patch: int
    title: str
    runnable: bool
    author: str
    license: str
    js: tuple[str, ...]
    css: tuple[str, ...]
    dependencies: tuple[Library, ...]  # loaded before it
    dynamic_dependencies: tuple[Library, ...]
    editor_dependencies: tuple[Library, ...]

    def __str__(self) -> str:
        return f"{self.library}.{self.patch}"

    @property
    def version(self) -> str:
        return f"{self.library.major}.{self.library.minor}.{self.patch}"


def library_named(text: object) -> Library | None:
    """The library of `H5P.Image 1.1`, as contents and semantics write it."""
    found = _NAMED.fullmatch(text) if isinstance(text, str) else None
    return Library(found[1], int(found[2]), int(found[3])) if found else None


def read_release(fields: Any, place: str = FILE) -> Release:
    """From the value of a library.json. Raises InvalidPackage with everything that is wrong."""
    if not isinstance(fields, dict):
        raise InvalidPackage([Problem("json", place, "is not a JSON object")])
    if problems := list(_problems(fields, place)):
        raise InvalidPackage(problems)
    return Release(
        library=read_library(fields),
        patch=int(fields["patchVersion"]),
        title=fields["title"],
        runnable=bool(int(fields["runnable"])),
        author=_text(fields.get("author")),
        license=_text(fields.get("license")),
        js=_paths(fields.get("preloadedJs")),
        css=_paths(fields.get("preloadedCss")),
        dependencies=_libraries(fields.get("preloadedDependencies")),
        dynamic_dependencies=_libraries(fields.get("dynamicDependencies")),
        editor_dependencies=_libraries(fields.get("editorDependencies")),
    )


def is_machine_name(value: Any) -> bool:
    return isinstance(value, str) and bool(_MACHINE_NAME.fullmatch(value))


def is_library(value: Any) -> bool:
    """Whether a JSON value names a library and its major.minor."""
    return (
        isinstance(value, dict)
        and is_machine_name(value.get("machineName"))
        and is_number(value.get("majorVersion"))
        and is_number(value.get("minorVersion"))
    )


def read_library(item: dict[str, Any]) -> Library:
    """Of a value that `is_library`."""
    return Library(item["machineName"], int(item["majorVersion"]), int(item["minorVersion"]))


def is_number(value: Any) -> bool:
    """Versions occur as integers and as numeric strings; `true` is neither."""
    return not isinstance(value, bool | float) and bool(_NUMBER.fullmatch(str(value)))


def _problems(fields: dict[str, Any], place: str) -> Iterator[Problem]:
    title = fields.get("title")
    if not (isinstance(title, str) and 0 < len(title.strip()) <= 255):
        yield Problem("library", place, "needs a title of 1 to 255 characters")
    if not is_library(fields) or not is_number(fields.get("patchVersion")):
        message = "needs machineName, majorVersion, minorVersion and patchVersion"
        yield Problem("library", place, message)
    if str(fields.get("runnable")) not in {"0", "1", "True", "False"}:
        yield Problem("library", place, "must say 0 or 1 for runnable")
    for name in ("preloadedDependencies", "dynamicDependencies", "editorDependencies"):
        listed = fields.get(name, [])
        if not (isinstance(listed, list) and all(map(is_library, listed))):
            yield Problem("dependency", place, f"{name} must list libraries")
    for name, kind in (("preloadedJs", "js"), ("preloadedCss", "css")):
        listed = fields.get(name, [])
        if not (isinstance(listed, list) and all(_is_path(item, kind) for item in listed)):
            yield Problem("library-file", place, f"{name} must list {kind} files of its folder")
    yield from _problems_of_core(fields.get("coreApi"), place)


def _problems_of_core(core: Any, place: str) -> Iterator[Problem]:
    if core is None:
        return
    numbers = [core.get(n) for n in ("majorVersion", "minorVersion")] if _is_dict(core) else []
    if not numbers or not all(map(is_number, numbers)):
        yield Problem("core-api", place, "coreApi needs majorVersion and minorVersion")
    elif tuple(map(int, numbers)) > CORE_API:
        yield Problem("core-api", place, "needs a newer core than {}.{}".format(*CORE_API))


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


def _is_path(item: Any, kind: str) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("path"), str):
        return False
    path = item["path"].removeprefix("./")
    return extension(path) == kind and problem_of_name(path) is None


def _paths(listed: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item["path"].removeprefix("./") for item in listed or ()))


def _libraries(listed: Any) -> tuple[Library, ...]:
    return tuple(dict.fromkeys(map(read_library, listed or ())))


def _text(value: Any) -> str:
    return value[:255] if isinstance(value, str) else ""
