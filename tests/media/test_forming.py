"""Forms made of semantics: what was opened and sent back unchanged is the same content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from h5p.filtering import filter_content
from h5p.libraries import Library, library_named
from h5p.semantics import Field, parse_semantics
from media.forming import Entry, Form
from media.packing import folder_of
from tests.media.h5p_packing import PIECES, load

PARTS = [
    {"name": "intro", "type": "text", "optional": True},
    {
        "name": "questions",
        "type": "list",
        "field": {"name": "question", "type": "library", "options": ["H5P.Part 1.0"]},
    },
    {"name": "words", "type": "group", "fields": [{"name": "only", "type": "text"}]},
]
PART = [
    {"name": "text", "type": "text", "default": "Hỏi gì?"},
    {"name": "right", "type": "boolean", "default": True},
    {"name": "film", "type": "video", "optional": True},
    {
        "name": "size",
        "type": "select",
        "default": "l",
        "options": [{"value": "s", "label": "S"}, {"value": "l", "label": "L"}],
    },
]


def parts_of(library: Library) -> tuple[Field, ...] | None:
    return parse_semantics(PART) if str(library) == "H5P.Part 1.0" else None


def form_of(library: str) -> Form:
    def semantics_of(found: Library) -> tuple[Field, ...] | None:
        file = folder_of(found.machine_name) / "semantics.json"
        return parse_semantics(json.loads(file.read_text())) if file.exists() else None

    main = library_named(library)
    assert main
    return Form(semantics_of(main) or (), semantics_of)


def sent(form: Form, params: Any) -> QueryDict:
    """What a browser sends of the form as it is shown."""
    posted = QueryDict(mutable=True)
    for top in form.entries(params):
        for entry in top.walk():
            posted.update(sent_of(entry))
    return posted


def sent_of(entry: Entry) -> dict[str, str]:
    value, name = entry.value, entry.name
    identity = value.get("subContentId") if isinstance(value, dict) else None
    known = {f"{name}.subContentId": identity} if identity else {}
    match entry.kind:
        case "group":
            return known
        case "list":
            return {f"{name}.#": str(len(entry.children))}
        case "library":
            told = {"library": value["library"], "shown": "1", "metadata": entry.kept_metadata}
            return known | {f"{name}.{part}": said for part, said in told.items()}
        case "file" | "kept":
            return {name: entry.kept}
        case "boolean":
            return {name: "on"} if value else {}
    return {name: "" if value is None else str(value)}


@pytest.mark.parametrize("piece", sorted(PIECES.glob("*.json")), ids=lambda path: path.stem)
def test_every_piece_of_the_demo_comes_back_as_it_was(piece: Path) -> None:
    told = load(piece)
    form = form_of(told["library"])
    main = library_named(told["library"])
    assert main

    def filtered(params: Any) -> Any:
        return filter_content(params, main, form.semantics_of).value

    whole = filtered(told["params"])
    again = filtered(form.read(sent(form, whole)))
    assert within(whole, again)
    assert filtered(form.read(sent(form, again))) == again


def within(said: Any, more: Any) -> bool:
    """All that is said is there; the library's own words may have come to it."""
    if isinstance(said, dict):
        return isinstance(more, dict) and all(within(said[n], more.get(n)) for n in said)
    if isinstance(said, list):
        return len(said) == len(more) and all(map(within, said, more))
    return bool(said == more)


def test_parts_of_other_libraries_keep_what_the_form_does_not_show() -> None:
    part = {
        "library": "H5P.Part 1.0",
        "params": {"text": "Ai?", "right": False, "film": [{"path": "a.mp4"}], "size": "s"},
        "subContentId": "5ff0b6e2-7f3c-4a0e-9a53-6c3e3b9f0c11",
        "metadata": {"title": "Một", "license": "U"},
    }
    form = Form(parse_semantics(PARTS), parts_of)
    params = {"questions": [part], "words": "Xem"}
    assert form.read(sent(form, params)) == params


def test_a_new_part_begins_with_the_defaults_of_what_is_chosen() -> None:
    form = Form(parse_semantics(PARTS), parts_of)
    params = form.act({}, "add questions")
    posted = sent(form, params)
    posted["questions.0.library"] = "H5P.Part 1.0"
    (part,) = form.read(posted)["questions"]
    assert part["params"] == {"text": "Hỏi gì?", "right": True, "size": "l"}
    posted["questions.0.library"] = "H5P.Other 1.0"
    assert form.read(posted)["questions"] == []


