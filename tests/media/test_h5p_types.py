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
    (script,) = (folder_of(name) / "scripts").glob("*.js")
    words = SCRIPT_WORD.findall(script.read_text(encoding="utf-8"))
    (own,) = [field for field in semantics if field["name"] == "l10n"]
    assert words == [(field["name"], field["default"]) for field in own["fields"]]


@pytest.mark.parametrize("piece", pieces(), ids=lambda path: path.stem)
def test_a_piece_becomes_a_package_that_is_accepted(piece, tmp_path):
    package = h5p.read_package(pack(load(piece), tmp_path / "piece.h5p"))
    assert package.manifest.title == load(piece)["title"]
    assert not package.ignored
    name = package.manifest.main_library.machine_name
    assert [library.machine_name for library in package.manifest.dependencies] == needed(name)


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
