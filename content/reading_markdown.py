"""Reading Markdown, with tables and notes, by way of HTML."""

from __future__ import annotations

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from content.parts import Document
from content.reading_html import FindPicture, read_html

# HTML within it is judged as any other.
_markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
_markdown.use(footnote_plugin).use(front_matter_plugin)


def read_markdown(text: str, title: str, find_picture: FindPicture) -> Document:
    return read_html(_markdown.render(text), title, find_picture)
