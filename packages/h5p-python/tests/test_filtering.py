from __future__ import annotations

import json
from typing import Any

import pytest

import h5p
from packing import named

MAIN = named("H5P.Main 1.0")
OTHER = named("H5P.Image 1.1")
UUID = "3d0f2f39-6a52-4d7b-9f0e-0123456789ab"


def filtered(semantics: list[Any], content: Any, files: set[str] | None = None) -> h5p.Filtered:
    fields = {
        MAIN: h5p.parse_semantics(semantics),
        OTHER: h5p.parse_semantics([{"name": "alt", "type": "text"}]),
    }
    return h5p.filter_content(content, MAIN, fields.get, files)


def kept(described: dict[str, Any], value: Any) -> Any:
    """What is left of the value of one field; "absent" when nothing is."""
    return filtered([described | {"name": "it"}], {"it": value}).value.get("it", "absent")


def codes(described: dict[str, Any], value: Any) -> list[str]:
    notes = filtered([described | {"name": "it"}], {"it": value}).notes
    return [note.code for note in notes]


RICH = {"type": "text", "widget": "html", "tags": ["strong", "a", "ul", "table", "h2"]}
FONT = RICH | {"font": {"color": True, "size": True, "family": False}}
SELECT = {"type": "select", "options": [{"value": "a", "label": "A"}, {"value": 2, "label": "B"}]}
LIBRARY = {"type": "library", "options": ["H5P.Image 1.1", {"name": "H5P.Absent 1.0"}, "nonsense"]}
FLAT = {"type": "group", "fields": [{"name": "only", "type": "number"}]}
GROUP = {"type": "group", "fields": [{"name": "a", "type": "text"}, {"name": "b", "type": "text"}]}


