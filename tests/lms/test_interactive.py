"""The interactive pieces of the demo: as the semantics want them, in lessons that are there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from media.h5p_scoring import score
from tests.media.h5p_packing import PIECES, TYPES, folder_of, load, pieces

COURSES = PIECES.parent / "courses"
KINDS: dict[str, Any] = {
    "text": str,
    "select": str,
    "boolean": bool,
    "list": list,
    "group": dict,
}
MARKUP = re.compile(r"<(/?)(\w+)[^>]*>")


@pytest.fixture(params=pieces(), ids=lambda path: path.stem)
def piece(request: pytest.FixtureRequest) -> dict[str, Any]:
    return load(request.param)


def test_there_are_six_or_more_and_every_type_is_used():
    used = {load(path)["library"].split(" ")[0] for path in pieces()}
    assert len(pieces()) >= 6
    assert used == set(TYPES)


def test_it_belongs_to_a_lesson_that_is_there(piece):
    assert (COURSES / piece["course"] / "lessons" / f"{piece['lesson']}.yaml").is_file()


def test_it_is_as_the_semantics_want_it(piece):
    name, version = piece["library"].split(" ")
    assert version == "1.0"
    semantics = load(folder_of(name) / "semantics.json")
    assert list(problems(semantics, piece["params"], "params")) == []


def test_its_quotations_are_ones_the_lessons_cite(piece):
    lessons = " ".join(path.read_text(encoding="utf-8") for path in COURSES.rglob("*.yaml"))
    for event in piece["params"].get("events", []):
        if "quote" in event:
            assert event["quote"] in lessons
            assert event["source"] in lessons


def test_a_dialogue_always_comes_to_an_end(piece):
    nodes = {node["id"]: node for node in piece["params"].get("nodes", [])}
    assert len(nodes) == len(piece["params"].get("nodes", []))
    reached: set[str] = set()

    def walk(at: str, way: tuple[str, ...]) -> None:
        assert at in nodes, f"{way}: {at} is not there"
        assert at not in way, f"{way}: goes in a circle"
        reached.add(at)
        replies = nodes[at].get("replies", [])
        assert replies or nodes[at]["endingTitle"]
        assert not replies or any(reply["quality"] == "good" for reply in replies)
        for reply in replies:
            walk(reply["next"], (*way, at))

    if nodes:
        walk(next(iter(nodes)), ())
    assert reached == set(nodes)


def test_a_situation_has_one_best_response_and_some_to_avoid(piece):
    ratings = [response["rating"] for response in piece["params"].get("responses", [])]
    if ratings:
        assert "3" in ratings
        assert "0" in ratings
        assert piece["params"]["task"] == "rate" or ratings.count("3") == 1


def test_it_can_be_scored(piece):
    name = piece["library"].split(" ")[0]
    got, most = score(name, piece["params"], "")
    assert got == 0
    assert most > 0


def problems(fields: list[dict[str, Any]], values: dict[str, Any], place: str) -> Any:
    known = {field["name"]: field for field in fields}
    for name in values:
        if name not in known:
            yield f"{place}.{name} is not in the semantics"
    for name, field in known.items():
        if name in values:
            yield from problems_of(field, values[name], f"{place}.{name}")
        elif not field.get("optional") and not field.get("common") and "default" not in field:
            yield f"{place}.{name} is missing"


def problems_of(field: dict[str, Any], value: Any, place: str) -> Any:
    kinds: dict[str, Any] = {
        "text": str,
        "select": str,
        "boolean": bool,
        "list": list,
        "group": dict,
    }
    if not isinstance(value, kinds[field["type"]]):
        yield f"{place} is no {field['type']}"
    elif field["type"] == "group":
        yield from problems(field["fields"], value, place)
    elif field["type"] == "list":
        if not field["min"] <= len(value) <= field["max"]:
            yield f"{place} has {len(value)} items"
        for at, item in enumerate(value):
            yield from problems_of(field["field"], item, f"{place}[{at}]")
    elif field["type"] == "select":
        if value not in [option["value"] for option in field["options"]]:
            yield f"{place} is none of its options"
    else:
        yield from problems_of_text(field, value, place)


def problems_of_text(field: dict[str, Any], value: Any, place: str) -> Any:
    if not isinstance(value, str):
        return
    if len(value) > field.get("maxLength", 10_000):
        yield f"{place} has {len(value)} characters"
    if "regexp" in field and not re.fullmatch(field["regexp"]["pattern"], value):
        yield f"{place} is not of its pattern"
    if not {tag for _, tag in MARKUP.findall(value)} <= set(field.get("tags", [])):
        yield f"{place} has markup it may not have"
    if not field.get("optional") and not value.strip():
        yield f"{place} is empty"
