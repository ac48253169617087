from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest

import h5p
from packing import CONTENT, MANIFEST, Files, Packer, library, link, named, sound


@pytest.fixture
def store(tmp_path: Path) -> h5p.Store:
    return h5p.Store(tmp_path / "store")


def install(store: h5p.Store, path: Path) -> h5p.Proposal:
    package = h5p.read_package(path)
    proposal = store.propose(package)
    store.install(package, proposal)
    return proposal


def kinds(store: h5p.Store, path: Path) -> dict[str, str]:
    proposal = store.propose(h5p.read_package(path))
    return {str(change.library): change.kind.value for change in proposal.changes}


def main_change(store: h5p.Store, path: Path) -> h5p.Change:
    changes = store.propose(h5p.read_package(path)).changes
    return next(change for change in changes if change.title == "MultiChoice")


def refusal(store: h5p.Store, package: h5p.Package, proposal: h5p.Proposal) -> set[str]:
    before = {path: path.stat().st_size for path in store.folder.rglob("*")}
    with pytest.raises(h5p.InvalidPackage) as refused:
        store.install(package, proposal)
    assert {path: path.stat().st_size for path in store.folder.rglob("*")} == before | {
        store.folder / "lock": 0
    }
    return {problem.code for problem in refused.value.problems}


def test_to_propose_changes_nothing(store: h5p.Store, packer: Packer) -> None:
    before = sorted(store.folder.rglob("*"))
    assert set(kinds(store, packer.pack()).values()) == {"new"}
    assert sorted(store.folder.rglob("*")) == before


def test_it_installs_what_was_approved(store: h5p.Store, packer: Packer) -> None:
    install(store, packer.pack())
    assert {str(one.release) for one in store.libraries.values()} == {
        "H5P.Ground 2.0.1",
        "H5P.MultiChoice 1.16.4",
        "H5P.Question 1.5.9",
    }
    script = store.file_of(named("H5P.Question 1.5"), "js/it.js")
    assert script.read_text() == "var of = 'H5P.Question 1.5.9';"
    assert set(kinds(store, packer.pack()).values()) == {"same"}


def test_another_process_sees_it(store: h5p.Store, packer: Packer) -> None:
    other = h5p.Store(store.folder)
    assert not other.libraries
    install(store, packer.pack())
    assert other.libraries == store.libraries


def test_files_lie_under_their_digests_and_each_once(store: h5p.Store, packer: Packer) -> None:
    install(store, packer.pack())
    blobs = [path for path in (store.folder / "blobs").rglob("*") if path.is_file()]
    digests = {f.sha256 for one in store.libraries.values() for f in one.files}
    assert {path.parent.name + path.name for path in blobs} == digests
    assert len(digests) < sum(len(one.files) for one in store.libraries.values())


def test_a_patch_shows_its_difference(store: h5p.Store, packer: Packer) -> None:
    install(store, packer.pack())
    patched = sound("1.16.5", script="var better;") | {"H5P.MultiChoice-1.16/new.js": "x"}
    change = main_change(store, packer.pack(files=patched))
    assert (change.kind, change.before, change.version) == ("patch", "1.16.4", "1.16.5")
    assert change.added == ("new.js",)
    assert change.changed == ("js/it.js", "library.json")
    assert change.license == "MIT"


def test_a_patch_replaces_the_lower_one_for_all(store: h5p.Store, packer: Packer) -> None:
    install(store, packer.pack())
    install(store, packer.pack(files=sound("1.16.5")))
    release = store.release_of(named("H5P.MultiChoice 1.16"))
    assert release
    assert release.version == "1.16.5"


def test_it_never_installs_an_older_patch(store: h5p.Store, packer: Packer) -> None:
    install(store, packer.pack(files=sound("1.16.5")))
    proposal = install(store, packer.pack(files=sound("1.16.4")))
    assert [problem.code for problem in proposal.refusals] == ["downgrade"]
    assert kinds(store, packer.pack(files=sound("1.16.5")))["H5P.MultiChoice 1.16"] == "same"


def test_it_never_installs_one_version_with_other_bytes(store: h5p.Store, packer: Packer) -> None:
    install(store, packer.pack())
    proposal = install(store, packer.pack(files=sound(script="rogue()")))
    assert [problem.code for problem in proposal.refusals] == ["conflict"]
    script = store.file_of(named("H5P.MultiChoice 1.16"), "js/it.js")
    assert script.read_text() == "var of = 'H5P.MultiChoice 1.16.4';"


def test_another_minor_stands_beside(store: h5p.Store, packer: Packer) -> None:
    install(store, packer.pack())
    newer = {n: t for n, t in sound().items() if not n.startswith("H5P.MultiChoice")}
    newer |= library("H5P.MultiChoice 1.17.0", "H5P.Question 1.5", runnable=1)
    fields = MANIFEST | {"preloadedDependencies": [link("H5P.MultiChoice 1.17")]}
    path = packer.pack(fields, files=newer)
    assert main_change(store, path).kind is h5p.Kind.MINOR
    install(store, path)
    old, new = named("H5P.MultiChoice 1.16"), named("H5P.MultiChoice 1.17")
    assert [r.library for r in store.resolve([old]).releases][-1] == old
    assert [r.library for r in store.resolve([new]).releases][-1] == new


