from __future__ import annotations

import json
import subprocess
import sys

import pytest

from h5p.command import main
from packing import CONTENT, Packer, sound, without


def test_check_says_valid(packer: Packer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(packer.pack())]) == 0
    assert "package.h5p: valid\n" in capsys.readouterr().out


def test_check_names_every_problem(packer: Packer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", str(packer.pack(without("title", "language")))]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert not answer["valid"]
    assert [problem["code"] for problem in answer["problems"]] == ["title", "language"]


def test_info_tells_what_it_is(packer: Packer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--json", str(packer.pack())]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["main_library"] == "H5P.MultiChoice 1.16"
    assert answer["files"] == 13
    assert [one["version"] for one in answer["libraries"]] == ["2.0.1", "1.16.4", "1.5.9"]


def test_a_title_steers_no_terminal(packer: Packer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(packer.pack(without("title") | {"title": "\x1b[2J\u202e"}))]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_a_file_that_is_not_there_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere.h5p"]) == 2
    assert "nowhere.h5p" in capsys.readouterr().err


def test_a_word_it_does_not_know_is_wrong_use() -> None:
    command = [sys.executable, "-m", "h5p", "play", "x.h5p"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


def test_check_refuses_a_package_that_lacks_a_library(
    packer: Packer, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: text for name, text in sound().items() if not name.startswith("H5P.Ground")}
    assert main(["check", str(packer.pack(files=files))]) == 1
    assert "H5P.Ground 2.0: is needed and not in the package" in capsys.readouterr().out


def test_check_says_what_of_the_content_is_not_kept(
    packer: Packer, capsys: pytest.CaptureFixture[str]
) -> None:
    content = CONTENT | {"question": "<p>Chào<script>alert(1)</script></p>", "rogue": 1}
    path = packer.pack(extra={"content/content.json": json.dumps(content)})
    assert main(["check", str(path)]) == 0
    told = capsys.readouterr().out
    assert "content question: loses script" in told
    assert "content rogue: is dropped: the library has no such field" in told