@pytest.mark.parametrize(
    ("described", "value", "left"),
    [
        # plain text
        ({"type": "text"}, "<b>Chào</b> & 'bạn'", "&lt;b&gt;Chào&lt;/b&gt; &amp; &#039;bạn&#039;"),
        ({"type": "text"}, "R&amp;D &#039; &nbsp; &", "R&amp;D &#039; &nbsp; &amp;"),
        ({"type": "text"}, 7, "7"),
        ({"type": "text"}, "a\x00b\x1b[2J\ud800", "ab[2J\ufffd"),
        ({"type": "text"}, True, "absent"),
        ({"type": "text"}, ["a"], "absent"),
        ({"type": "text"}, None, "absent"),
        ({"type": "text", "maxLength": 3}, "a<bc", "a&lt;b"),
        ({"type": "text", "maxLength": "3"}, "abcd", "abc"),
        ({"type": "text", "regexp": {"pattern": "^#[0-9a-f]+$", "modifiers": "i"}}, "#FF", "#FF"),
        ({"type": "text", "regexp": {"pattern": "^#[0-9a-f]+$"}}, "url(x)", ""),
        ({"type": "text", "regexp": {"pattern": "^(?<n>a)"}}, "ab", "ab"),
        ({"type": "text", "regexp": {"pattern": "*not a pattern("}}, "ab", "ab"),
        # rich text
        (RICH, "<p>Dân vận <strong>khéo</strong></p>", "<p>Dân vận <strong>khéo</strong></p>"),
        (RICH, "<b>x</b><i>y</i>", "<b>x</b>y"),
        (RICH, "<ul><li>x</li></ul>", "<ul><li>x</li></ul>"),
        (RICH, "a<script>alert(1)</script>b", "ab"),
        (RICH, "<h2 onclick='x()'>T</h2>", "<h2>T</h2>"),
        (RICH, "<a href='javascript:x()'>T</a>", '<a rel="noopener noreferrer">T</a>'),
        (RICH, "<a target='_top'>T</a>", '<a rel="noopener noreferrer">T</a>'),
        (RICH, "<svg><script>x</script></svg><iframe src='//x'></iframe>", ""),
        (RICH, "<p style='color:red;text-align:left'>x</p>", '<p style="text-align:left">x</p>'),
        (FONT, "<p style='color:red;font-family:x'>x</p>", '<p style="color:red">x</p>'),
        (FONT, "<p style='background:url(x)'>x</p>", '<p style="">x</p>'),
        ({"type": "text", "widget": "html"}, "<p>x</p><b>y</b>", "<p>x</p>y"),
        ({"type": "text", "tags": ["script", "iframe", "object"]}, "<script>x</script>y", "y"),
        # numbers
        ({"type": "number"}, "5", 5),
        ({"type": "number"}, "5.50", 5.5),
        ({"type": "number"}, 5.0, 5),
        ({"type": "number", "min": 0, "max": "10"}, 11, 10),
        ({"type": "number", "min": 0, "max": 10}, -1, 0),
        ({"type": "number", "decimals": 1}, 1.26, 1.3),
        ({"type": "number", "optional": True}, "", "absent"),
        ({"type": "number", "default": 3}, None, "absent"),
        ({"type": "number"}, "<script>", "absent"),
        ({"type": "number"}, "nan", "absent"),
        ({"type": "number"}, "1e999", "absent"),
        ({"type": "number"}, True, "absent"),
        ({"type": "number"}, "1_000", "absent"),
        # booleans
        ({"type": "boolean"}, True, True),
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, 1, True),
        ({"type": "boolean"}, "0", False),
        ({"type": "boolean"}, "<script>", False),
        ({"type": "boolean"}, [1], False),
        ({"type": "boolean"}, None, "absent"),
        # selects
        (SELECT, "a", "a"),
        (SELECT, "2", 2),
        (SELECT, "c", "a"),
        (SELECT | {"default": 2}, "c", 2),
        (SELECT | {"optional": True}, "c", "absent"),
        (SELECT | {"multiple": True}, ["2", "c", "a", ["a"]], [2, "a"]),
        (SELECT | {"multiple": True}, "a", "absent"),
        ({"type": "select"}, "<b>", "&lt;b&gt;"),
        ({"type": "select", "multiple": True}, [0, "1"], [0, "1"]),
        # lists and groups
        ({"type": "list", "field": {"type": "number"}}, [1, "2", "x", None], [1, 2]),
        ({"type": "list", "field": {"type": "number"}}, {"1": 5, "0": 4}, [4, 5]),
        ({"type": "list", "field": {"type": "number"}, "max": 1}, [1, 2], [1]),
        ({"type": "list", "field": {"type": "number"}}, "x", "absent"),
        ({"type": "list", "field": FLAT}, [1, {"only": 2}], [1]),
        (FLAT, 5, 5),
        (GROUP, {"a": "x", "c": "y"}, {"a": "x"}),
        (GROUP, [], {}),
        (GROUP, "x", {}),
        (GROUP | {"isSubContent": True}, {"subContentId": UUID}, {"subContentId": UUID}),
        (GROUP | {"isSubContent": True}, {"subContentId": "../x"}, {}),
        # libraries
        (LIBRARY, {"library": "H5P.Image 1.1"}, {"library": "H5P.Image 1.1", "params": {}}),
        (
            LIBRARY,
            {"library": str(OTHER), "params": {"alt": "x", "y": 1}, "subContentId": UUID, "z": 1},
            {"library": str(OTHER), "params": {"alt": "x"}, "subContentId": UUID},
        ),
        (
            LIBRARY,
            {"library": "H5P.Image 1.1", "metadata": {"title": "<b>", "license": "rogue", "x": 1}},
            {"library": "H5P.Image 1.1", "params": {}, "metadata": {"title": "&lt;b&gt;"}},
        ),
        (LIBRARY, {"library": "H5P.Image 1.2", "params": {}}, "absent"),
        (LIBRARY, {"library": "H5P.Absent 1.0", "params": {}}, "absent"),
        (LIBRARY, {"library": ["H5P.Image 1.1"]}, "absent"),
        (LIBRARY, "H5P.Image 1.1", "absent"),
        # files
        ({"type": "image"}, {"path": "i/a.PNG#tmp", "width": "9"}, {"path": "i/a.PNG", "width": 9}),
        ({"type": "image"}, {"path": "a.png", "mime": "<b>", "x": 1}, {"path": "a.png"}),
        ({"type": "image"}, {"path": "a.svg"}, "absent"),
        ({"type": "image"}, {"path": "../a.png"}, "absent"),
        ({"type": "image"}, {"path": "%2e%2e/a.png"}, "absent"),
        ({"type": "image"}, {"path": "https://evil.example/a.png"}, "absent"),
        ({"type": "image"}, {"path": "javascript:alert(1)//a.png"}, "absent"),
        ({"type": "image"}, {"path": 'a" onerror="x.png'}, "absent"),
        ({"type": "image"}, {"path": ["a.png"]}, "absent"),
        ({"type": "image"}, {}, "absent"),
        ({"type": "video"}, [{"path": "a.mp4"}, {"path": "//b.mp4"}], [{"path": "a.mp4"}]),
        ({"type": "audio"}, {"0": {"path": "a.mp3"}}, [{"path": "a.mp3"}]),
        ({"type": "video"}, [{"path": "https://youtu.be/x", "mime": "video/YouTube"}], "absent"),
        ({"type": "audio"}, "a.mp3", "absent"),
        # what is not known
        ({"type": "rogue"}, "x", "absent"),
        ({}, {"x": 1}, "absent"),
    ],
)  # fmt: skip
def test_what_is_left(described: dict[str, Any], value: Any, left: Any) -> None:
    found = kept(described, value)
    assert found == left
    assert type(found) is type(left)
    assert found in ("absent", kept(described, found))


