"""Who made a content, and what others may do with it: fields that every content has."""

from __future__ import annotations

from collections.abc import Iterable

from h5p.semantics import Boolean, Field, Group, ListOf, Number, Option, Select, Text

LICENSES = (
    *("U", "CC BY", "CC BY-SA", "CC BY-ND", "CC BY-NC", "CC BY-NC-SA", "CC BY-NC-ND"),
    *("CC0 1.0", "CC PDM", "PD", "GNU GPL", "ODC PDDL", "C"),
)
ROLES = ("Author", "Editor", "Licensee", "Originator")


def _options(values: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(value, value) for value in values)


# An address shown as a link must lead to a page, not run a script; words may name a book.
_SOURCE = Text(name="source", optional=True, pattern=r"^\s*(https?://|[^:]*$)", pattern_flags="i")
_LICENSE = Select(name="license", options=_options(LICENSES), optional=True)

METADATA: tuple[Field, ...] = (
    Text(name="title", max_length=255),
    Text(name="a11yTitle", max_length=255, optional=True),
    _LICENSE,
    Text(name="licenseVersion", max_length=20, optional=True),
    Number(name="yearFrom", min=-9999, max=9999, decimals=0, optional=True),
    Number(name="yearTo", min=-9999, max=9999, decimals=0, optional=True),
    _SOURCE,
    ListOf(
        name="authors",
        item=Group(
            fields=(
                Text(name="name"),
                Select(name="role", options=_options(ROLES), optional=True),
            )
        ),
        optional=True,
    ),
    Text(name="licenseExtras", optional=True),
    ListOf(
        name="changes",
        item=Group(fields=(Text(name="date"), Text(name="author"), Text(name="log"))),
        optional=True,
    ),
    Text(name="authorComments", optional=True),
    Text(name="contentType", optional=True),
    Text(name="defaultLanguage", max_length=32, optional=True),
)

# What older contents say of a single file.
COPYRIGHT = Group(
    name="copyright",
    fields=(
        Text(name="title"),
        Text(name="author"),
        Text(name="year"),
        _SOURCE,
        _LICENSE,
        Text(name="version"),
    ),
    optional=True,
)

_QUALITY = Group(
    name="metadata",
    fields=(Text(name="qualityName"), Text(name="qualityLevel")),
    optional=True,
)

# What is kept of a file besides its path.
FILE_FIELDS: tuple[Field, ...] = (
    Text(name="mime", max_length=100, pattern=r"^[\w.+-]+/[\w.+-]+$", optional=True),
    Number(name="width", min=0, max=100_000),
    Number(name="height", min=0, max=100_000),
    Number(name="bitrate", min=0),
    Text(name="codecs", max_length=100),
    Text(name="quality", max_length=100),
    Text(name="aspectRatio", max_length=20),
    Boolean(name="fromClipboard"),
    _QUALITY,
    COPYRIGHT,
)
