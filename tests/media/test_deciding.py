"""Approving libraries: administrators alone, never a downgrade, never other bytes."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from kit.errors import Refusal
from media.deciding import affected_by, approve, refuse
from media.differing import difference
from media.models import Interactive, InteractiveRevision, LibraryVersion
from media.opening import open_revision
from media.taking_in import take_in
from operations.models import JournalEntry
from tests.media.building import (
    CHOICES,
    SEMANTICS,
    make_interactive,
    make_library,
    make_package,
)

pytestmark = pytest.mark.django_db


def proposal(by: User, patch: int = 5, **given: Any) -> LibraryVersion:
    libraries = make_library(version=(1, 16, patch), **given)
    taken = take_in(make_package({"question": f"{patch}"}, libraries=libraries), by=by)
    return taken.proposed[0]


def latest(content: Interactive) -> InteractiveRevision:
    found = content.latest
    assert found
    return found


def test_only_an_administrator_approves(trainer: User) -> None:
    version = proposal(trainer)
    with pytest.raises(Refusal) as refused:
        approve(version, by=trainer)
    assert refused.value.status == 403
    assert LibraryVersion.objects.get().state == "proposed"


def test_approving_lets_content_be_played(trainer: User, admin: User) -> None:
    revision = take_in(make_package(), by=trainer).revision
    assert open_revision(revision) is None
    approve(LibraryVersion.objects.get(), by=admin)
    revision.refresh_from_db()
    playable = open_revision(revision)
    assert playable and playable.library == "H5P.MultiChoice 1.16"
    assert [path.rpartition("/")[2] for path in playable.scripts] == ["main.js"]
    assert JournalEntry.objects.filter(deed="library.approve").exists()


def test_refusing_needs_a_reason(trainer: User, admin: User) -> None:
    version = proposal(trainer)
    with pytest.raises(Refusal):
        refuse(version, " ", by=admin)
    refuse(version, "Không rõ giấy phép", by=admin)
    version.refresh_from_db()
    assert (version.state, version.reason) == ("refused", "Không rõ giấy phép")


def test_what_was_decided_is_not_decided_again(trainer: User, admin: User) -> None:
    version = proposal(trainer)
    refuse(version, "Không cần", by=admin)
    with pytest.raises(Refusal):
        approve(version, by=admin)


def test_a_refused_library_uploaded_again_stays_refused(trainer: User, admin: User) -> None:
    refuse(proposal(trainer), "Không cần", by=admin)
    libraries = make_library(version=(1, 16, 5))
    with pytest.raises(Refusal) as refused:
        take_in(make_package({"question": "nữa"}, libraries=libraries), by=trainer)
    assert refused.value.gaps == ["H5P.MultiChoice 1.16"]
    assert LibraryVersion.objects.get().state == "refused"


def test_a_patch_plays_old_content_at_once(trainer: User, admin: User) -> None:
    content = make_interactive(by=trainer, admin=admin)
    approve(proposal(trainer, script="new();"), by=admin)
    playable = open_revision(latest(content))
    newest = LibraryVersion.objects.get(patch=5)
    assert playable and playable.folders == {"H5P.MultiChoice-1.16": newest.digest}


def test_a_new_minor_leaves_old_content_with_its_own(trainer: User, admin: User) -> None:
    content = make_interactive(by=trainer, admin=admin)
    libraries = make_library(version=(1, 17, 0))
    package = make_package(libraries=libraries, main=("H5P.MultiChoice", 1, 17))
    approve(take_in(package, by=trainer).proposed[0], by=admin)
    playable = open_revision(latest(content))
    assert playable and playable.library == "H5P.MultiChoice 1.16"
    assert list(playable.folders) == ["H5P.MultiChoice-1.16"]


def test_never_a_downgrade(trainer: User, admin: User) -> None:
    older, newer = proposal(trainer, 4), proposal(trainer, 5)
    approve(newer, by=admin)
    older.refresh_from_db()
    assert older.state == "refused"
    LibraryVersion.objects.filter(pk=older.pk).update(state="proposed", decided_at=None)
    with pytest.raises(Refusal):
        approve(older, by=admin)


def test_never_an_equal_number_with_other_files(trainer: User, admin: User) -> None:
    one, other = proposal(trainer, script="a();"), proposal(trainer, script="b();")
    approve(one, by=admin)
    LibraryVersion.objects.filter(pk=other.pk).update(state="proposed", decided_at=None)
    with pytest.raises(Refusal):
        approve(other, by=admin)
    assert LibraryVersion.objects.approved().get() == one


def test_the_difference_is_shown(trainer: User, admin: User) -> None:
    make_interactive(by=trainer, admin=admin)
    libraries = make_library(version=(1, 16, 5), script="document.cookie;\n")
    libraries["H5P.MultiChoice-1.16/more.js"] = "x"
    package = make_package({"question": "x"}, libraries=libraries)
    told = difference(take_in(package, by=trainer).proposed[0])
    assert str(told.held) == "H5P.MultiChoice 1.16.4"
    assert {file.path: file.how for file in told.files} == {
        "library.json": "changed",
        "main.js": "changed",
        "more.js": "added",
    }
    lines = next(file.lines for file in told.files if file.path == "main.js")
    assert ("added", "+document.cookie;") in lines
    assert told.reaches


def test_what_a_patch_would_take_from_contents_is_foreseen(trainer: User, admin: User) -> None:
    content = make_interactive(by=trainer, admin=admin)
    version = proposal(trainer, semantics=SEMANTICS[:1])
    foreseen = {one.revision.content_id: one for one in affected_by(version)}
    assert foreseen[content.pk].is_changed
    assert (latest(content).filtered or {})["answers"]  # nothing is written by looking
    approve(version, by=admin)
    assert "answers" not in (latest(content).filtered or {})
    assert latest(content).params == CHOICES
