"""Contents that move to a newer minor version of their library: foreseen, chosen, never silently
losing anything."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from kit.errors import Refusal
from media.deciding import approve
from media.editing import edit
from media.models import Interactive, InteractiveRevision, LibraryVersion
from media.moving import Foreseen, foresee, movable, move
from media.opening import open_revision
from media.taking_in import take_in
from operations.models import JournalEntry
from tests.courses.building import add_chapter, add_lesson, make_page
from tests.courses.conftest import signed_in
from tests.media.building import (
    CHOICES,
    SEMANTICS,
    approve_all,
    make_interactive,
    make_library,
    make_package,
)

pytestmark = pytest.mark.django_db
MAIN = ("H5P.MultiChoice", 1, 17)
# The newer version knows no answers any more.
NARROWER = SEMANTICS[:1]


def release(by: User, admin: User, *, minor: int = 17, **given: Any) -> LibraryVersion:
    """A newer minor version, approved with a content of its own."""
    extra = given.pop("extra", {})
    libraries = make_library(version=(1, minor, 0), **given) | extra
    package = make_package(
        {"question": "x"}, title="Khác", libraries=libraries, main=("H5P.MultiChoice", 1, minor)
    )
    take_in(package, by=by)
    approve_all(by=admin)
    return LibraryVersion.objects.get(machine_name="H5P.MultiChoice", minor=minor)


@pytest.fixture
def content(trainer: User, admin: User) -> Interactive:
    return make_interactive(by=trainer, admin=admin)


def latest(content: Interactive) -> InteractiveRevision:
    found = content.latest
    assert found
    return found


def foreseen(content: Interactive, version: LibraryVersion) -> Foreseen:
    (found,) = foresee([latest(content)], version, "vi")
    return found


# --- Foreseeing ---------------------------------------------------------------------------------
def test_contents_of_older_minors_could_move_and_no_others(
    content: Interactive, trainer: User, admin: User
) -> None:
    newer = release(trainer, admin)
    other = make_library("H5P.Other", (1, 0, 0))
    make_interactive(by=trainer, admin=admin, libraries=other, main=("H5P.Other", 1, 0))
    assert list(movable(newer)) == [content]
    older = LibraryVersion.objects.get(machine_name="H5P.MultiChoice", minor=16)
    assert not movable(older).exists()


def test_only_the_patch_in_use_is_moved_to(
    content: Interactive, trainer: User, admin: User
) -> None:
    first = release(trainer, admin)
    libraries = make_library(version=(1, 17, 1))
    approve(take_in(make_package(libraries=libraries, main=MAIN), by=trainer).proposed[0], by=admin)
    assert not movable(first).exists()
    with pytest.raises(Refusal):
        move(content, first, based_on=1, by=admin)


def test_what_a_newer_version_would_drop_is_foreseen_and_nothing_written(
    content: Interactive, trainer: User, admin: User
) -> None:
    found = foreseen(content, release(trainer, admin, semantics=NARROWER))
    assert (found.is_lossless, found.may_move) == (False, True)
    assert {(one.how, one.path[0]) for one in found.changes} == {("removed", "Answers")}
    assert content.revisions.count() == 1


def test_what_reads_the_same_is_lossless(content: Interactive, trainer: User, admin: User) -> None:
    more = [*SEMANTICS, {"name": "hint", "type": "text", "label": "Hint"}]
    found = foreseen(content, release(trainer, admin, semantics=more))
    assert (found.is_lossless, found.changes) == (True, [])


# --- Moving -------------------------------------------------------------------------------------
def test_moving_is_a_new_revision_played_by_the_newer_version(
    content: Interactive, trainer: User, admin: User
) -> None:
    before, newer = latest(content), release(trainer, admin)
    made = move(content, newer, based_on=1, by=admin)
    assert (made.number, made.way, made.source, made.made_by) == (2, "moved", before, admin)
    assert (made.library, made.filtered) == (newer.library, before.filtered)
    assert made.needs == ["H5P.MultiChoice 1.17"]
    playable = open_revision(made)
    assert playable and list(playable.folders) == ["H5P.MultiChoice-1.17"]
    old = open_revision(before)
    assert old and old.library == "H5P.MultiChoice 1.16"
    entry = JournalEntry.objects.get(deed="interactive.move")
    assert (entry.after["from"], entry.after["into"], entry.actor) == (
        "H5P.MultiChoice 1.16",
        "H5P.MultiChoice 1.17",
        admin,
    )


def test_nothing_is_lost_unless_that_is_accepted(
    content: Interactive, trainer: User, admin: User
) -> None:
    newer = release(trainer, admin, semantics=NARROWER)
    with pytest.raises(Refusal, match="chưa ai đồng ý"):
        move(content, newer, based_on=1, by=admin)
    assert content.revisions.count() == 1
    made = move(content, newer, based_on=1, accepts_loss=True, by=admin)
    assert made.filtered == {"question": CHOICES["question"]}
    assert content.revisions.get(number=1).params == CHOICES


def test_never_a_downgrade_nor_another_library(
    content: Interactive, trainer: User, admin: User
) -> None:
    older = LibraryVersion.objects.get()
    move(content, release(trainer, admin), based_on=1, by=admin)
    other = make_library("H5P.Other", (1, 99, 0))
    make_interactive(by=trainer, admin=admin, libraries=other, main=("H5P.Other", 1, 99))
    for version in (older, LibraryVersion.objects.get(machine_name="H5P.Other")):
        with pytest.raises(Refusal, match="Không chuyển"):
            move(content, version, based_on=2, by=admin)


def test_what_an_author_saved_meanwhile_is_not_moved_unseen(
    content: Interactive, trainer: User, admin: User
) -> None:
    newer = release(trainer, admin)
    edit(content, title="Mới", params={"question": "Mới?"}, based_on=1, by=trainer)
    with pytest.raises(Refusal):
        move(content, newer, based_on=1, by=admin)
    assert latest(content).number == 2


def test_a_version_with_an_upgrade_script_moves_nothing(
    content: Interactive, trainer: User, admin: User
) -> None:
    script = {"H5P.MultiChoice-1.17/upgrades.js": "H5PUpgrades = {};"}
    newer = release(trainer, admin, extra=script)
    found = foreseen(content, newer)
    assert (found.may_move, found.scripted) == (False, ["H5P.MultiChoice 1.17.0"])
    with pytest.raises(Refusal, match="mã nâng cấp"):
        move(content, newer, based_on=1, accepts_loss=True, by=admin)
    page = signed_in(admin).get(f"/tuong-tac/thu-vien/{newer.pk}/").content.decode()
    assert "Hệ thống không chạy mã của bên ngoài" in page
    assert "Chuyển các nội dung đã chọn" not in page


def test_only_an_administrator_moves(content: Interactive, trainer: User, admin: User) -> None:
    newer = release(trainer, admin)
    with pytest.raises(Refusal) as refused:
        move(content, newer, based_on=1, by=trainer)
    assert refused.value.status == 403


# --- Contents in contents -----------------------------------------------------------------------
def holder(inner: str) -> list[dict[str, Any]]:
    part = {"name": "part", "type": "library", "label": "Question", "options": [inner]}
    return [{"name": "parts", "type": "list", "label": "Questions", "field": part}]


def make_set(minor: int, inner: tuple[int, int, int], **given: Any) -> dict[str, str]:
    named = f"H5P.MultiChoice {inner[0]}.{inner[1]}"
    return make_library(
        "H5P.Set",
        (1, minor, 0),
        semantics=holder(named),
        needs=(("H5P.MultiChoice", *inner[:2]),),
    ) | make_library(version=inner, **given)


@pytest.fixture
def nested(trainer: User, admin: User) -> Interactive:
    said = {"parts": [{"library": "H5P.MultiChoice 1.16", "params": CHOICES}]}
    libraries = make_set(0, (1, 16, 4))
    return make_interactive(
        by=trainer, admin=admin, content=said, libraries=libraries, main=("H5P.Set", 1, 0)
    )


def release_set(by: User, admin: User, extra: dict[str, str] | None = None) -> LibraryVersion:
    libraries = make_set(1, (1, 17, 0)) | (extra or {})
    take_in(make_package({}, title="Khác", libraries=libraries, main=("H5P.Set", 1, 1)), by=by)
    approve_all(by=admin)
    return LibraryVersion.objects.get(machine_name="H5P.Set", minor=1)


def test_a_content_in_it_goes_along_to_the_version_that_is_taken_there(
    nested: Interactive, trainer: User, admin: User
) -> None:
    newer = release_set(trainer, admin)
    assert foreseen(nested, newer).is_lossless
    made = move(nested, newer, based_on=1, by=admin)
    assert made.filtered
    (part,) = made.filtered["parts"]
    assert (part["library"], part["params"]) == ("H5P.MultiChoice 1.17", CHOICES)
    assert made.needs == ["H5P.MultiChoice 1.17", "H5P.Set 1.1"]


def test_a_content_in_it_whose_version_has_a_script_stays(
    nested: Interactive, trainer: User, admin: User
) -> None:
    newer = release_set(trainer, admin, {"H5P.MultiChoice-1.17/upgrades.js": "x"})
    assert foreseen(nested, newer).scripted == ["H5P.MultiChoice 1.17.0"]


# --- The page -----------------------------------------------------------------------------------
@pytest.fixture
def desk(admin: User) -> Client:
    return signed_in(admin)


def test_the_librarys_page_names_contents_lessons_and_losses(
    content: Interactive, trainer: User, admin: User, desk: Client
) -> None:
    add_lesson(add_chapter(make_page()), "1.1", interactive=content)
    newer = release(trainer, admin, semantics=NARROWER)
    path = f"/tuong-tac/thu-vien/{newer.pk}/"
    page = desk.get(path).content.decode()
    assert "1 nội dung có thể chuyển sang H5P.MultiChoice 1.17.0" in page
    for words in ("Sau buổi họp", "Bài số 1.1", "Ghi lại ý kiến của dân", "(upgrades.js)"):
        assert words in page
    assert 'name="chuyen"' not in page
    kept = desk.post(f"{path}chuyen/", {"chuyen": f"{content.public_id}:1"}, follow=True)
    assert "Chưa chuyển “Sau buổi họp”" in kept.content.decode()
    assert content.revisions.count() == 1
    done = desk.post(f"{path}chuyen/", {"mat": f"{content.public_id}:1"}, follow=True)
    assert "Đã chuyển 1 nội dung." in done.content.decode()
    assert latest(content).library == newer.library


def test_one_that_cannot_move_keeps_none_of_the_others(
    content: Interactive, trainer: User, admin: User, desk: Client
) -> None:
    other = make_interactive(content={"question": "Hai?"}, by=trainer, admin=admin)
    newer = release(trainer, admin)
    edit(other, title="Mới", params={"question": "Mới?"}, based_on=1, by=trainer)
    chosen = [f"{other.public_id}:1", f"{content.public_id}:1"]
    desk.post(f"/tuong-tac/thu-vien/{newer.pk}/chuyen/", {"chuyen": chosen})
    assert (latest(content).way, latest(other).way) == ("moved", "edited")


@pytest.mark.parametrize("told", ["", "x", "x:1", "0" * 4000, ":", "1:" + "9" * 5000])
def test_odd_choices_move_nothing(
    content: Interactive, trainer: User, admin: User, desk: Client, told: str
) -> None:
    newer = release(trainer, admin)
    path = f"/tuong-tac/thu-vien/{newer.pk}/chuyen/"
    for sent in ({"chuyen": told}, {"mat": f"{content.public_id}:{told}"}, {}):
        assert desk.post(path, sent).status_code == 302
    assert content.revisions.count() == 1
