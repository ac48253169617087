"""In which order the libraries of a content are loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from h5p.libraries import Library, Release
from h5p.problems import InvalidPackage, Problem


@dataclass(frozen=True)
class Resolved:
    """Releases, each once and behind those that it needs; and those that nobody has."""

    releases: tuple[Release, ...]
    missing: tuple[Library, ...] = ()

    @property
    def js(self) -> tuple[tuple[Release, str], ...]:
        """The scripts to load, in order: a release, and the path in its folder."""
        return tuple((release, path) for release in self.releases for path in release.js)

    @property
    def css(self) -> tuple[tuple[Release, str], ...]:
        """The style sheets to load, in order."""
        return tuple((release, path) for release in self.releases for path in release.css)


def resolve(
    wanted: Iterable[Library],
    release_of: Callable[[Library], Release | None],
    *,
    for_editing: bool = False,
) -> Resolved:
    """What is wanted and all it needs: depth first, dependencies before those that need them.

    `for_editing` follows dynamic and editor dependencies too, where they are to be had: they
    come behind the rest, and neither their absence nor a circle among them matters.
    Raises InvalidPackage when preloaded dependencies run in a circle.
    """
    walk = _Walk(release_of)
    for library in wanted:
        walk.enter(library)
    missing = tuple(walk.missing)
    if for_editing:
        walk.follow_the_rest()
    return Resolved(tuple(filter(None, walk.done.values())), missing)


class _Walk:
    """A walk with a stack of its own: a chain of 2,000 libraries exhausts no other."""

    def __init__(self, release_of: Callable[[Library], Release | None]) -> None:
        self.release_of = release_of
        self.done: dict[Library, Release | None] = {}
        self.missing: dict[Library, None] = {}

    def enter(self, library: Library) -> None:
        path: dict[Library, None] = {}
        stack: list[tuple[Library, bool]] = [(library, False)]
        while stack:
            at, leaving = stack.pop()
            if leaving:
                self.done[at] = self.release_of(at)
                del path[at]
            elif at in path:
                circle = " → ".join(map(str, [*path, at][-5:]))
                raise InvalidPackage([Problem("cycle", "", f"libraries need each other: {circle}")])
            elif at not in self.done:
                path[at] = None
                stack.append((at, True))
                stack.extend((needed, False) for needed in reversed(self._needs(at)))

    def _needs(self, library: Library) -> tuple[Library, ...]:
        release = self.release_of(library)
        if release is None:
            self.missing[library] = None
            return ()
        return release.dependencies

    def follow_the_rest(self) -> None:
        waiting = list(self.done)
        for library in waiting:  # grows while it is walked
            release = self.done.get(library) or self.release_of(library)
            if release is None:
                continue
            self.done.setdefault(library, release)
            linked = release.dependencies, release.dynamic_dependencies, release.editor_dependencies
            for needed in (needed for links in linked for needed in links):
                if needed not in self.done:
                    self.done[needed] = self.release_of(needed)
                    waiting.append(needed)
