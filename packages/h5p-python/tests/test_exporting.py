from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import h5p
from packing import CONTENT, MANIFEST, Packer
from test_properties import TEXTS, VALUES


@pytest.fixture
def store(tmp_path: Path) -> h5p.Store:
    return h5p.Store(tmp_path / "store")


def taken_in(store: h5p.Store, path: Path) -> h5p.Content:
    package = h5p.read_package(path)
    store.install(package, store.propose(package))
    return store.add_content(package)


def exported(content: h5p.Content, store: h5p.Store, path: Path) -> bytes:
    h5p.export(content, store, path)
    return path.read_bytes()


METADATA = {
    "authors": [{"name": "Ban Dân vận", "role": "Author"}],
    "license": "CC BY-SA",
    "licenseVersion": "4.0",
    "yearFrom": 2026,
    "source": "https://example.org/x",
}


def test_out_and_in_and_out_again_is_the_same(
    store: h5p.Store, packer: Packer, tmp_path: Path
) -> None:
    stray = {"H5P.MultiChoice-1.16/.eslintrc": "x", "README.txt": "x"}
    first = taken_in(store, packer.pack(MANIFEST | METADATA, extra=dict(stray)))
    once = exported(first, store, tmp_path / "once.h5p")
    other = h5p.Store(tmp_path / "other")
    second = taken_in(other, tmp_path / "once.h5p")
    assert exported(second, other, tmp_path / "twice.h5p") == once
    assert second.filtered.value == first.filtered.value == CONTENT
    assert second.manifest.metadata == METADATA
    assert other.libraries == store.libraries


def test_what_is_exported_is_sound_and_has_what_it_needs(
    store: h5p.Store, packer: Packer, tmp_path: Path
) -> None:
    exported(taken_in(store, packer.pack()), store, tmp_path / "out.h5p")
    package = h5p.read_package(tmp_path / "out.h5p")
    package.refuse_gaps()
    assert package.manifest.title == MANIFEST["title"]
    assert not package.ignored


def test_an_export_holds_no_script_that_came_with_a_text(
    store: h5p.Store, packer: Packer, tmp_path: Path
) -> None:
    content = CONTENT | {"question": "<script>alert(1)</script>Chào", "rogue": "<script>"}
    path = packer.pack(extra={"content/content.json": json.dumps(content)})
    exported(taken_in(store, path), store, tmp_path / "out.h5p")
    with zipfile.ZipFile(tmp_path / "out.h5p") as archive:
        written = json.loads(archive.read("content/content.json"))
    assert written == CONTENT | {"question": "Chào"}


@given(st.dictionaries(st.sampled_from([*CONTENT, "alone", "passed"]), VALUES | TEXTS, max_size=5))
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25
)
def test_whatever_the_content_the_round_trip_is_stable(
    store: h5p.Store, packer: Packer, tmp_path: Path, change: dict[str, Any]
) -> None:
    content = json.dumps(CONTENT | change)
    try:
        first = taken_in(store, packer.pack(extra={"content/content.json": content}))
    except h5p.InvalidPackage:  # NUL, NaN, half a character
        return
    once = exported(first, store, tmp_path / "once.h5p")
    second = taken_in(store, tmp_path / "once.h5p")
    assert exported(second, store, tmp_path / "twice.h5p") == once
    assert not second.filtered.notes


def test_it_writes_to_an_open_file_too(store: h5p.Store, packer: Packer, tmp_path: Path) -> None:
    content = taken_in(store, packer.pack())
    target = io.BytesIO()
    h5p.export(content, store, target)
    assert target.getvalue() == exported(content, store, tmp_path / "out.h5p")


def test_it_refuses_what_its_libraries_do_not_play(
    store: h5p.Store, packer: Packer, tmp_path: Path
) -> None:
    content = taken_in(store, packer.pack())
    with pytest.raises(h5p.InvalidPackage, match="is not installed"):
        h5p.export(content, h5p.Store(tmp_path / "empty"), tmp_path / "out.h5p")
    assert not (tmp_path / "out.h5p").exists()
