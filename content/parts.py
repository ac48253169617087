"""What a document brought from elsewhere is made of, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """`level`: 1 for the highest."""

    level: int
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text:
    """HTML of what the text block allows; `NOTE` marks stand for references to notes."""

    html: str


@dataclass(frozen=True)
class Shown:
    """A picture; `alt` is blank where the document says none."""

    content: bytes
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Grid:
    """A table. Cells are HTML as in `Text`; `headings` are blank where the document has none."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    is_named_by_row: bool = False


Part = Heading | Text | Shown | Grid


@dataclass
class Document:
    """`notes` by their key; `left_out`: what was not kept, in the author's words."""

    title: str
    parts: list[Part] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


# A reference to a note within HTML: \x02, its key, \x03. Nothing a document says holds them.
NOTE = "\x02{}\x03"
