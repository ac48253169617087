"""Every text of the project's own pages and messages has its Vietnamese."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

HOUSE = Path(__file__).resolve().parents[2]
APPS = (
    "kit accounts operations cadres media assessments content courses certificates exchange"
    " indicators lms"
)
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def texts_of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            position = 1 if node.func.id.startswith("pgettext") else 0
            yield from _constant(node, position)


def texts_of_template(path: Path) -> Iterator[str]:
    for line in templatize(path.read_text(encoding="utf-8")).splitlines():
        for begun in re.finditer(r"\b(?:n?p?gettext|_)\(", line):
            yield from _text_of_call(line[begun.start() :])


def _text_of_call(line: str) -> Iterator[str]:
    """The text of the call a line begins with, wherever the call ends; a line may hold several."""
    for end in (place + 1 for place, sign in enumerate(line) if sign == ")"):
        try:
            node = ast.parse(line[:end], mode="eval").body
        except SyntaxError:
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _constant(node, 1 if "pgettext" in node.func.id else 0)
        return


def _constant(call: ast.Call, position: int) -> Iterator[str]:
    argument = call.args[position] if len(call.args) > position else None
    if isinstance(argument, ast.Constant):
        yield str(argument.value)


def vietnamese() -> set[str]:
    catalogues = [*HOUSE.glob("*/locale/vi/**/django.po"), *HOUSE.glob("lms/*/locale/vi/**/*.po")]
    return {
        entry.msgid
        for path in catalogues
        for entry in polib.pofile(str(path))
        if entry.translated() and "fuzzy" not in entry.flags
    }


@pytest.mark.parametrize("app", APPS.split())
def test_every_text_of_the_app_has_its_vietnamese(app: str) -> None:
    known = vietnamese()
    missing = {
        f"{path.relative_to(HOUSE)}: {text}"
        for path in (HOUSE / app).rglob("*.py")
        if "migrations" not in path.parts
        for text in texts_of_code(path)
        if text not in known
    } | {
        f"{path.relative_to(HOUSE)}: {text}"
        for path in (HOUSE / app).rglob("templates/**/*.html")
        for text in texts_of_template(path)
        if not {text, text.replace("%%", "%")} & known
    }
    assert not missing, "\n".join(sorted(missing))


def test_a_text_has_one_vietnamese_in_the_whole_house() -> None:
    """The catalogues are merged: of two Vietnamese texts one app would show the other's."""
    said: dict[tuple[str | None, str], dict[str, str]] = defaultdict(dict)
    for path in sorted(HOUSE.glob("*/locale/vi/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            if not entry.obsolete:
                words = entry.msgstr or str(entry.msgstr_plural)
                said[entry.msgctxt, entry.msgid].setdefault(words, path.parts[-5])
    clashes = {key[1]: apps for key, apps in said.items() if len(apps) > 1}
    assert clashes == {}, "say it with the same words, or use another message id"
