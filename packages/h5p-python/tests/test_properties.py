"""Whatever comes: no traceback, nothing through that was not described, and twice is once."""

from __future__ import annotations

import json
import random
import string
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import h5p
from h5p import markup
from h5p.names import problem_of_name
from h5p.parsing import Parser
from packing import MANIFEST, Packer, named, sound

MAIN, OTHER = named("H5P.Main 1.0"), named("H5P.Other 2.1")
NAMES = st.sampled_from(["a", "b", "c", "text", "path", "library", "params", "subContentId"])
PATTERNS = st.sampled_from(["", "^a", "[0-9]+", "^[^<]*$", "(", "(a+)+$"])
PIECES = (
    *("<b>", "</b>", "<p>", "<div>", "</div>", "<table>", "<td>", "<a href=", "'", '"', ">", "<"),
    *("<script>", "</script>", "<svg>", "<math>", "<style>", "<img src=x onerror=", "<!--", "-->"),
    *(
        "&",
        "&lt;",
        "&amp;",
        "&#1;",
        "&#13;",
        "\xa0",
        "&nbsp",
        "\r",
        "javascript:",
        "<pre>\n",
        "\n",
        "\x00",
        "<template>",
        "<select>",
        "ấ",
    ),
    *("<mtext>", "<mglyph>", "<![CDATA[", "]]>", "<noscript>", "<title>", "/>", " style=", "x"),
)
MARKUP = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
TEXTS = st.text() | MARKUP
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    PLAIN | st.sampled_from([str(MAIN), str(OTHER), "x/a.png", "../a.png"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=4),
    max_leaves=12,
)
NUMBERS = st.none() | st.integers(-9, 9) | st.floats(-9, 9) | st.sampled_from(["0", "3", "x"])


def _common(kind: str, **rest: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    fields = {"type": st.just(kind), "name": NAMES, **rest}
    return st.fixed_dictionaries(fields, optional={"optional": st.booleans(), "default": PLAIN})


LEAVES = st.one_of(
    _common("text"),
    _common("text", maxLength=st.integers(0, 5)),
    _common("text", regexp=PATTERNS.map(lambda pattern: {"pattern": pattern})),
    _common("text", tags=st.lists(st.sampled_from(["b", "a", "table", "pre", "script", "ul"]))),
    _common("number", min=NUMBERS, max=NUMBERS, decimals=st.none() | st.integers(-1, 3)),
    _common("boolean"),
    _common("select", options=st.lists(st.sampled_from(["a", 1, "1", True, "<"])),
            multiple=st.booleans()),
    _common("library", options=st.lists(st.sampled_from([str(MAIN), str(OTHER), "x"]))),
    *(_common(kind) for kind in ("file", "image", "audio", "video", "rogue")),
)  # fmt: skip
FIELDS = st.recursive(
    LEAVES,
    lambda inner: (
        _common("list", field=inner, max=st.integers(0, 3))
        | _common("group", fields=st.lists(inner, max_size=3), isSubContent=st.booleans())
    ),
    max_leaves=6,
)


@given(st.lists(FIELDS, max_size=4), VALUES)
@settings(deadline=None, max_examples=300)
def test_filtering_never_fails_and_twice_is_once(semantics: list[Any], content: Any) -> None:
    fields = {MAIN: h5p.parse_semantics(semantics), OTHER: h5p.parse_semantics([])}
    once = h5p.filter_content(content, MAIN, fields.get, {"x/a.png"})
    json.dumps(once.value, allow_nan=False).encode()
    twice = h5p.filter_content(once.value, MAIN, fields.get, {"x/a.png"})
    assert twice.value == once.value
    assert once.files <= {"x/a.png"}


@given(VALUES)
@settings(deadline=None)
def test_semantics_are_read_or_refused(value: Any) -> None:
    try:
        h5p.parse_semantics(value)
    except h5p.InvalidPackage as refusal:
        assert refusal.problems


@given(TEXTS | MARKUP, st.frozensets(st.sampled_from(sorted(markup.SAFE)), max_size=6))
@settings(deadline=None, max_examples=500)
def test_cleaning_twice_is_once(text: str, tags: frozenset[str]) -> None:
    once = markup.clean(text, tags, frozenset({"color"}))
    assert markup.clean(once, tags, frozenset({"color"})) == once
    assert "<script" not in once.lower()


@given(TEXTS)
def test_plain_text_twice_is_once_and_holds_no_markup(text: str) -> None:
    once = markup.plain(text)
    assert markup.plain(once) == once
    assert not set("<>\"'") & set(once)
    assert markup.unescaped(once) == markup.unescaped(markup.without_controls(text))


@given(st.binary() | VALUES.map(lambda value: json.dumps(value).encode()))
def test_json_is_read_or_refused(content: bytes) -> None:
    try:
        value = Parser().parse(content, "x.json")
    except h5p.InvalidPackage as refusal:
        assert refusal.problems[0].place == "x.json"
    else:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@given(st.text(max_size=40) | st.text("ab./\\:~ .", max_size=12))
@settings(max_examples=500)
def test_a_name_that_is_let_through_stays_inside(name: str) -> None:
    if problem_of_name(name) is None:
        inside = Path("/store", name)
        assert ".." not in inside.parts
        assert inside.is_relative_to("/store")


@given(VALUES, st.sampled_from(sorted(MANIFEST)))
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100
)
def test_a_manifest_is_read_or_refused(packer: Packer, value: Any, field: str) -> None:
    try:
        h5p.read_package(packer.pack(MANIFEST | {field: value}))
    except h5p.InvalidPackage as refusal:
        assert refusal.problems


@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=20), max_size=3))
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100
)
def test_a_package_with_other_files_is_read_or_refused(
    packer: Packer, files: dict[str, bytes]
) -> None:
    named = {f"content/{name}".encode("utf-8", "replace").decode(): x for name, x in files.items()}
    path = packer.pack(extra={name: content for name, content in named.items() if "\0" not in name})
    try:
        package = h5p.read_package(path)
    except h5p.InvalidPackage as refusal:
        assert refusal.problems
    else:
        assert {member.name for member in package.members} <= set(zipfile.ZipFile(path).namelist())


@pytest.mark.parametrize("seed", range(4))
def test_damage_anywhere_in_libraries_and_content_is_refused_or_harmless(
    packer: Packer, seed: int
) -> None:
    """Mutations of sound JSON, packed soundly: deeper than damage to the archive gets."""
    chance = random.Random(seed)
    names = [name for name in sound() if name.endswith(".json")]
    for _ in range(60):
        name = chance.choice(names)
        path = packer.pack(extra={name: mutated(sound()[name], chance)})
        try:
            package = h5p.read_package(path)
            json.dumps(package.filtered().value, allow_nan=False).encode()
        except h5p.InvalidPackage as refusal:
            assert refusal.problems


def mutated(text: str, chance: random.Random) -> str:
    """Pieces of it swapped, doubled, cut out, or replaced by what means something in JSON."""
    pieces = text.split(" ")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(pieces))
        pieces[at : at + chance.randint(0, 2)] = chance.choice(
            [
                [],
                [pieces[at], pieces[at]],
                [chance.choice(pieces)],
                [chance.choice(["null,", "[],", "{},", '"",', "-1,", "1e99,", "true,", '"../x",'])],
                [chance.choice(string.printable)],
            ]
        )
    return " ".join(pieces)
