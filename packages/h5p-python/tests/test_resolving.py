from __future__ import annotations

import pytest

import h5p
from h5p.libraries import read_release
from packing import described, named


def releases(**needs: str) -> dict[h5p.Library, h5p.Release]:
    """`A="B C"`: A 1.0 needs B 1.0 and C 1.0."""
    made = [
        read_release(
            described(
                f"{name} 1.0.0",
                *(f"{needed} 1.0" for needed in needed.split()),
                preloadedJs=[{"path": "./a.js"}],
                preloadedCss=[{"path": "a.css"}, {"path": "b.css"}],
            )
        )
        for name, needed in needs.items()
    ]
    return {release.library: release for release in made}


def order(have: dict[h5p.Library, h5p.Release], *wanted: str) -> str:
    found = h5p.resolve([named(f"{name} 1.0") for name in wanted], have.get)
    return "".join(release.library.machine_name for release in found.releases)


def test_dependencies_come_first_depth_first_each_once() -> None:
    assert order(releases(A="B C", B="D", C="D B", D=""), "A") == "DBCA"
    assert order(releases(A="B", B="", C="B"), "C", "A", "C") == "BCA"


def test_files_are_listed_in_order_of_loading() -> None:
    have = releases(A="B", B="")
    found = h5p.resolve(list(have), have.get)
    assert [(str(release), path) for release, path in found.js] == [
        ("B 1.0.0", "a.js"),
        ("A 1.0.0", "a.js"),
    ]
    assert [path for _, path in found.css] == ["a.css", "b.css", "a.css", "b.css"]


def test_it_tells_what_is_missing_and_goes_on() -> None:
    have = releases(A="X B", B="Y X")
    found = h5p.resolve([named("A 1.0")], have.get)
    assert [str(library) for library in found.missing] == ["X 1.0", "Y 1.0"]
    assert len(found.releases) == 2


@pytest.mark.parametrize(
    "needs", [{"A": "A"}, {"A": "B", "B": "A"}, {"A": "B", "B": "C", "C": "B"}]
)
def test_it_refuses_a_circle(needs: dict[str, str]) -> None:
    with pytest.raises(h5p.InvalidPackage, match="need each other"):
        order(releases(**needs), "A")


def test_a_long_chain_exhausts_nothing() -> None:
    chain = {f"L{at}": f"L{at + 1}" for at in range(5000)} | {"L5000": ""}
    assert order(releases(**chain), "L0").startswith("L5000L4999")


def test_an_editor_gets_more_where_there_is_more() -> None:
    have = releases(A="B", B="", E="F", F="")
    link = {"majorVersion": 1, "minorVersion": 0}
    editors = [link | {"machineName": name} for name in ("E", "Absent")]
    edited = read_release(described("A 1.0.0", "B 1.0", editorDependencies=editors))
    have[edited.library] = edited
    found = h5p.resolve([edited.library], have.get, for_editing=True)
    assert [r.library.machine_name for r in found.releases] == ["B", "A", "E", "F"]
    assert not found.missing
