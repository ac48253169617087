"""A revision taken away as a package: what it says, its files, and all that plays it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from h5p import read_package
from media.editing import edit
from media.models import Interactive, InteractiveRevision
from media.putting_in import put_in
from media.taking_in import revise, take_in
from tests.courses.conftest import signed_in
from tests.media.building import make_interactive, make_library, make_package
from tests.media.test_putting_in import OLD, SEMANTICS, named, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(trainer: User, admin: User) -> Interactive:
    """Its second revision has a new picture."""
    said: dict[str, Any] = {"question": "Ai?", "image": {"path": "images/old.png"}}
    made = make_interactive(
        by=trainer,
        admin=admin,
        content=said,
        libraries=make_library(semantics=SEMANTICS),
        files={"content/images/old.png": OLD},
    )
    new = put_in(named("moi.png", picture()), "image")
    edit(made, title="Bản mới", params=said | {"image": new}, based_on=1, by=trainer)
    return made


def downloaded(user: User, content: Interactive, number: int) -> bytes:
    answer: Any = signed_in(user).get(f"/tuong-tac/{content.public_id}/ban-{number}.h5p")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_each_revision_holds_its_own_files(
    trainer: User, content: Interactive, tmp_path: Path
) -> None:
    held = {}
    for number in (1, 2):
        path = tmp_path / f"{number}.h5p"
        path.write_bytes(downloaded(trainer, content, number))
        package = read_package(path)
        assert package.missing == ()
        held[number] = (package.manifest.title, [file.name for file in package.content_files])
    latest = content.latest
    assert latest
    assert held == {1: ("Sau buổi họp", ["images/old.png"]), 2: ("Bản mới", list(latest.files))}


def test_what_is_taken_away_comes_back_as_it_was(trainer: User, content: Interactive) -> None:
    latest = content.latest
    assert latest
    package = io.BytesIO(downloaded(trainer, content, 2))
    again = revise(content, package, by=trainer).revision
    assert again.number == 3
    assert (again.filtered, again.files) == (latest.filtered, latest.files)


def test_what_cannot_be_played_is_not_given(trainer: User) -> None:
    content = take_in(make_package(), by=trainer).revision.content
    answer = signed_in(trainer).get(f"/tuong-tac/{content.public_id}/ban-1.h5p")
    assert answer.status_code == 409
    assert "Tải về được khi" in answer.content.decode()


@pytest.mark.parametrize("number", [3, 0, 10**30])
def test_there_are_only_the_revisions_there_are(
    trainer: User, content: Interactive, number: int
) -> None:
    answer = signed_in(trainer).get(f"/tuong-tac/{content.public_id}/ban-{number}.h5p")
    assert answer.status_code == 404
    assert InteractiveRevision.objects.count() == 2
