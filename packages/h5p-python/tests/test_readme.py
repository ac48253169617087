from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from packing import PNG, Packer, sound


def test_the_examples_run(packer: Packer, monkeypatch: pytest.MonkeyPatch) -> None:
    packer.pack(name="quiz.h5p")
    packer.pack(name="newer.h5p", files=sound("1.16.5"))
    packer.pack(name="hostile.h5p", extra={"../outside.png": PNG})
    monkeypatch.chdir(packer.folder)
    readme = Path(__file__).parents[1] / "README.md"
    assert doctest.testfile(str(readme), module_relative=False).failed == 0