@pytest.mark.parametrize(
    ("described", "value", "code"),
    [
        (RICH, "<script>x</script>", "markup"),
        (RICH, "<p onmouseover='x'>x</p>", "markup"),
        ({"type": "number", "max": 1}, 2, "out-of-bounds"),
        (SELECT, "c", "not-an-option"),
        (LIBRARY, {"library": "H5P.Rogue 1.0"}, "not-an-option"),
        ({"type": "image"}, {"path": "../a.png"}, "file-elsewhere"),
        ({"type": "text", "maxLength": 1}, "ab", "too-long"),
        ({"type": "rogue"}, 1, "unknown-type"),
    ],
)
def test_what_is_taken_away_is_told(described: dict[str, Any], value: Any, code: str) -> None:
    assert codes(described, value) == [code]


@pytest.mark.parametrize(
    ("described", "value"),
    [
        (RICH, "<p>a&nbsp;b</p>"),
        ({"type": "number", "optional": True}, ""),
        ({"type": "image"}, {}),
        (LIBRARY, None),
        (GROUP, []),
    ],
)
def test_what_editors_leave_open_is_not_told(described: dict[str, Any], value: Any) -> None:
    assert codes(described, value) == []


def test_files_that_are_not_there_are_dropped() -> None:
    picture = [{"name": "it", "type": "image"}, {"name": "other", "type": "image"}]
    content = {"it": {"path": "a.png"}, "other": {"path": "b.png"}}
    found = filtered(picture, content, {"a.png"})
    assert found.value == {"it": {"path": "a.png"}}
    assert found.files == {"a.png"}
    assert found.original is content


def test_it_tells_which_libraries_a_content_has() -> None:
    semantics = [LIBRARY | {"name": "it"}]
    content = {"it": {"library": "H5P.Image 1.1", "params": {}}}
    assert filtered(semantics, content).libraries == (MAIN, OTHER)
    assert filtered(semantics, {}).libraries == (MAIN,)


def test_a_library_in_itself_ends_somewhere() -> None:
    semantics = h5p.parse_semantics([{"name": "in", "type": "library", "options": [str(MAIN)]}])
    content: dict[str, Any] = {}
    for _ in range(300):
        content = {"in": {"library": str(MAIN), "params": content}}
    found = h5p.filter_content(content, MAIN, {MAIN: semantics}.get)
    assert [note.code for note in found.notes] == ["too-deep"]


