"""Texts of authors: what of their HTML is kept, and how plain ones are written."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from itertools import islice

import nh3

CALL = 2000  # what cleaning the shortest text takes, in the units of `work`
ALWAYS = frozenset({"div", "span", "p", "br"})
# What semantics may ask for. Whatever else they name (script, iframe, form …) is not given.
SAFE = ALWAYS | {
    *("a", "abbr", "address", "b", "blockquote", "caption", "cite", "code", "col", "colgroup"),
    *("dd", "del", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "pre", "q", "s", "small", "strike"),
    *("strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}  # fmt: skip
# One tag stands for those that editors write in its place or within it.
_IMPLIED = {
    "b": {"strong"},
    "strong": {"b"},
    "i": {"em"},
    "em": {"i"},
    "del": {"s", "strike"},
    "s": {"del", "strike"},
    "strike": {"s", "del"},
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd"},
    "table": {
        *("tr", "td", "th", "colgroup", "col", "thead", "tbody", "tfoot", "caption"),
        *("figure", "figcaption"),
    },
}
_STYLES = {
    "size": "font-size",
    "family": "font-family",
    "color": "color",
    "background": "background-color",  # not `background`: it can fetch an address
    "spacing": "letter-spacing",
    "height": "line-height",
}
_STYLED = ("div", "span", "p", "td", "th", "table", "figure", "li", *(f"h{n}" for n in range(1, 7)))
_CELL = {"colspan", "headers", "rowspan"}
_ATTRIBUTES = {
    "*": {"class", "dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"reversed", "start", "type"},
    **{tag: {"style"} for tag in _STYLED},
    "table": {"border", "cellpadding", "cellspacing", "style", "summary"},
    "td": {"style", *_CELL},
    "th": {"scope", "style", *_CELL},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_TARGETS = {"a": {"target": {"_blank", "_self"}}}  # never the page around the player
_REFERENCE = r"(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});"
_ENTITY = re.compile(f"&{_REFERENCE}", re.I)
_NOT_ENTITY = re.compile(f"&(?!{_REFERENCE})", re.I)
_LETTER = re.compile(f"&{_REFERENCE}|.", re.I | re.S)
_MEANT = re.compile("[&<>\u00a0\r]")  # what is not written as it is said
_CONTROL = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"}
_ACTIVE = re.compile(r"<\s*([a-z][a-z0-9]*)|\b(on[a-z]{3,20}\s*=|(?:java|vb)script\s*:)", re.I)


def plain(text: str) -> str:
    """Text in which nothing is markup; entities that are there stay, so that twice is once."""
    text = _NOT_ENTITY.sub("&amp;", without_controls(text))
    for mark, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#039;")):
        text = text.replace(mark, entity)
    return text


def unescaped(text: str) -> str:
    """What a plain text says: the same before it was made `plain` and after."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def cut(text: str, length: int) -> str:
    """Its first characters; an entity is one."""
    if len(text) <= length:
        return text
    return "".join(found[0] for found in islice(_LETTER.finditer(text), length))


def work(text: str) -> float:
    """A bound on the time cleaning takes, in units of some 3 ns.

    It grows with the square of the tags that lie in each other, and of the attributes of one.
    """
    if "<" not in text and "&" not in text:
        return 0
    return CALL + text.count("<") ** 2 + (len(text) / 11) ** 2


def clean(text: str, tags: frozenset[str], styles: frozenset[str]) -> str:
    """HTML with the tags that semantics ask for, as far as they are safe; the rest is gone.

    Cleaning what is clean changes nothing. Look at `work` first.
    """
    text = without_controls(text)
    if not _MEANT.search(text):
        return text
    cleaner = _cleaner(tags, styles)
    for _ in range(4):
        cleaned = without_controls(cleaner.clean(text))  # which entities can spell
        if cleaned == text:
            return cleaned
        text = cleaned
    return without_tags(text)  # markup that never comes to rest was made to confuse


def without_tags(text: str) -> str:
    """HTML that shows the text with its markup, written as `clean` would write it."""
    said = without_controls(html.unescape(text).replace("\r\n", "\n").replace("\r", "\n"))
    return html.escape(said, quote=False).replace("\u00a0", "&nbsp;")


@lru_cache(maxsize=256)
def _cleaner(tags: frozenset[str], styles: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_allowed(tags),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        tag_attribute_values=_TARGETS,
        filter_style_properties={"text-align"} | {_STYLES[s] for s in styles if s in _STYLES},
    )


def without_controls(text: str) -> str:
    """Text that databases and pages can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_CONTROL)


def active_parts(text: str) -> set[str]:
    """Names of tags and of ways to run a script that a text has: to tell what cleaning took."""
    return {"".join(found).lower().rstrip("= \t\r\n") for found in _ACTIVE.findall(text)}


def _allowed(tags: frozenset[str]) -> set[str]:
    implied = set().union(*(_IMPLIED.get(tag, set()) for tag in tags))
    return set((tags | implied | ALWAYS) & SAFE)
