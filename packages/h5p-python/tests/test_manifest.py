from __future__ import annotations

import json
from typing import Any

import pytest

import h5p
from packing import MANIFEST, Packer, without

DEPENDENCY = MANIFEST["preloadedDependencies"][0]


def places(packer: Packer, manifest: object) -> list[str]:
    with pytest.raises(h5p.InvalidPackage) as refusal:
        h5p.read_package(packer.pack(manifest))
    return [problem.place for problem in refusal.value.problems]


def test_it_reads_a_sound_package(packer: Packer) -> None:
    package = h5p.read_package(packer.pack())
    assert package.manifest.title == "Đi từng ngõ, gõ từng nhà"
    assert package.manifest.main_library == h5p.Library("H5P.MultiChoice", 1, 16)
    assert [str(d) for d in package.manifest.dependencies] == [
        "H5P.MultiChoice 1.16",
        "H5P.Question 1.5",
    ]


def test_what_lies_beside_the_package_is_ignored(packer: Packer) -> None:
    stray = {
        "README.txt": "x",
        "H5P.Question-1.5/LICENSE": "x",
        "H5P.Question-1.5/old.swf": "x",
        "__MACOSX/._h5p.json": "x",
        "content/.DS_Store": "x",
    }
    package = h5p.read_package(packer.pack(extra=dict(stray)))
    assert {member.name for member in package.ignored} == set(stray)
    assert "content/content.json" in {member.name for member in package.members}


def test_every_missing_field_is_told_at_once(packer: Packer) -> None:
    wanted = ["title", "language", "embedTypes", "mainLibrary", "preloadedDependencies"]
    assert places(packer, {}) == wanted


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 256),
        ("title", 7),
        ("language", "tiếng Việt"),
        ("mainLibrary", "../H5P"),
        ("mainLibrary", "H5P.Absent"),
        ("embedTypes", []),
        ("embedTypes", ["iframe", "popup"]),
        ("embedTypes", [["iframe"]]),
        ("preloadedDependencies", []),
        ("preloadedDependencies", {"0": DEPENDENCY}),
    ],
)
def test_it_refuses_the_field(packer: Packer, field: str, value: object) -> None:
    assert places(packer, without(field) | {field: value}) == [field]


@pytest.mark.parametrize(
    "change",
    [
        {"machineName": "H5P/Multi"},
        {"majorVersion": True},
        {"majorVersion": 1.0},
        {"minorVersion": "16a"},
        {"minorVersion": -1},
        {"minorVersion": None},
    ],
)
def test_it_refuses_the_dependency(packer: Packer, change: dict[str, Any]) -> None:
    wrong = without("preloadedDependencies") | {
        "preloadedDependencies": [DEPENDENCY, DEPENDENCY | change]
    }
    assert places(packer, wrong) == ["preloadedDependencies[1]"]


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"title": NaN}',
        b'{"title": ' + b"9" * 10_000 + b"}",
        json.dumps(MANIFEST).encode("utf-16"),
        b"[]",
        b"",
    ],
)
def test_it_refuses_what_is_not_plain_json(packer: Packer, content: bytes) -> None:
    assert places(packer, content) == ["h5p.json"]


@pytest.mark.parametrize("name", ["h5p.json", "content/content.json"])
def test_it_names_what_is_missing(packer: Packer, name: str) -> None:
    with pytest.raises(h5p.InvalidPackage, match=name):
        h5p.read_package(packer.pack(leave_out=name))
