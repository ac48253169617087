from __future__ import annotations

import pytest

import h5p
from h5p.semantics import Boolean, Field, Group, ListOf, Number, Select, ShowWhen, Text
from packing import SEMANTICS


def test_fields_have_types() -> None:
    fields = {field.name: field for field in h5p.parse_semantics(SEMANTICS)}
    question, answers, passed = fields["question"], fields["answers"], fields["passed"]
    assert isinstance(question, Text)
    assert question.tags == {"strong", "em", "table"}
    assert isinstance(answers, ListOf)
    assert (answers.min, answers.max) == (1, 4)
    assert isinstance(answers.item, Group)
    assert isinstance(answers.item.fields[1], Boolean)
    assert isinstance(passed, Number)
    assert (passed.min, passed.max, passed.optional) == (0, 100, True)
    assert isinstance(fields["kind"], Select)
    assert [option.value for option in fields["kind"].options] == ["auto", 2]
    assert fields["label"].common
    assert fields["label"].default == "Kiểm tra"


def test_a_group_of_one_field_is_flat_unless_it_is_a_content_of_its_own() -> None:
    alone = {"name": "g", "type": "group", "fields": [{"name": "a", "type": "text"}]}
    flat, own = h5p.parse_semantics([alone, alone | {"name": "h", "isSubContent": True}])
    assert isinstance(flat, Group)
    assert flat.is_flat
    assert isinstance(own, Group)
    assert not own.is_flat


def test_conditions_are_read() -> None:
    rules = [{"field": "a", "equals": True}, {"field": "../b", "equals": [1, 2]}]
    asked = {"name": "x", "type": "text", "showWhen": {"rules": rules, "widget": "html"}}
    [field] = h5p.parse_semantics([asked | {"widget": "showWhen"}])
    assert field.show_when == ShowWhen((("a", (True,)), ("../b", (1, 2))), all=False)
    assert isinstance(field, Text)
    assert (field.widget, field.tags) == ("html", frozenset())
    [without] = h5p.parse_semantics([asked])
    assert without.show_when is None


@pytest.mark.parametrize(("told", "is_all"), [("and", True), ("or", False), (None, False)])
def test_any_condition_is_enough_unless_all_are_asked(told: str | None, is_all: bool) -> None:
    shown = {"rules": [{"field": "a", "equals": True}], "type": told}
    item = {"name": "x", "type": "text", "widget": "showWhen", "showWhen": shown}
    [field] = h5p.parse_semantics([item])
    assert field.show_when
    assert field.show_when.all is is_all


def test_a_type_that_is_not_known_is_a_bare_field() -> None:
    [field] = h5p.parse_semantics([{"name": "x", "type": "hologram", "label": "X"}])
    assert type(field) is Field
    assert field.label == "X"
