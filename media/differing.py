"""How a proposed library differs from the one in use, for whoever approves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from h5p.proposing import reaches_of
from media.models import LibraryVersion
from media.storing import library_folder, read

_TEXTS = (".js", ".css", ".json", ".svg", ".md", ".txt")
# A packed script is one line of a million signs: of what cannot be read only the digest is shown.
LARGEST, LINES, WIDTH = 256 * 1024, 400, 240

_REACHES: dict[str, str | Promise] = {
    "the page around it": _("Its code mentions the page around it"),
    "cookies": _("Its code mentions cookies"),
    "the network": _("Its code mentions the network"),
    "code made at run time": _("Its code makes code at run time"),
}


@dataclass(frozen=True)
class FileDifference:
    """A file that was added, removed or changed; `lines` say how, where it is text."""

    path: str
    how: str
    size: int
    digest: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class Difference:
    """Against `held`, the version in use of the same major.minor, else of the newest before."""

    held: LibraryVersion | None
    files: list[FileDifference]
    same: int
    reaches: list[str | Promise]


def difference(version: LibraryVersion) -> Difference:
    held = _compared_with(version)
    before = held.files if held else {}
    paths = sorted(before.keys() | version.files.keys())
    changed = [path for path in paths if before.get(path) != version.files.get(path)]
    files = [_of_file(path, held, version) for path in changed]
    return Difference(held, files, len(paths) - len(changed), _reaches(version))


def _reaches(version: LibraryVersion) -> list[str | Promise]:
    """What its scripts mention; said as a hint, the player's frame is what holds them."""
    found: set[str] = set()
    for path in version.files:
        if path.endswith(".js"):
            found |= reaches_of(read(f"{library_folder(version)}/{path}"))
    return [_REACHES.get(what, what) for what in sorted(found)]


def _compared_with(version: LibraryVersion) -> LibraryVersion | None:
    approved = LibraryVersion.objects.approved().filter(machine_name=version.machine_name)
    others = [other for other in approved if other.pk != version.pk]
    earlier = [o for o in others if _place(o) <= _place(version)]
    return max(earlier, key=_place, default=None)


def _place(version: LibraryVersion) -> tuple[int, int, int]:
    return version.major, version.minor, version.patch


def _of_file(path: str, held: LibraryVersion | None, version: LibraryVersion) -> FileDifference:
    old, new = held.files.get(path) if held else None, version.files.get(path)
    how = "changed" if old and new else "added" if new else "removed"
    told = new or old
    assert told  # noqa: S101 (it is in one of the two)
    lines = list(_lines(path, held, version)) if how == "changed" else []
    return FileDifference(path, how, told["size"], told["digest"], lines)


def _lines(
    path: str, held: LibraryVersion | None, version: LibraryVersion
) -> Iterator[tuple[str, str]]:
    assert held  # noqa: S101 (only of files that are in both)
    if not path.endswith(_TEXTS):
        return
    if max(held.files[path]["size"], version.files[path]["size"]) > LARGEST:
        return
    old, new = (_text(v, path) for v in (held, version))
    for line in islice(unified_diff(old, new, lineterm="", n=2), 2, LINES):
        yield {"+": "added", "-": "removed"}.get(line[:1], "same"), line[:WIDTH]


def _text(version: LibraryVersion, path: str) -> list[str]:
    content = read(f"{library_folder(version)}/{path}")
    return content.decode(errors="replace").splitlines()
