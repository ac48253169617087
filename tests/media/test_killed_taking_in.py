"""A process killed while it takes in a package, or installs a library, leaves nothing half done."""

from __future__ import annotations

import hashlib
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import User
from cadres.models import Role
from kit.dates import now
from media.deciding import approve
from media.models import Interactive, InteractiveRevision, LibraryVersion
from media.opening import open_revision
from media.storing import UNSETTLED, content_folder, sweep
from media.taking_in import take_in
from operations.models import JournalEntry
from tests import cast
from tests.media.building import approve_all, make_library, make_package
from tests.media.stopping import STOPPED
from tests.media.test_taking_in import everything, stored
from tests.processes import running

pytestmark = pytest.mark.django_db(transaction=True)
# Of each library, besides its three; and of the content.
PIECES, FILMS = 60, 40
LIBRARY_FILES = PIECES + 3
MODELS: list[Any] = [Interactive, InteractiveRevision, LibraryVersion, JournalEntry]


@pytest.fixture(autouse=True)
def an_empty_store(db: Any) -> None:
    for path in everything():
        default_storage.delete(path)


@pytest.fixture
def author() -> User:
    return cast.make_role(cast.build_units(), Role.TRAINER)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Two libraries and a content of some megabytes, which do not pack well."""
    libraries = make_library("H5P.Ground") | make_library(needs=(("H5P.Ground", 1, 16),))
    pieces = {
        f"{name}-1.16/styles/{number}.css": noise(f"{name}{number}", 400).hex()
        for name in ("H5P.Ground", "H5P.MultiChoice")
        for number in range(PIECES)
    }
    films: dict[str, str | bytes] = {
        f"content/videos/{number}.mp4": b"\0\0\0\x20ftypisom" + noise(str(number), 4000)
        for number in range(FILMS)
    }
    path = tmp_path / "goi.h5p"
    path.write_bytes(make_package(libraries=libraries | pieces, files=films).read())
    return path


def noise(seed: str, pieces: int) -> bytes:
    return b"".join(hashlib.sha256(f"{seed} {piece}".encode()).digest() for piece in range(pieces))


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def kill(deed: str, what: object, by: User, place: str, number: int) -> None:
    """The deed in a process of its own, killed when it is there."""
    told = ["-m", "tests.media.stopping", deed, str(what), str(by.pk), place, str(number)]
    process = running(*told, storage=default_storage.path(""))
    assert process.stdout
    said = process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    _rest, complaints = process.communicate()
    assert said.strip() == STOPPED, complaints
    assert process.returncode == -signal.SIGKILL


def is_whole(revision: InteractiveRevision) -> bool:
    """Every file that its rows name is there with the bytes they tell of."""
    held = {
        f"{content_folder(revision.digest)}/{path}": told for path, told in revision.files.items()
    }
    for version in LibraryVersion.objects.all():
        held |= {f"h5p/libraries/{version.digest}/{p}": told for p, told in version.files.items()}
    for path, told in held.items():
        with default_storage.open(path) as file:
            if hashlib.sha256(file.read()).hexdigest() != told["digest"]:
                return False
    return True


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("half", 1),
        ("file", 30),
        ("media_libraryversion", 1),
        ("half", LIBRARY_FILES + 20),
        ("half", 2 * LIBRARY_FILES + FILMS),
        ("operations_journalentry", 3),
    ],
)
def test_a_killed_upload_leaves_nothing_half_installed_and_can_be_done_again(
    author: User, package: Path, place: str, number: int
) -> None:
    before = counts()
    kill("take_in", package, author, place, number)
    assert counts() == before
    assert stored("h5p/libraries") == []
    assert everything()  # no row names them, and in time they go
    with package.open("rb") as file:
        revision = take_in(file, by=author).revision
    approve_all(by=cast.make_admin())
    revision.refresh_from_db()
    assert open_revision(revision)
    assert is_whole(revision)
    assert len(stored("h5p/contents")) == FILMS
    assert len(stored("h5p/libraries")) == 2 * LIBRARY_FILES


def test_what_it_left_is_swept_where_nobody_does_it_again(author: User, package: Path) -> None:
    kill("take_in", package, author, "half", 2 * LIBRARY_FILES + 5)
    assert len(everything()) == 2 * LIBRARY_FILES + 5
    assert sweep(at=now()) == 0
    sweep(at=now() + UNSETTLED + timedelta(minutes=1))
    assert everything() == []


@pytest.mark.parametrize(("place", "number"), [("half", 20), ("operations_journalentry", 1)])
def test_a_library_whose_approval_is_killed_stays_proposed(
    author: User, package: Path, place: str, number: int
) -> None:
    with package.open("rb") as file:
        revision = take_in(file, by=author).revision
    admin = cast.make_admin()
    main = LibraryVersion.objects.get(machine_name="H5P.MultiChoice")
    before = counts()
    kill("approve", main.pk, admin, place, number)
    assert counts() == before
    main.refresh_from_db()
    assert main.state == "proposed"
    assert open_revision(revision) is None
    approve(main, by=admin)
    approve_all(by=admin)
    revision.refresh_from_db()
    assert open_revision(revision)
    assert is_whole(revision)
