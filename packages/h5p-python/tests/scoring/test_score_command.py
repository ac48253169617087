from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from contents import MULTI, TRUE_FALSE
from statements import answer

from h5p.command import main
from packing import Packer


class Desk:
    """Lays a package and answers on the desk, and asks what they are worth."""

    def __init__(self, packer: Packer, capsys: pytest.CaptureFixture[str]) -> None:
        self.packer, self.capsys = packer, capsys

    def score(self, params: Any, given: Any, *options: str) -> int:
        content = params if isinstance(params, str) else json.dumps(params)
        package = self.packer.pack(extra={"content/content.json": content})
        self.responses = self.packer.folder / "responses.json"
        self.responses.write_text(given if isinstance(given, str) else json.dumps(given))
        return main(["score", str(package), str(self.responses), *options])

    def told(self) -> str:
        return self.capsys.readouterr().out


@pytest.fixture
def desk(packer: Packer, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(packer, capsys)


def test_it_tells_the_marks_for_people(desk: Desk) -> None:
    assert desk.score(MULTI, answer("0")) == 0
    told = desk.told()
    assert told.startswith("verified: 1 of 2\n")
    assert "Nghe dân; Gần dân" in told


def test_it_tells_the_marks_for_programs(desk: Desk) -> None:
    assert desk.score(MULTI, answer("0"), "--json") == 0
    told = json.loads(desk.told())
    assert (told["state"], told["points"], told["maximum"]) == ("verified", "1", "2")
    assert told["questions"][0]["parts"][0] == {
        "given": "Nghe dân",
        "right": "Nghe dân",
        "correct": True,
    }


@pytest.mark.parametrize(
    ("params", "given", "problem"),
    [
        (MULTI, "{", "not readable"),
        (MULTI, answer("0", answer("0", piece="x")), "children[0]"),
        ("[]", answer("0"), "content/content.json"),
        ("[" * 100_000, answer("0"), "content/content.json"),
    ],
)
def test_what_is_refused_is_named(desk: Desk, params: Any, given: Any, problem: str) -> None:
    assert desk.score(params, given, "--json") == 1
    told = json.loads(desk.told())
    assert told["state"] == "refused"
    assert problem in told["problem"]


def test_a_score_that_is_not_verified_is_no_success(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("h5p.scoring.OFFICIAL._kinds", {})
    assert desk.score(TRUE_FALSE, answer("true")) == 1
    assert "unverifiable: there is no scorer" in desk.told()


def test_an_answer_steers_no_terminal(desk: Desk) -> None:
    assert desk.score(MULTI, answer("\x1b[2J")) == 0
    assert "\x1b" not in desk.told()


def test_answers_that_are_not_there_are_wrong_use(
    packer: Packer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(packer.pack()), str(Path("nowhere.json"))]) == 2
    assert "nowhere.json" in capsys.readouterr().err
