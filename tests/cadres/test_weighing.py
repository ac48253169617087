"""What a source may write over: nothing that a hand has corrected since it last spoke."""

from __future__ import annotations

import pytest

from cadres.weighing import Weighed, weigh

OURS = {"email": "a@b.vn", "phone": "", "born_on": "1980-09-05", "post": "1:1 2:1"}


def weighed(field: str, value: str, **given: dict[str, str]) -> Weighed:
    known: dict[str, dict[str, str]] = {"said": {}, "refused": {}, "journalled": {}} | given
    return weigh({field: value}, OURS, **known)


@pytest.mark.parametrize(
    ("field", "value"), [("email", "a@b.vn"), ("born_on", "1980"), ("post", "2:1")]
)
def test_what_is_so_already_is_no_difference(field: str, value: str) -> None:
    assert weighed(field, value) == Weighed({field: value}, (), {}, ())


def test_what_a_source_said_itself_it_may_change() -> None:
    edits = {"email": "26/11/2026"}
    assert weighed("email", "x@y.vn", said={"email": "a@b.vn"}, journalled=edits).open == ("email",)


def test_what_is_no_longer_as_it_was_said_stays() -> None:
    assert weighed("email", "x@y.vn", said={"email": "old@b.vn"}).by_hand == {"email": ""}


def test_a_field_that_was_emptied_by_hand_stays_empty() -> None:
    assert weighed("phone", "0912345678", said={"phone": "0912345678"}).by_hand == {"phone": ""}


def test_of_what_a_source_never_said_the_journal_knows() -> None:
    found = weighed("email", "x@y.vn", said={"kind": "x"}, journalled={"email": "26/11/2026"})
    assert (found.by_hand, found.open) == ({"email": "26/11/2026"}, ())


def test_what_was_decided_against_is_told_apart() -> None:
    assert weighed("email", "x@y.vn", refused={"email": "x@y.vn"}).refused == ("email",)
    assert weighed("email", "z@y.vn", refused={"email": "x@y.vn"}).open == ("email",)
