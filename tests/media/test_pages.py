"""The pages of interactive content: authors upload, administrators decide, lessons are given it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from media.deciding import refuse
from media.models import Interactive, LibraryVersion
from media.taking_in import take_in
from tests.courses.building import add_chapter, add_lesson, make_page
from tests.courses.conftest import signed_in
from tests.media.building import make_interactive, make_library, make_package

pytestmark = pytest.mark.django_db


def upload(client: Client, path: str = "/tuong-tac/", **given: Any) -> Any:
    file = SimpleUploadedFile("goi.h5p", make_package(**given).getvalue())
    return client.post(path, {"file": file}, follow=True)


def test_an_author_uploads_and_is_told_what_waits(trainer: User) -> None:
    page = upload(signed_in(trainer)).content.decode()
    assert "Đã lưu thành bản số 1." in page
    assert "1 thư viện của gói chờ quản trị viên duyệt." in page
    assert "H5P.MultiChoice 1.16.4" in page
    assert "data-player" not in page


def test_a_bad_package_is_refused_beside_the_field(trainer: User) -> None:
    file = SimpleUploadedFile("goi.h5p", b"x")
    answer = signed_in(trainer).post("/tuong-tac/", {"file": file})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "hệ thống không lưu gì" in page
    assert "tệp không phải là gói" in page


def test_the_next_revision_is_uploaded_on_the_contents_own_page(trainer: User, admin: User) -> None:
    content = make_interactive(by=trainer, admin=admin)
    page = upload(signed_in(trainer), f"/tuong-tac/{content.public_id}/", title="Mới").content
    assert "data-player" in page.decode()
    assert [row.title for row in content.revisions.all()] == ["Mới", "Sau buổi họp"]


def test_an_administrator_decides_and_a_trainer_does_not(trainer: User, admin: User) -> None:
    take_in(make_package(), by=trainer)
    path = f"/tuong-tac/thu-vien/{LibraryVersion.objects.get().pk}/"
    assert signed_in(trainer).get(path).status_code == 404
    assert signed_in(trainer).post(path, {"decision": "approve"}).status_code == 404
    without = signed_in(admin).post(path, {"decision": "refuse"})
    assert "Đồng chí hãy ghi lý do" in without.content.decode()
    page = signed_in(admin).post(path, {"decision": "approve"}, follow=True).content.decode()
    assert "Đã duyệt H5P.MultiChoice 1.16.4" in page


def test_its_author_reads_why_a_library_was_refused(trainer: User, admin: User) -> None:
    content = take_in(make_package(), by=trainer).revision.content
    refuse(LibraryVersion.objects.get(), "Không rõ nguồn gốc", by=admin)
    page = signed_in(trainer).get(f"/tuong-tac/{content.public_id}/").content.decode()
    assert "Không rõ nguồn gốc" in page
    assert "data-player" not in page


def test_scripts_in_titles_are_words(trainer: User) -> None:
    page = upload(signed_in(trainer), title="<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page


def test_a_lesson_is_given_what_can_be_played_and_says_so(trainer: User, admin: User) -> None:
    ready = make_interactive(by=trainer, admin=admin)
    held_up = make_package(
        title="Chờ duyệt",
        libraries=make_library("H5P.Waiting", (1, 0, 0)),
        main=("H5P.Waiting", 1, 0),
    )
    take_in(held_up, by=trainer)
    client = signed_in(trainer)
    offered = client.get("/soan/interactive_chooser/").json()["html"]
    assert "Sau buổi họp" in offered
    assert "Chờ duyệt" not in offered
    lesson = add_lesson(add_chapter(make_page()), "1.1", interactive=ready)
    edit = client.get(f"/soan/pages/{lesson.pk}/edit/")
    assert edit.status_code == 200
    assert "Bài số 1.1" in client.get(f"/tuong-tac/{ready.public_id}/").content.decode()


def test_the_list_costs_no_more_with_more_contents(
    trainer: User, admin: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        make_interactive(content={"question": f"{number}"}, by=trainer, admin=admin)
    assert Interactive.objects.count() == 4
    client = signed_in(trainer)
    with django_assert_max_num_queries(16):
        assert client.get("/tuong-tac/").status_code == 200