def test_groups_in_groups_end_somewhere() -> None:
    described: dict[str, Any] = {"name": "it", "type": "number"}
    for _ in range(200):
        described = {"name": "it", "type": "group", "fields": [described]}
    assert codes(described, 5) == ["too-deep"]


def test_a_pattern_that_never_ends_is_stopped() -> None:
    fields = [
        {"name": f"f{at}", "type": "text", "regexp": {"pattern": "(a|a)*$"}} for at in range(200)
    ]
    found = filtered(fields, {f"f{at}": "a" * 3000 + "!" for at in range(200)})
    assert {note.code for note in found.notes} == {"pattern-slow"}
    assert set(found.value.values()) == {""}


@pytest.mark.parametrize(
    "text", ["<div>" * 200_000, "<b><div>" * 50_000, "<p " + "a b " * 200_000 + ">x"]
)
def test_markup_that_takes_long_is_stopped(text: str) -> None:
    assert codes(RICH, text)[0] == "too-much-markup"


def test_many_small_texts_of_markup_are_bounded_too() -> None:
    semantics = [{"name": "it", "type": "list", "field": RICH}]
    found = filtered(semantics, {"it": ["<h2>a"] * 60_000})
    assert found.value["it"][0] == "<h2>a</h2>"
    assert found.value["it"][-1] == "&lt;h2&gt;a"


def test_a_content_of_too_many_values_is_cut() -> None:
    semantics = [{"name": "it", "type": "list", "field": {"type": "number"}}]
    found = filtered(semantics, {"it": [1] * 200_000})
    assert len(found.value["it"]) == 99_999
    assert found.notes[0].code == "too-many"


def test_notes_are_counted_rather_than_listed_without_end() -> None:
    found = filtered([], {str(at): at for at in range(1000)})
    assert len(found.notes) == 201
    assert found.notes[-1].message == "and 800 more changes"


def test_metadata_is_filtered_too() -> None:
    found = h5p.filter_metadata(
        {
            "title": "<script>",
            "authors": [{"name": "<b>", "role": "Author", "x": 1}, "rogue"],
            "license": "CC BY",
            "source": "javascript:alert(1)",
            "changes": [{"date": "1", "author": "<i>", "log": "x"}],
            "yearFrom": "2020",
            "rogue": 1,
        }
    )
    assert found.value == {
        "title": "&lt;script&gt;",
        "authors": [{"name": "&lt;b&gt;", "role": "Author"}, {}],
        "license": "CC BY",
        "changes": [{"date": "1", "author": "&lt;i&gt;", "log": "x"}],
        "yearFrom": 2020,
    }


@pytest.mark.parametrize("script", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"])
def test_no_script_is_left_in_any_text_field(script: str) -> None:
    texts = [
        {"name": "plain", "type": "text"},
        RICH | {"name": "rich"},
        RICH | {"name": "pictures", "tags": ["img", "script"]},
        {"name": "list", "type": "list", "field": {"type": "text"}},
        GROUP | {"name": "group"},
        {"name": "image", "type": "image"},
        {"name": "select", "type": "select"},
        LIBRARY | {"name": "library"},
    ]
    said = dict.fromkeys(("title", "author", "source", "license", "version", "year"), script)
    content = {
        "plain": script,
        "rich": script,
        "pictures": script,
        "list": [script],
        "group": {"a": script, "b": script, script: script},
        "image": {"path": "a.png", "mime": script, "quality": script, "copyright": said,
                  "metadata": {"qualityName": script}},
        "select": script,
        "library": {"library": "H5P.Image 1.1", "params": {"alt": script}, "subContentId": script,
                    "metadata": said | {"a11yTitle": script, "authors": [{"name": script}]}},
        script: script,
    }  # fmt: skip
    written = json.dumps(filtered(texts, content).value).lower()
    assert "<script" not in written
    assert "onerror" not in written.replace("&lt;img src=x onerror", "")
