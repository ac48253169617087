from __future__ import annotations

from decimal import Decimal

import pytest
from contents import MULTI
from statements import answer, outcome

import h5p
from h5p import scoring
from h5p.scoring import Mark, Params, Piece, Scored


def longest(_params: Params, response: str | None) -> Mark:
    return Mark(Decimal(min(len(response or ""), 5)), Decimal(5), question="Dài")


def test_a_type_nobody_knows_is_unverifiable() -> None:
    scored = outcome("Own.Longest 1.0", {}, answer("abc"), title="Tên")
    assert scored.state == "unverifiable"
    assert scored.questions[0].question == "Tên"


def test_own_types_register_their_scorer() -> None:
    registry = scoring.official()
    registry.register("Own.Longest", Scored(longest))
    scored = outcome("Own.Longest 1.0", {}, answer("abc"), registry=registry)
    assert (scored.state, scored.points, scored.maximum) == ("verified", 3, 5)


def test_own_containers_too() -> None:
    registry = scoring.official()
    pieces = [Piece("", {}, "a", kind=Scored(longest))]
    registry.register("Own.Pair", scoring.Container(lambda _params: pieces), major=3)
    given = answer(None, answer("abcdefg", piece="a"))
    assert outcome("Own.Pair 3.1", {}, given, registry=registry).points == 5
    assert outcome("Own.Pair 2.1", {}, given, registry=registry).state == "unverifiable"


def test_register_is_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring.OFFICIAL, "_kinds", dict(scoring.OFFICIAL._kinds))
    scoring.register("Own.Longest", Scored(longest))
    assert outcome("Own.Longest 1.0", {}, answer("abc")).points == 3


def test_a_scorer_that_gives_too_much_is_wrong() -> None:
    with pytest.raises(ValueError, match="6 points out of 5"):
        Mark(Decimal(6), Decimal(5))


def test_a_new_major_version_may_mean_other_marks() -> None:
    assert outcome("H5P.MultiChoice 1.99", MULTI, answer("0")).state == "verified"
    assert outcome("H5P.MultiChoice 2.0", MULTI, answer("0")).state == "unverifiable"


@pytest.mark.parametrize("library", ["H5P.MultiChoice", "", "1.16", "H5P.MultiChoice x.y"])
def test_a_library_that_is_none_is_unverifiable(library: str) -> None:
    assert outcome(library, MULTI, answer("0")).state == "unverifiable"


def test_a_manifest_tells_its_library() -> None:
    assert scoring.OFFICIAL.find(h5p.Library("H5P.Accordion", 1, 0)) == scoring.CompletionOnly(
        "consumed"
    )
