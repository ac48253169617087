"""Every route of the project with its row of the roles table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from lms.access import Row, row_of


@dataclass(frozen=True)
class Route:
    path: str
    name: str
    row: Row | None


def _walk(
    patterns: list[URLPattern | URLResolver], path: str, spaces: tuple[str, ...]
) -> Iterator[Route]:
    for pattern in patterns:
        here = path + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, here, inner)
        else:
            name = ":".join((*spaces, pattern.name or ""))
            yield Route(here, name, row_of(name, here))


def all_routes() -> list[Route]:
    """In the order in which they are tried."""
    return list(_walk(get_resolver().url_patterns, "", ()))
