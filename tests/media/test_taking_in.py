"""Uploading a package: content is kept, libraries are proposed, nothing is half done."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from accounts.models import User
from cadres.models import Role
from kit.dates import now
from kit.errors import Refusal
from media.models import Interactive, InteractiveRevision, LibraryVersion
from media.storing import ROOT, sweep
from media.taking_in import revise, take_in
from operations.models import JournalEntry
from tests import cast
from tests.media.building import CHOICES, approve_all, make_library, make_package

pytestmark = pytest.mark.django_db


def stored(folder: str) -> list[str]:
    if not default_storage.exists(folder):
        return []
    folders, files = default_storage.listdir(folder)
    inner = [path for f in folders for path in stored(f"{folder}/{f}")]
    return inner + [f"{folder}/{file}" for file in files]


def everything() -> list[str]:
    return stored(ROOT) + stored("h5p-proposed")


@pytest.fixture(autouse=True)
def an_empty_store(db: Any) -> None:
    for path in everything():
        default_storage.delete(path)


def test_an_author_adds_content_and_its_library_waits(trainer: User) -> None:
    taken = take_in(make_package(), by=trainer)
    assert taken.revision.title == "Sau buổi họp"
    assert taken.revision.filtered is None
    assert [str(version) for version in taken.proposed] == ["H5P.MultiChoice 1.16.4"]
    assert LibraryVersion.objects.get().state == "proposed"
    assert {"interactive.take_in", "library.propose"} <= set(
        JournalEntry.objects.values_list("deed", flat=True)
    )


def test_what_waits_lies_where_no_player_fetches(trainer: User) -> None:
    take_in(make_package(), by=trainer)
    assert stored(f"{ROOT}/libraries") == []
    assert len(stored("h5p-proposed")) == 3


def test_a_learner_adds_nothing(learner: User) -> None:
    with pytest.raises(Refusal) as refused:
        take_in(make_package(), by=learner)
    assert refused.value.status == 403
    assert not Interactive.objects.exists()


def test_with_approved_libraries_it_can_be_played_at_once(trainer: User, admin: User) -> None:
    take_in(make_package(), by=trainer)
    approve_all(by=admin)
    taken = take_in(make_package(CHOICES | {"question": "Câu khác?"}), by=trainer)
    assert taken.proposed == []
    assert taken.revision.filtered
    assert taken.revision.filtered["question"] == "Câu khác?"


def test_what_the_library_does_not_know_is_not_played(trainer: User, admin: User) -> None:
    evil = CHOICES | {"question": "Câu <script>alert(1)</script>hỏi", "spy": "x"}
    revision = take_in(make_package(evil), by=trainer).revision
    approve_all(by=admin)
    revision.refresh_from_db()
    assert revision.filtered
    assert "script" not in revision.filtered["question"]
    assert "spy" not in revision.filtered
    assert revision.params["spy"] == "x"


def test_every_save_is_another_revision_and_none_is_changed(trainer: User) -> None:
    content = take_in(make_package(), by=trainer).revision.content
    revise(content, make_package(CHOICES | {"question": "Mới?"}), by=trainer)
    assert [row.number for row in content.revisions.all()] == [2, 1]
    first = content.revisions.get(number=1)
    first.title = "Khác"
    with pytest.raises(TypeError):
        first.save()
    with pytest.raises(TypeError):
        first.delete()


def test_the_same_package_again_makes_no_revision(trainer: User) -> None:
    content = take_in(make_package(), by=trainer).revision.content
    assert not revise(content, make_package(), by=trainer).is_new
    assert content.revisions.count() == 1


def test_an_older_library_is_left_aside(trainer: User, admin: User) -> None:
    take_in(make_package(), by=trainer)
    approve_all(by=admin)
    older = make_library(version=(1, 16, 3))
    taken = take_in(make_package({"question": "x"}, libraries=older), by=trainer)
    assert (taken.proposed, taken.differing) == ([], [])
    assert LibraryVersion.objects.count() == 1


def test_an_equal_number_with_other_files_is_told_and_left_aside(
    trainer: User, admin: User
) -> None:
    take_in(make_package(), by=trainer)
    approve_all(by=admin)
    rogue = make_library(script="steal();")
    taken = take_in(make_package({"question": "x"}, libraries=rogue), by=trainer)
    assert [str(version) for version in taken.differing] == ["H5P.MultiChoice 1.16.4"]
    assert LibraryVersion.objects.count() == 1


def test_a_package_without_its_libraries_is_refused(trainer: User) -> None:
    with pytest.raises(Refusal) as refused:
        take_in(make_package(libraries={}), by=trainer)
    assert refused.value.gaps == ["H5P.MultiChoice 1.16"]
    assert everything() == []


@pytest.mark.parametrize(
    "file",
    [
        io.BytesIO(b"nothing of the kind"),
        make_package(files={"../out.txt": "x"}),
        make_package(files={"content/page.html": "<script>"}),
    ],
)
def test_a_bad_package_leaves_neither_rows_nor_files(trainer: User, file: io.BytesIO) -> None:
    with pytest.raises(Refusal) as refused:
        take_in(file, by=trainer)
    assert refused.value.gaps
    assert not Interactive.objects.exists()
    assert everything() == []


def test_a_deed_that_fails_takes_back_its_files(
    trainer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_rest: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("media.taking_in.refilter", fail)
    with pytest.raises(RuntimeError):
        take_in(make_package(), by=trainer)
    assert not LibraryVersion.objects.exists()
    assert everything() == []


def test_what_a_killed_deed_leaves_is_swept(trainer: User, admin: User) -> None:
    take_in(make_package(files={"content/images/a.png": b"\x89PNG"}), by=trainer)
    approve_all(by=admin)
    kept = sorted(everything())
    for folder in ("h5p/libraries", "h5p/contents", "h5p-proposed"):
        default_storage.save(f"{folder}/{'0' * 64}/x.js", io.BytesIO(b"x"))
    assert sweep(at=now()) == 0
    later = now() + timedelta(days=1)
    assert sweep(at=later) == 3 + len([path for path in kept if path.startswith("h5p-proposed")])
    assert sorted(everything()) == [path for path in kept if not path.startswith("h5p-proposed")]


def test_a_file_cut_off_by_a_kill_is_written_anew(trainer: User) -> None:
    take_in(make_package(), by=trainer)
    path = next(name for name in stored("h5p-proposed") if name.endswith("main.js"))
    LibraryVersion.objects.all().delete()
    InteractiveRevision.objects.all()._raw_delete("default")
    default_storage.delete(path)
    default_storage.save(path, io.BytesIO(b"H5P"))
    take_in(make_package(), by=trainer)
    assert default_storage.size(path) > 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_upload_the_same_at_once_propose_it_once() -> None:
    author = cast.make_role(cast.build_units(), Role.TRAINER)

    def upload(_number: int) -> None:
        try:
            take_in(make_package(), by=author)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upload, range(4)))
    assert LibraryVersion.objects.count() == 1
    assert Interactive.objects.count() == 4
    assert len(stored("h5p-proposed")) == 3
