"""Our own H5P libraries are whole, translated, and packed so that other H5P software takes them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import h5p
from media.h5p_scoring import SCORERS
from tests.media.h5p_packing import TYPES, folder_of, load, needed, pack, pieces, preloaded

SCRIPT_WORD = re.compile(r"^    (\w+): '(.*)',$", re.MULTILINE)
VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
ALLOWED = {".js", ".css", ".json", ".svg"}
NUMBERS = {
    "H5P.KheoBase 1.0.1": "337e2c7205a2b755",
    "H5P.KheoDialogue 1.0.1": "5592e9b30280a773",
    "H5P.KheoSituation 1.0.1": "f85f56d6f7579668",
    "H5P.KheoSorting 1.0.1": "63b283304443b584",
    "H5P.KheoTimeline 1.0.1": "c9c0f886801de411",
}


def test_every_type_has_a_scorer():
    assert set(SCORERS) == set(TYPES)


@pytest.mark.parametrize("name", [*TYPES, "H5P.KheoBase"])
def test_a_library_is_whole(name):
    library = load(folder_of(name) / "library.json")
    assert library["machineName"] == name
    assert library["license"] == "MIT"
    assert library["coreApi"] == {"majorVersion": 1, "minorVersion": 24}
    for kind in ("Css", "Js"):
        for file in preloaded(name, kind):
            assert file.is_file(), file
    assert {file.suffix for file in folder_of(name).rglob("*") if file.is_file()} <= ALLOWED


@pytest.mark.parametrize("name", [*TYPES, "H5P.KheoBase"])
def test_scripts_put_no_markup_together_and_reach_for_nothing(name):
    for file in folder_of(name).rglob("*.js"):
        script = file.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", ".html(", "document.write"):
            assert word not in script, f"{file.name}: {word}"
        for word in ("fetch(", "XMLHttpRequest", "localStorage", "sessionStorage", "eval("):
            assert word not in script, f"{file.name}: {word}"


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_label_is_translated(name, language):
    semantics = load(folder_of(name) / "semantics.json")
    translated = load(folder_of(name) / "language" / f"{language}.json")["semantics"]
    assert shape_of(translated) == shape_of(semantics)
    vietnamese = VIETNAMESE.search(json.dumps(translated, ensure_ascii=False))
    assert bool(vietnamese) == (language == "vi")


@pytest.mark.parametrize("name", TYPES)
def test_the_words_of_the_script_are_those_of_the_form(name):
    """A platform that leaves the words out still shows them."""
    semantics = load(folder_of(name) / "semantics.json")
    own, shared = words_of(name), words_of("H5P.KheoBase")
    (form,) = [field for field in semantics if field["name"] == "l10n"]
    assert own + shared == [(field["name"], field["default"]) for field in form["fields"]]


def test_a_number_never_means_other_bytes(tmp_path):
    """Whoever changes a library gives it a new number, and writes both here."""
    found = {}
    for name in TYPES:
        packed = pack(
            {"title": "x", "library": name, "params": {}, "language": "vi"}, tmp_path / name
        )
        for library, held in h5p.read_package(packed).libraries.items():
            found[f"{library.machine_name} {held.release.version}"] = held.digest[:16]
    assert found == NUMBERS


@pytest.mark.parametrize("piece", pieces(), ids=lambda path: path.stem)
def test_a_piece_becomes_a_package_that_is_accepted(piece, tmp_path):
    package = h5p.read_package(pack(load(piece), tmp_path / "piece.h5p"))
    assert package.manifest.title == load(piece)["title"]
    assert not package.ignored
    name = package.manifest.main_library.machine_name
    assert [library.machine_name for library in package.manifest.dependencies] == needed(name)


def words_of(name: str) -> list[tuple[str, str]]:
    (script,) = (folder_of(name) / "scripts").glob("*.js")
    _before, _words, after = script.read_text(encoding="utf-8").partition("const WORDS = {")
    return SCRIPT_WORD.findall(after)


def shape_of(fields: list[dict[str, Any]]) -> list[Any]:
    """Which texts each field has, without the texts."""
    return [
        (
            sorted({"label", "description", "entity"} & set(field)),
            len(field.get("options", [])),
            shape_of(field.get("fields", [])),
            shape_of([field["field"]] if "field" in field else []),
        )
        for field in fields
    ]
