"""Dividing a document into lessons, at the headings of one level."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile

from django.utils.translation import gettext as _

from content.parts import Document, Grid, Heading, Part, Shown, Text
from content.reading_html import words_of

WORDS_A_MINUTE = 200
LONGEST_TITLE = 255
_MARK = re.compile("\x02([^\x03]*)\x03")
_IS_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[.,\s]?\d{1,3})*\s?%?")


@dataclass
class Drafted:
    """A lesson to be: text joined as far as it goes; `notes` in the order they are referred to."""

    title: str
    parts: list[Text | Shown | Grid] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return max(1, round(self.words / WORDS_A_MINUTE))

    @property
    def words(self) -> int:
        return len(" ".join(_words(part) for part in self.parts).split())

    @property
    def pictures(self) -> list[Shown]:
        return [part for part in self.parts if isinstance(part, Shown)]

    @property
    def tables(self) -> list[Grid]:
        return [part for part in self.parts if isinstance(part, Grid)]

    @property
    def untold(self) -> int:
        """Pictures whose document says nothing for those who cannot see them."""
        return sum(not picture.alt for picture in self.pictures)


def levels_of(document: Document) -> list[int]:
    """The levels of headings a document has, highest first."""
    return sorted({part.level for part in document.parts if isinstance(part, Heading)})


def usual_level(document: Document) -> int:
    """Where one divides unless told otherwise: below a single heading that names the whole."""
    levels = levels_of(document)
    if len(levels) > 1:
        first = document.parts[0]
        highest = [p for p in document.parts if isinstance(p, Heading) and p.level == levels[0]]
        if len(highest) == 1 and highest[0] is first:
            return levels[1]
    return levels[0] if levels else 0


def divide(document: Document, level: int) -> list[Drafted]:
    """A lesson for each heading of `level` or above; 0: one lesson of it all.

    What stands before the first such heading is a lesson of its own. A single heading above that
    names the whole is its title.
    """
    title, parts = document.title, list(document.parts)
    if parts and isinstance(parts[0], Heading) and (not level or parts[0].level < level):
        title = parts[0].text
        del parts[0]
    before = list(takewhile(lambda part: not _begins(part, level), parts))
    lessons = [_drafted(title, before, document, level)] if before else []
    groups: list[tuple[Heading, list[Part]]] = []
    for part in parts[len(before) :]:
        if isinstance(part, Heading) and _begins(part, level):
            groups.append((part, []))
        else:
            groups[-1][1].append(part)
    return lessons + [
        _drafted(head.text, inner, document, head.level, head.notes) for head, inner in groups
    ]


def _begins(part: Part, level: int) -> bool:
    return isinstance(part, Heading) and part.level <= level


def _drafted(
    title: str, parts: list[Part], document: Document, level: int, marks: tuple[str, ...] = ()
) -> Drafted:
    lesson = Drafted(title)
    if len(title) > LONGEST_TITLE:
        lesson.title = title[: LONGEST_TITLE - 1].rstrip() + "…"
        lesson.parts.append(Text(f"<p>{title}</p>"))
    numbering: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        place = numbering.setdefault(found[1], len(numbering) + 1)
        return f'<sup><a href="#ghi-chu-{place}">[{place}]</a></sup>'

    for mark in marks:
        numbering.setdefault(mark, len(numbering) + 1)
    for part in parts:
        for one in _numbered(part, number, level):
            last = lesson.parts[-1] if lesson.parts else None
            if isinstance(one, Text) and isinstance(last, Text):
                lesson.parts[-1] = Text(last.html + one.html)
            else:
                lesson.parts.append(one)
    # A note may refer to another note, but no lesson needs more than that.
    lesson.notes = [_MARK.sub("", document.notes.get(key, "")) or "—" for key in numbering]
    if not lesson.title:
        lesson.title = _("Lesson without a title")
    return lesson


def _numbered(
    part: Part, number: Callable[[re.Match[str]], str], level: int
) -> list[Text | Shown | Grid]:
    def sub(html: str) -> str:
        return _MARK.sub(number, html)

    if isinstance(part, Heading):
        name = "h2" if part.level <= level + 1 else "h3"
        marks = "".join(sub(f"\x02{key}\x03") for key in part.notes)
        return [Text(f"<{name}>{_escaped(part.text)}{marks}</{name}>")]
    if isinstance(part, Grid):
        rows = tuple(tuple(sub(cell) for cell in row) for row in part.rows)
        return [Grid(part.headings, rows, part.caption, part.is_named_by_row)]
    return [Text(sub(part.html))] if isinstance(part, Text) else [part]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _words(part: Text | Shown | Grid) -> str:
    if isinstance(part, Text):
        return words_of(part.html)
    if isinstance(part, Grid):
        return " ".join([*part.headings, *(words_of(cell) for row in part.rows for cell in row)])
    return part.caption


def block_of(part: Text | Grid) -> tuple[str, object]:
    """What the lesson's body says of it, as its field reads it from the database."""
    if isinstance(part, Text):
        return "text", part.html
    kinds = [_kind([row[x] for row in part.rows]) for x in range(len(part.headings))]
    return "table", {
        "table": {
            "caption": part.caption,
            "columns": [
                {"type": kind, "heading": heading}
                for kind, heading in zip(kinds, part.headings, strict=True)
            ],
            "rows": [
                {"values": [_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)]}
                for row in part.rows
            ],
        },
        "is_named_by_row": part.is_named_by_row,
    }


def _kind(cells: list[str]) -> str:
    """The plainest kind of column that holds all of its cells."""
    filled = [cell for cell in cells if cell]
    if filled and all(_IS_NUMBER.fullmatch(cell) for cell in filled):
        return "number"
    is_rich = any("<" in cell.replace("<br/>", "") for cell in filled)
    return "rich" if is_rich else "text"


def _cell(cell: str, kind: str) -> str:
    if kind == "rich":
        return f"<p>{cell}</p>" if cell else ""
    return "\n".join(words_of(line) for line in cell.split("<br/>"))