# --- Fields that are shown by what others say -----------------------------------------------------


def shown_when(name: str, *rules: tuple[str, Any], **more: Any) -> dict[str, Any]:
    told = {"rules": [{"field": field, "equals": equals} for field, equals in rules]} | more
    return {"name": name, "type": "text", "widget": "showWhen", "showWhen": told}


def select(name: str, *values: str) -> dict[str, Any]:
    options = [{"value": value, "label": value} for value in values]
    return {"name": name, "type": "select", "options": options}


TASK = select("task", "read", "order", "rate")
RETRY = {"name": "retry", "type": "boolean", "default": True}
GROUP = {"name": "behaviour", "type": "group", "fields": [RETRY, select("look", "a", "b")]}
ONE = {"name": "only", "type": "group", "fields": [RETRY]}
KIND = {"name": "part", "type": "library", "options": ["H5P.Part 1.0"]}
BOTH = [("task", ["order"]), ("behaviour/retry", True)]


@pytest.mark.parametrize(
    ("rules", "more", "params", "is_shown"),
    [
        ([("task", ["order", "rate"])], {}, {"task": "rate"}, True),
        ([("task", ["order", "rate"])], {}, {"task": "read"}, False),
        ([("task", ["order"])], {}, {}, False),  # the first option is chosen
        ([("behaviour/retry", False)], {}, {"behaviour": {"retry": False}}, True),
        ([("behaviour/retry", False)], {}, {}, False),
        ([("only/retry", True)], {}, {"only": True}, True),
        ([("only/retry", True)], {}, {"only": False}, False),
        ([("part", ["H5P.Part"])], {}, {"part": {"library": "H5P.Part 1.0"}}, True),
        ([("part", ["H5P.Part"])], {}, {}, False),
        (BOTH, {}, {"task": "read"}, True),
        (BOTH, {"type": "or"}, {"task": "read", "behaviour": {"retry": False}}, False),
        (BOTH, {"type": "and"}, {"task": "read"}, False),
        (BOTH, {"type": "and"}, {"task": "order"}, True),
        ([("nowhere", ["x"])], {}, {}, True),
        ([("", ["x"]), ("..", ["x"]), ("behaviour", ["x"])], {}, {}, True),
    ],
)
def test_a_field_is_shown_while_its_rule_holds(
    rules: Any, more: Any, params: Any, is_shown: bool
) -> None:
    fields = [TASK, GROUP, ONE, KIND, shown_when("x", *rules, **more)]
    *_others, entry = Form(parse_semantics(fields), parts_of).entries(params)
    assert (entry.rule is None or entry.rule.holds) is is_shown


@pytest.mark.parametrize("path", ["../task", "../../task", "task"])
def test_a_rule_looks_up_from_where_its_field_is(path: str) -> None:
    item = {"name": "item", "type": "group", "fields": [shown_when("x", (path, ["order"])), RETRY]}
    fields = parse_semantics([TASK, {"name": "items", "type": "list", "field": item}])
    for task, is_shown in (("order", True), ("read", False)):
        params = {"task": task, "items": [{"x": "Một"}]}
        _task, items = Form(fields, parts_of).entries(params)
        rule = items.children[0].children[0].rule
        assert rule
        assert (rule.parts[0].name, rule.holds) == ("task", is_shown)


def test_what_is_hidden_comes_back_as_it_was() -> None:
    fields = parse_semantics([TASK, shown_when("x", ("task", ["order"]))])
    form, params = Form(fields, parts_of), {"task": "read", "x": "Giữ lại"}
    assert form.read(sent(form, params)) == params


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["intro", "questions", "words", "library", "params", "text"]), inner
        )
    ),
)


@given(anything, st.sampled_from(["add", "remove", "up", "down", "x"]), st.text(max_size=12))
def test_whatever_a_content_says_it_can_be_opened_and_changed(
    params: Any, deed: str, name: str
) -> None:
    form = Form(parse_semantics(PARTS), parts_of)
    form.act(form.read(sent(form, params)), f"{deed} questions 0")
    form.act(form.read(sent(form, params)), f"{deed} {name}")


@given(
    st.dictionaries(
        st.sampled_from(["intro", "questions.#", "questions.0.library", "words"]),
        st.text(max_size=8),
    )
)
def test_whatever_is_sent_can_be_read(told: dict[str, str]) -> None:
    form = Form(parse_semantics(PARTS), parts_of)
    posted = QueryDict(mutable=True)
    posted.update(told)
    form.entries(form.read(posted))