def test_it_refuses_when_the_store_is_no_longer_what_was_shown(
    store: h5p.Store, packer: Packer
) -> None:
    package = h5p.read_package(packer.pack(files=sound("1.16.4")))
    shown = store.propose(package)
    install(store, packer.pack(files=sound("1.16.5"), name="other.h5p"))
    assert refusal(store, package, shown) == {"changed-since"}


def test_it_refuses_when_the_package_is_no_longer_what_was_shown(
    store: h5p.Store, packer: Packer
) -> None:
    package = h5p.read_package(packer.pack())
    shown = store.propose(package)
    packer.pack(files=sound(script="rogue()"))
    assert refusal(store, package, shown) == {"changed-since"}
    package.path.unlink()
    with pytest.raises((h5p.InvalidPackage, OSError)):
        store.install(package, shown)
    assert not store.libraries


def test_it_installs_a_part_only_with_what_it_needs(store: h5p.Store, packer: Packer) -> None:
    package = h5p.read_package(packer.pack())
    shown = store.propose(package)
    with pytest.raises(h5p.InvalidPackage, match=r"H5P\.Ground 2\.0"):
        store.install(package, shown, only=[named("H5P.Question 1.5")])
    store.install(package, shown, only=[named("H5P.Ground 2.0")])
    assert list(store.libraries) == [named("H5P.Ground 2.0")]


def test_content_is_added_without_its_libraries(store: h5p.Store, packer: Packer) -> None:
    package = h5p.read_package(packer.pack())
    with pytest.raises(h5p.InvalidPackage, match="needed and not installed"):
        store.add_content(package)
    install(store, packer.pack())
    rogue = h5p.read_package(packer.pack(files=sound(script="rogue()")))
    content = store.add_content(rogue)
    assert content.filtered.value == CONTENT
    assert [str(used) for used in content.libraries] == [
        "H5P.Ground 2.0",
        "H5P.Question 1.5",
        "H5P.MultiChoice 1.16",
    ]
    [photo] = content.files
    assert store.blob(photo.sha256).read_bytes().startswith(b"\x89PNG")
    assert "rogue" not in store.file_of(content.libraries[-1], "js/it.js").read_text()


def test_it_tells_which_contents_a_patch_affects(store: h5p.Store, packer: Packer) -> None:
    install(store, packer.pack())
    content = store.add_content(h5p.read_package(packer.pack()))
    proposal = store.propose(h5p.read_package(packer.pack(files=sound("1.16.5"))))
    contents = {"quiz": content.libraries, "older": [named("H5P.MultiChoice 1.14")]}
    assert h5p.affected(proposal, contents) == {named("H5P.MultiChoice 1.16"): ("quiz",)}


def test_it_tells_what_scripts_reach_for(store: h5p.Store, packer: Packer) -> None:
    script = "window.parent.document.body; document.cookie; fetch('/x'); eval('1')"
    change = main_change(store, packer.pack(files=sound(script=script)))
    assert change.reaches == (
        "code made at run time",
        "cookies",
        "the network",
        "the page around it",
    )


@pytest.mark.parametrize("digest", ["", "..", "a" * 63, "A" * 64, "../" * 21 + "a", "g" * 64])
def test_no_digest_leads_outside(store: h5p.Store, digest: str) -> None:
    with pytest.raises(KeyError):
        store.blob(digest)


def test_only_digests_become_names(store: h5p.Store, packer: Packer) -> None:
    install(store, packer.pack())
    store.add_content(h5p.read_package(packer.pack()))
    for path in store.folder.rglob("*"):
        name = path.relative_to(store.folder).as_posix()
        fixed = name in {"blobs", "quarantine", "lock", "index.json"}
        assert fixed or set(name.removeprefix("blobs/")) <= set("0123456789abcdef/")


def test_a_disk_that_fails_leaves_nothing_half_installed(
    store: h5p.Store, packer: Packer, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = h5p.read_package(packer.pack())
    shown = store.propose(package)

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("h5p.store._to_disk", fail)
    with pytest.raises(OSError, match="no space"):
        store.install(package, shown)
    assert not store.libraries
    assert not list((store.folder / "quarantine").iterdir())
    assert not [path for path in (store.folder / "blobs").rglob("*") if path.is_file()]


def _install(folder: Path, path: Path) -> None:
    install(h5p.Store(folder), path)


def test_two_who_install_at_once_do_not_lose_each_other(store: h5p.Store, packer: Packer) -> None:
    paths = []
    for at in range(4):
        files: Files = {"content/content.json": json.dumps({})}
        files |= library(f"H5P.Kind{at} 1.0.0", runnable=1)
        fields = MANIFEST | {"mainLibrary": f"H5P.Kind{at}"}
        fields["preloadedDependencies"] = [link(f"H5P.Kind{at} 1.0")]
        paths.append(packer.pack(fields, files=files, name=f"{at}.h5p"))
    forks = multiprocessing.get_context("spawn")
    workers = [forks.Process(target=_install, args=(store.folder, path)) for path in paths]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all(worker.exitcode == 0 for worker in workers)
    assert len(store.libraries) == 4
