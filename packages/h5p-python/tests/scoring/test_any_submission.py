"""Whatever is handed in, and whatever the content holds."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from contents import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st
from statements import answer, outcome, piece

from h5p import scoring

LIBRARIES = [*SAMPLES, "H5P.SingleChoiceSet 1.11", "H5P.Summary 1.10", "H5P.QuestionSet 1.20"]
LIBRARIES += ["H5P.Column 1.18", "H5P.CoursePresentation 1.25", "H5P.Essay 1.5", "Own.Type 1.0"]

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
bits = st.sampled_from(["0", "1", "2", "7", "[,]", "[.]", "true", "ngõ", "dân vận", "*", "/", " "])
responses = st.none() | st.lists(bits, max_size=8).map("".join) | st.text(max_size=30)
samples = st.sampled_from(list(SAMPLES.values()))
forgeries = st.fixed_dictionaries(
    {},
    optional={"score": values, "success": values, "completion": values, "duration": values},
)

many = settings(max_examples=200, deadline=None)  # other work on the machine is no failure


def quiz() -> dict[str, Any]:
    questions = [piece(s.library, s.params, str(at)) for at, s in enumerate(SAMPLES.values())]
    return {"questions": questions}


@many
@given(samples, responses, forgeries, values)
def test_a_forger_changes_nothing(
    sample: Any, response: str | None, forged: dict[str, Any], actor: Any
) -> None:
    tree = answer(response, **forged)
    tree["statement"] |= {"actor": actor, "verb": actor, "timestamp": actor}
    scored = outcome(sample.library, sample.params, tree)
    assert scored == outcome(sample.library, sample.params, answer(response))
    assert type(scored.points) is Decimal
    assert 0 <= scored.points <= scored.maximum == sample.maximum


@many
@given(st.data())
def test_children_may_come_in_any_order(data: st.DataObject) -> None:
    children = [
        answer(data.draw(responses), piece=str(at))
        for at in range(len(SAMPLES))
        if data.draw(st.booleans())
    ]
    there = outcome("H5P.QuestionSet 1.20", quiz(), answer(None, *children))
    shuffled = data.draw(st.permutations(children))
    assert outcome("H5P.QuestionSet 1.20", quiz(), answer(None, *shuffled)) == there
    assert 0 <= there.points <= there.maximum == sum(s.maximum for s in SAMPLES.values())


@many
@given(values)
def test_any_json_is_read_or_refused(tree: Any) -> None:
    for content in (json.dumps(tree), {"statement": tree, "children": [tree, {"statement": tree}]}):
        try:
            scoring.read_submission(content)
        except scoring.InvalidSubmission as refusal:
            assert str(refusal)


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """The content of some type with some of its fields of any kind."""
    sample = draw(samples)
    names = st.sampled_from([*sample.params, "questions", "content", "choices", "summaries"])
    more = draw(st.dictionaries(names, values | st.lists(values, max_size=3), max_size=3))
    return draw(st.sampled_from([sample.library, *LIBRARIES])), sample.params | more


@many
@given(spoiled(), responses)
def test_any_content_is_scored_within_bounds(
    content: tuple[str, dict[str, Any]], response: str | None
) -> None:
    library, params = content
    scored = outcome(library, params, answer(response))
    assert 0 <= scored.points <= scored.maximum
    assert all(isinstance(question.question, str) for question in scored.questions)


@many
@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_slips_are_counted_as_by_the_book(one: str, other: str) -> None:
    params = {"questions": [f"*{one}*"], "behaviour": {"acceptSpellingErrors": True}}
    allowed = (len(one) > 3) + (len(one) > 9)
    if one:
        fits = outcome("H5P.Blanks 1.14", params, answer(other)).points == 1
        assert fits is (distance(other, one) <= allowed)


def distance(one: str, other: str) -> int:
    """Optimal string alignment, from its textbook table."""
    table = {(-1, at): at + 1 for at in range(-1, len(other))}
    table |= {(at, -1): at + 1 for at in range(-1, len(one))}
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            ways = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b)]
            if i and j and a == other[j - 1] and one[i - 1] == b:
                ways.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(ways)
    return table[len(one) - 1, len(other) - 1]
