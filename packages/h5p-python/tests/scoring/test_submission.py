from __future__ import annotations

import json
from typing import Any

import pytest
from contents import TRUE_FALSE
from statements import IDS, answer, outcome

from h5p.scoring import InvalidSubmission, SubmissionLimits, read_submission


def nested(depth: int) -> dict[str, Any]:
    tree = answer("0")
    for _ in range(depth):
        tree = answer(None, tree)
    return tree


def test_it_reads_bytes_text_and_what_was_parsed() -> None:
    tree = answer(None, answer("0", piece="a"))
    read = read_submission(tree)
    assert read == read_submission(json.dumps(tree)) == read_submission(json.dumps(tree).encode())
    assert read.content_id == "7"
    assert [child.sub_content_id for child in read.children] == ["a"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"statement": NaN}',
        b'{"statement": {"result": {"response": -Infinity}}}',
        b'{"statement": ' + b"9" * 10_000 + b"}",
        b'{"children": ' + b"[" * 100_000,
        b'{"statement": {}}' + b" " * 1024 * 1024,
        json.dumps(answer("0")).encode("utf-16"),
    ],
)
def test_what_is_not_plain_json_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidSubmission):
        read_submission(content)


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({}, "statement"),
        ({"statement": []}, "statement"),
        ({"statement": {"result": "0"}}, "statement.result"),
        ({"statement": {"object": 3}}, "statement.object"),
        ({"statement": {"object": {"definition": []}}}, "statement.object.definition"),
        ({"statement": {}, "children": {}}, "children"),
        ({"statement": {}, "children": [None, 3]}, "children[1]"),
        ({"statement": {}, "children": [{"statement": {}}, {}]}, "children[1].statement"),
    ],
)
def test_wrong_types_are_refused_with_their_place(tree: Any, place: str) -> None:
    with pytest.raises(InvalidSubmission) as refusal:
        read_submission(tree)
    assert refusal.value.place == place


def test_a_tree_too_deep_is_refused() -> None:
    assert read_submission(nested(12))
    with pytest.raises(InvalidSubmission, match="deeper"):
        read_submission(nested(13))


def test_too_many_statements_are_refused() -> None:
    limits = SubmissionLimits(statements=3)
    assert read_submission(answer(None, answer(), answer()), limits)
    with pytest.raises(InvalidSubmission, match="more than 3 statements"):
        read_submission(answer(None, answer(), answer(), answer()), limits)


def test_an_id_may_stand_in_the_address_alone() -> None:
    tree = {"statement": {"object": {"id": "https://x.vn/h5p/7?subContentId=a-b"}}}
    assert read_submission(tree).sub_content_id == "a-b"
    tree["statement"]["object"]["id"] = "https://[x?subContentId=a"
    assert read_submission(tree).sub_content_id == ""


def test_holes_in_the_list_are_passed_over() -> None:
    assert len(read_submission(answer() | {"children": [None, answer("0")]}).children) == 1


def test_what_a_database_refuses_is_replaced() -> None:
    assert read_submission(answer("a\x00\ud800b")).response == "a\ufffd\ufffdb"


def test_answers_to_another_content_are_refused() -> None:
    with pytest.raises(InvalidSubmission, match="another content"):
        outcome("H5P.TrueFalse 1.8", TRUE_FALSE, answer("true"), content_id="8")
    assert outcome("H5P.TrueFalse 1.8", TRUE_FALSE, answer("true"), content_id="7").points == 1


def test_answers_to_two_contents_are_refused() -> None:
    tree = answer(None, answer("true", piece="t", content=8))
    with pytest.raises(InvalidSubmission, match=r"children\[0\].*another content"):
        outcome("H5P.Column 1.18", {}, tree)


def test_definitions_are_not_believed() -> None:
    tree = answer("false")
    tree["statement"]["object"]["definition"] |= {
        "correctResponsesPattern": ["false"],
        "extensions": {IDS["content"]: 7, "https://h5p.org/x-api/alternatives": [["false"]]},
    }
    assert outcome("H5P.TrueFalse 1.8", TRUE_FALSE, tree).points == 0
