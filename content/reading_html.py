"""Reading HTML into the parts of a document: only what a lesson can hold is kept.

Word and Markdown files come through here too, once they are HTML.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.parts import NOTE, Document, Grid, Heading, Part, Shown, Text
from kit.errors import Refusal
from kit.text import clean

FindPicture = Callable[[str], bytes | None]

DEEPEST = 120
_HEADS = {f"h{level}": level for level in range(1, 7)}
_ACTIVE = ["script", "iframe", "object", "embed", "applet", "form", "svg", "math", "video", "audio"]
_SILENT = ["head", "style", "template", "noscript", "link", "meta", "title"]
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "footer", "body", "html", "figure", "ul",
    "ol", "table", "hr", "blockquote", "pre", "dl", "dt", "dd", "figcaption", "aside", *_HEADS,
}  # fmt: skip
_PLAIN = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub"}
_RULE = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")
_IS_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
_IS_ITALIC = re.compile(r"font-style:\s*italic")
_LEVEL_OF_LIST = re.compile(r"^lst-\S+-(\d+)$")
_CAPTION_OF_PICTURE = re.compile(r"^(?:Hình|Ảnh|Sơ đồ|Biểu đồ)\s+\d", re.I)
_CAPTION_OF_TABLE = re.compile(r"^Bảng\s+(?:số\s+)?\d", re.I)
_SPACES = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TEXT_OF_HTML = re.compile(r"<[^>]*>")
_DATA = re.compile(r"data:image/[a-z+.-]+;base64,(.*)", re.S)


def read_html(html: str, title: str, find_picture: FindPicture) -> Document:
    """`find_picture`: the bytes that lie beside the file under that name, if they came with it."""
    soup = BeautifulSoup(_CONTROL.sub("", html), "html.parser")
    return _Reader(soup, title, find_picture).read()


def words_of(html: str) -> str:
    return clean(BeautifulSoup(html, "html.parser").get_text(" "))


class _Reader:
    def __init__(self, soup: BeautifulSoup, title: str, find_picture: FindPicture) -> None:
        self.soup, self.find_picture = soup, find_picture
        self.document = Document(title)
        self.styles = {
            name: rule
            for style in soup.find_all("style")
            for name, rule in _RULE.findall(style.get_text())
        }
        self.waiting_caption = ""
        self.pictures = self.tables = self.quotations = 0

    def read(self) -> Document:
        self._check_depth()
        if self.soup.title and (said := clean(self.soup.title.get_text())):
            self.document.title = said[:255]
        self._take_off_what_acts()
        self._take_notes()
        self._block(self.soup)
        self._flush_caption()
        self._tell_of_lost_notes()
        if self.quotations:
            self._leave_out(
                ngettext(
                    "%(count)d quotation has become plain text: add its source and make it a"
                    " quotation block.",
                    "%(count)d quotations have become plain text: add their sources and make them"
                    " quotation blocks.",
                    self.quotations,
                )
                % {"count": self.quotations}
            )
        return self.document

    def _tell_of_lost_notes(self) -> None:
        """Captions and names of columns are plain text: a note of theirs is told in full."""
        kept = {key for part in self.document.parts for key in _keys_of(part)}
        for key, html in self.document.notes.items():
            if key not in kept:
                words = _("A note whose place is not kept: “%(words)s”")
                self._leave_out(words % {"words": words_of(html)})

    def _leave_out(self, words: str) -> None:
        if words not in self.document.left_out:
            self.document.left_out.append(words)

    def _check_depth(self) -> None:
        depth, here = 0, [iter(self.soup.find_all(True, recursive=False))]
        while here:
            child = next(here[-1], None)
            if child is None:
                here.pop()
                continue
            here.append(iter(child.find_all(True, recursive=False)))
            depth = max(depth, len(here))
            if depth > DEEPEST:
                words = _("The file nests its parts too deeply to be read. Nothing was kept.")
                raise Refusal(words, status=422)

    def _take_off_what_acts(self) -> None:
        for name in _ACTIVE:
            found = self.soup.find_all(name)
            if found:
                words = _("<%(name)s> (%(count)d): lessons hold no such part from a file.")
                self._leave_out(words % {"name": name, "count": len(found)})
        for tag in self.soup.find_all(_ACTIVE + _SILENT):
            if not tag.decomposed:
                tag.decompose()
        for comment in self.soup.find_all(string=lambda text: isinstance(text, Comment)):
            comment.extract()

    # --- Notes ------------------------------------------------------------------------------

    def _take_notes(self) -> None:
        """A note is what a reference points at and what points back at the reference."""
        by_id = {str(tag["id"]): tag for tag in self.soup.find_all(id=True)}
        homes: dict[str, Tag] = {}
        for link in self.soup.select('a[href^="#"][id]'):
            key = str(link["href"])[1:]
            target = by_id.get(key)
            home = target.parent if target is not None and target.name == "a" else target
            back = f"#{link['id']}"
            if home is not None and any(a.get("href") == back for a in home.find_all("a")):
                homes.setdefault(key, home)
        # A reference and its note point at each other: the note is what stands later.
        order = {id(tag): place for place, tag in enumerate(self.soup.find_all(True))}
        refs = [
            (link, str(link["href"])[1:])
            for link in self.soup.select('a[href^="#"]')
            if str(link["href"])[1:] in homes
        ]
        refs = [(ref, key) for ref, key in refs if order[id(ref)] < order[id(homes[key])]]
        comments = {key for _ref, key in refs if key.startswith("cmnt")}
        for ref, key in refs:
            mark = "" if key in comments else NOTE.format(key)
            outer = ref.parent if ref.parent is not None and ref.parent.name == "sup" else ref
            outer.replace_with(NavigableString(mark))
        for key in dict.fromkeys(key for _ref, key in refs):
            self._take_note(key, homes[key], is_kept=key not in comments)
        if comments:
            words = ngettext(
                "%(count)d comment of the reviewers.",
                "%(count)d comments of the reviewers.",
                len(comments),
            )
            self._leave_out(words % {"count": len(comments)})

    def _take_note(self, key: str, home: Tag, *, is_kept: bool) -> None:
        for link in home.select('a[href^="#"]'):
            link.decompose()
        if is_kept:
            self.document.notes[key] = self._inline_of(home)
        outer = home.parent
        home.extract()
        while (
            outer is not None
            and outer.name in {"ol", "section", "div"}
            and not outer.get_text(strip=True)
        ):
            empty, outer = outer, outer.parent
            rule = empty.find_previous_sibling()
            if rule is not None and rule.name == "hr":
                rule.decompose()
            empty.decompose()

    # --- Blocks -----------------------------------------------------------------------------

    def _block(self, tag: Tag) -> None:
        loose: list[Tag | NavigableString] = []
        for child in list(tag.children):
            if isinstance(child, Tag) and (child.name in _BLOCKS or child.find(_BLOCKS)):
                self._paragraph(loose)
                loose = []
                self._one(child)
            elif isinstance(child, Tag | NavigableString):
                loose.append(child)
        self._paragraph(loose)

    def _one(self, tag: Tag) -> None:
        name = tag.name
        if name in _HEADS:
            self._heading(tag)
        elif name in {"ul", "ol"}:
            self._list(tag)
        elif name == "table":
            self._table(tag)
        elif name == "hr":
            self._add(Text("<hr/>"))
        elif name == "figcaption" or _has_class(tag, "caption"):
            self._caption(self._inline_of(tag))
        elif _has_class(tag, "title"):
            self.document.title = clean(tag.get_text())[:255] or self.document.title
        elif name == "blockquote":
            self.quotations += 1
            self._block(tag)
        else:
            self._block(tag)

    def _add(self, part: Part) -> None:
        self._flush_caption()
        self.document.parts.append(part)

    def _heading(self, tag: Tag) -> None:
        html = self._inline_of(tag)
        words, notes = _without_marks(html)
        if text := words_of(words):
            self._add(Heading(_HEADS[tag.name], text, tuple(notes)))
        self._pictures_of([tag])

    def _paragraph(self, nodes: list[Tag | NavigableString]) -> None:
        html = _trimmed("".join(self._inline(node) for node in nodes))
        tags = [node for node in nodes if isinstance(node, Tag)]
        if html:
            text = words_of(html)
            if _CAPTION_OF_TABLE.match(text) or (
                _CAPTION_OF_PICTURE.match(text) and self._is_after_a_picture()
            ):
                self._caption(html)
            else:
                self._add(Text(f"<p>{html}</p>"))
        self._pictures_of(tags)

    def _list(self, tag: Tag) -> None:
        if html := self._list_html(tag):
            before = self.document.parts[-1] if self.document.parts else None
            level = _level_of(tag)
            if level and isinstance(before, Text) and before.html.endswith(("</ul>", "</ol>")):
                # Google Docs writes a list within a list as the next list, one level deeper.
                self.document.parts[-1] = Text(_nested(before.html, html, level))
            else:
                self._add(Text(html))
        self._pictures_of([tag])

    def _list_html(self, tag: Tag) -> str:
        items = []
        for item in tag.find_all("li", recursive=False):
            nested = item.find_all(["ul", "ol"])
            inner = [one for one in nested if one.find_parent("li") is item]
            below = "".join(self._list_html(one) for one in inner)
            words = "".join(self._inline(c) for c in item.children if c not in inner)
            items.append(f"<li>{_trimmed(words)}{below}</li>")
        return f"<{tag.name}>{''.join(items)}</{tag.name}>" if items else ""

    # --- Captions and pictures --------------------------------------------------------------

    def _is_after_a_picture(self) -> bool:
        parts = self.document.parts
        return bool(parts) and isinstance(parts[-1], Shown) and not parts[-1].caption

    def _caption(self, html: str) -> None:
        """Under a picture or a table, or above a table that comes next."""
        text = words_of(_without_marks(html)[0])
        parts = self.document.parts
        last = parts[-1] if parts else None
        is_of_table = bool(_CAPTION_OF_TABLE.match(text))
        if isinstance(last, Shown) and not last.caption and not is_of_table:
            parts[-1] = Shown(last.content, last.alt, text)
        elif isinstance(last, Grid) and not last.caption and not is_of_table:
            parts[-1] = Grid(last.headings, last.rows, text, last.is_named_by_row)
        else:
            self._flush_caption()
            self.waiting_caption = html

    def _flush_caption(self) -> None:
        if self.waiting_caption:
            self.document.parts.append(Text(f"<p>{self.waiting_caption}</p>"))
            self.waiting_caption = ""

    def _pictures_of(self, tags: Iterable[Tag]) -> None:
        for tag in tags:
            for image in [tag] if tag.name == "img" else tag.find_all("img"):
                self._picture(image)

    def _picture(self, image: Tag) -> None:
        self.pictures += 1
        source = str(image.get("src", ""))
        alt = clean(str(image.get("alt") or ""))
        content = self._bytes_of(source)
        if content:
            self._add(Shown(content, alt))
            return
        told = {"number": self.pictures, "place": unquote(source)[:80]}
        if source.startswith(("http:", "https:", "//")):
            words = _(
                "Picture %(number)d lies on another server (%(place)s) and was not fetched: save it"
                " and add it yourself."
            )
        else:
            words = _("Picture %(number)d did not come with the file: add it yourself.")
        self._leave_out(words % told)

    def _bytes_of(self, source: str) -> bytes | None:
        data = _DATA.match(source)
        if not data:
            return self.find_picture(unquote(source))
        try:
            return base64.b64decode(unquote(data[1]), validate=False)
        except binascii.Error:
            return None

    # --- Tables -----------------------------------------------------------------------------

    def _table(self, tag: Tag) -> None:
        rows = [row for row in tag.find_all("tr") if row.find_parent("table") is tag]
        lines = [row.find_all(["td", "th"], recursive=False) for row in rows]
        if len(lines) == 1 and len(lines[0]) == 1:
            self._leave_out(_("The frame around a passage: its words are plain text."))
            self._block(lines[0][0])
            return
        self.tables += 1
        cells, merged = _squared(lines, self._cell)
        if not any(any(line) for line in cells):
            self._pictures_of([tag])
            return
        self._say_of_table(tag, merged)
        caption = self._caption_of_table(tag)
        is_head = bool(lines) and all(_is_head(self, cell) for cell in lines[0])
        headings = [words_of(_without_marks(cell)[0]) for cell in cells[0]] if is_head else []
        body = cells[1:] if is_head else cells
        named = bool(body) and all(line[0].name == "th" for line in lines[len(lines) - len(body) :])
        self.document.parts.append(
            Grid(
                tuple(headings or [""] * len(cells[0])),
                tuple(tuple(line) for line in body),
                caption,
                named,
            )
        )
        self._pictures_of([tag])

    def _say_of_table(self, tag: Tag, merged: int) -> None:
        if merged:
            words = _(
                "Table %(number)d: %(count)d merged cells were taken apart; look whether it still"
                " reads well."
            )
            self._leave_out(words % {"number": self.tables, "count": merged})
        if tag.find("table"):
            words = _("Table %(number)d: the table within it has become plain text.")
            self._leave_out(words % {"number": self.tables})
        if tag.find("img"):
            words = _("Table %(number)d: its pictures stand below it.")
            self._leave_out(words % {"number": self.tables})

    def _caption_of_table(self, tag: Tag) -> str:
        own = tag.find("caption")
        said = self._inline_of(own) if isinstance(own, Tag) else self.waiting_caption
        if not isinstance(own, Tag):
            self.waiting_caption = ""
        self._flush_caption()
        return words_of(_without_marks(said)[0])

    def _cell(self, cell: Tag) -> str:
        pieces: list[str] = []
        blocks = [c for c in cell.children if isinstance(c, Tag) and c.name in _BLOCKS]
        if not blocks:
            return self._inline_of(cell)
        for child in cell.children:
            if isinstance(child, Tag) and child.name in {"ul", "ol"}:
                pieces += [f"• {self._inline_of(item)}" for item in child.find_all("li")]
            elif isinstance(child, Tag | NavigableString):
                pieces.append(_trimmed(self._inline(child)))
        return "<br/>".join(piece for piece in pieces if piece)

    # --- Within a line ----------------------------------------------------------------------

    def _inline_of(self, tag: Tag) -> str:
        return _trimmed("".join(self._inline(child) for child in tag.children))

    def _inline(self, node: object) -> str:
        if isinstance(node, NavigableString):
            return str(escape(_SPACES.sub(" ", str(node))))
        if not isinstance(node, Tag) or node.name == "img":
            return ""
        if node.name == "br":
            return "<br/>"
        inner = "".join(self._inline(child) for child in node.children)
        if node.name == "a":
            return _linked(str(node.get("href", "")), inner)
        if node.name in {"p", "div", "li", "tr"} and node.next_sibling is not None:
            return f"{inner} "
        for mark in self._marks_of(node):
            inner = _wrapped(mark, inner)
        return inner

    def _marks_of(self, node: Tag) -> Iterator[str]:
        if node.name in _PLAIN:
            yield _PLAIN[node.name]
            return
        if node.name != "span":
            return
        rules = (self.styles.get(name, "") for name in node.get("class") or [])
        said = ";".join([str(node.get("style", "")), *rules])
        if _IS_BOLD.search(said):
            yield "b"
        if _IS_ITALIC.search(said):
            yield "i"
        if "vertical-align:super" in said.replace(" ", ""):
            yield "sup"


def _has_class(tag: Tag, name: str) -> bool:
    return name in (tag.get("class") or [])


def _trimmed(html: str) -> str:
    return re.sub(r"^(?:\s|<br/>)+|(?:\s|<br/>)+$", "", _spaced(html))


def _spaced(html: str) -> str:
    return clean(html.replace("\u00a0", " ").replace("&nbsp;", " "))


def _wrapped(mark: str, inner: str) -> str:
    """Spaces at the ends stay outside."""
    core = inner.strip()
    if not core or core.startswith(f"<{mark}>"):
        return inner
    start, end = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{start}<{mark}>{core}</{mark}>{end}"


def _linked(address: str, inner: str) -> str:
    parts = _split(address)
    if parts and parts.netloc == "www.google.com" and parts.path == "/url":
        address = parse_qs(parts.query).get("q", [""])[0]
        parts = _split(address)
    is_safe = parts and (parts.scheme == "mailto" or (parts.scheme in {"http", "https"}))
    if not is_safe or not inner.strip():
        return inner
    return f'<a href="{escape(address)}">{inner}</a>'


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


_MARK = re.compile("\x02([^\x03]*)\x03")


def _keys_of(part: Part) -> list[str]:
    """Of the notes a part refers to."""
    if isinstance(part, Heading):
        return list(part.notes)
    if isinstance(part, Grid):
        return [key for row in part.rows for cell in row for key in _MARK.findall(cell)]
    return _MARK.findall(part.html) if isinstance(part, Text) else []


def _without_marks(html: str) -> tuple[str, list[str]]:
    """The text without its references, and their keys."""
    return _MARK.sub("", html), _MARK.findall(html)


def _level_of(tag: Tag) -> int:
    for name in tag.get("class") or []:
        if found := _LEVEL_OF_LIST.match(name):
            return int(found[1])
    return 0


def _nested(before: str, html: str, level: int) -> str:
    """Puts a list into the last item of the list before it, at most one level deeper."""
    closing = re.search(r"(?:</(?:li|ul|ol)>)+$", before)
    tail = closing[0] if closing else ""
    ends = [found.start() for found in re.finditer("</li>", tail)]
    place = ends[-level] if len(ends) >= level else ends[0]
    at = len(before) - len(tail) + place
    return before[:at] + html + before[at:]


def _is_head(reader: _Reader, cell: Tag) -> bool:
    """A cell that is marked as a heading, or whose every word is bold."""
    if cell.name == "th":
        return True
    html = reader._cell(cell)
    bare = re.sub(r"<b>.*?</b>", "", html)
    return bool(words_of(html)) and not words_of(bare)


def _squared(
    lines: Sequence[Sequence[Tag]], read: Callable[[Tag], str]
) -> tuple[list[list[str]], int]:
    """Cells in rows of one length: what spans rows is said in each, what spans columns once."""
    wide = max((sum(_span(c, "colspan") for c in line) for line in lines), default=0)
    grid: list[list[str | None]] = [[None] * wide for _line in lines]
    merged = 0
    for y, line in enumerate(lines):
        x = 0
        for cell in line:
            while x < wide and grid[y][x] is not None:
                x += 1
            if x >= wide:
                grid = [[*row, None] for row in grid]
                wide += 1
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            merged += across > 1 or down > 1
            words = read(cell)
            for dy in range(y, min(y + down, len(lines))):
                for dx in range(x, min(x + across, wide)):
                    grid[dy][dx] = words if dx == x else ""
            x += across
    return [[cell or "" for cell in row] for row in grid], merged


def _span(cell: Tag, name: str) -> int:
    said = str(cell.get(name, "1"))
    return min(max(int(said), 1), 60) if said.isdecimal() and len(said) < 4 else 1
