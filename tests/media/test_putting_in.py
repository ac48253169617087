"""Files put into a form: judged as a package's are, drafts until saved, then the revision's own."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from posixpath import normpath
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from kit.dates import now
from media import putting_in
from media.exporting import export
from media.models import Interactive, InteractiveRevision, Picture
from media.opening import find_draft
from media.playing import Ticket
from media.putting_in import put_in
from media.storing import DRAFT_KEPT, DRAFTS, content_folder, sweep
from media.taking_in import revise, take_in
from tests.courses.conftest import signed_in
from tests.media.building import make_interactive, make_library, make_package

pytestmark = pytest.mark.django_db
SEMANTICS: list[dict[str, Any]] = [
    {"name": "question", "type": "text", "maxLength": 300},
    {"name": "image", "type": "image", "label": "Picture", "optional": True},
    {"name": "imageAlt", "type": "text", "optional": True},
    {
        "name": "films",
        "type": "list",
        "field": {"name": "film", "type": "video", "label": "Film"},
    },
    {"name": "paper", "type": "file", "label": "Paper", "optional": True},
]
SECRET, PLACE, ORIENTATION = "Nguyen Thi Bi Mat", 0x8825, 0x0112


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **saved: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#27593d").save(file, kind, **saved)
    return file.getvalue()


OLD = picture("PNG", (8, 8))


def taken(kind: str = "JPEG") -> bytes:
    """As a phone that is held upright writes it: whose it is, and where that was."""
    exif = Image.Exif()
    exif[0x010F], exif[ORIENTATION] = SECRET, 6
    exif.get_ifd(PLACE).update({1: "N", 2: (20.0, 26.0, 3.0), 3: "E", 4: (106.0, 10.0, 12.0)})
    return picture(kind, exif=exif)


def tells_nothing(content: bytes) -> bool:
    """But how it is turned, and its dots, which are all there."""
    with Image.open(io.BytesIO(content)) as kept:
        kept.load()
        return dict(kept.getexif()) == {ORIENTATION: 6} and SECRET.encode() not in content


@pytest.fixture(autouse=True)
def an_empty_store(db: Any) -> None:
    for path in stored(DRAFTS):
        default_storage.delete(path)


def stored(folder: str) -> list[str]:
    if not default_storage.exists(folder):
        return []
    folders, files = default_storage.listdir(folder)
    inner = [path for each in folders for path in stored(f"{folder}/{each}")]
    return inner + [f"{folder}/{file}" for file in files]


@pytest.fixture
def content(trainer: User, admin: User) -> Interactive:
    image = {"path": "images/old.png", "copyright": {"license": "U"}}
    said = {"question": "Ai?", "image": image, "films": []}
    return make_interactive(
        by=trainer,
        admin=admin,
        content=said,
        libraries=make_library(semantics=SEMANTICS),
        files={"content/images/old.png": OLD},
    )


@pytest.fixture
def author(trainer: User) -> Client:
    return signed_in(trainer)


def send(client: Client, content: Interactive, do: str = "save", /, **told: Any) -> Any:
    """The form as it was opened, but for what is told; files by the name of their field."""
    latest = latest_of(content)
    sent = {
        "title": "Sau buổi họp",
        "based_on": str(latest.number),
        "question": "Ai?",
        "image": json.dumps(said(content).get("image")),
        "films.#": "0",
        "do": do,
    }
    files = {f"{name}.+": file for name, file in told.items() if not isinstance(file, str)}
    texts = {name: text for name, text in told.items() if isinstance(text, str)}
    return client.post(f"/tuong-tac/{content.public_id}/sua/", sent | texts | files, follow=True)


def named(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def latest_of(content: Interactive) -> InteractiveRevision:
    latest = content.latest
    assert latest
    return latest


def said(content: Interactive) -> Any:
    return latest_of(content).filtered


def fetched(client: Client, address: str) -> bytes:
    answer: Any = client.get(address)
    return b"".join(answer.streaming_content)


def bytes_of(revision: InteractiveRevision, path: str) -> bytes:
    with default_storage.open(f"{content_folder(revision.digest)}/{path}") as file:
        held: bytes = file.read()
    return held


def test_a_new_picture_is_the_next_revisions_and_the_old_one_keeps_its_own(
    author: Client, content: Interactive
) -> None:
    new = picture()
    page = send(author, content, image=named("Ảnh buổi họp.png", new))
    assert "Đã lưu thành bản số 2." in page.content.decode()
    second, first = content.revisions.all()
    assert second.filtered
    assert first.filtered
    image = second.filtered["image"]
    assert image["path"].startswith("images/anh-buoi-hop-")
    assert (image["mime"], image["width"], image["height"]) == ("image/png", 40, 30)
    assert bytes_of(second, image["path"]) == new
    assert list(second.files) == [image["path"]]
    assert second.files[image["path"]]["size"] == len(new)
    assert first.filtered["image"]["path"] == "images/old.png"
    assert bytes_of(first, "images/old.png") == OLD


def test_a_draft_is_seen_before_anything_is_saved(author: Client, content: Interactive) -> None:
    new = picture("JPEG")
    answer = send(author, content, "preview", image=named("a.jpg", new), question="Vì ai?")
    latest, player = latest_of(content), answer.context["player"]
    playable = find_draft(Ticket(f"{latest.pk}-{latest.digest[:16]}", "1", player.registration))
    assert playable
    path = json.loads(playable.params)["image"]["path"]
    assert fetched(author, normpath(f"{playable.base}/{path}")) == new
    assert content.revisions.count() == 1
    entries = {entry.name: entry for entry in answer.context["entries"]}
    assert fetched(author, entries["image"].address) == new
    # What the form now says is all that saving needs.
    send(author, content, image=json.dumps(entries["image"].value), question="Vì ai?")
    assert bytes_of(latest_of(content), entries["image"].value["path"]) == new
    assert said(content)["question"] == "Vì ai?"


def test_a_film_is_put_into_an_item_that_was_just_added(
    author: Client, content: Interactive
) -> None:
    film = b"\0\0\0\x20ftypisom" + bytes(40)
    told: dict[str, Any] = {"films.#": "1", "films.0": named("Phim.MP4", film)}
    send(author, content, **told)
    ((only,),) = said(content)["films"]
    assert (only["path"][:12], only["mime"]) == ("videos/phim-", "video/mp4")


@pytest.mark.parametrize(
    ("field", "name", "content_", "words"),
    [
        ("image", "a.svg", b"<svg onload='x()'/>", "Hãy lưu lại thành một trong các loại"),
        ("image", "a.mp4", b"\0\0\0\x20ftypisom", "Hãy lưu lại thành một trong các loại"),
        ("image", "a.png", b"<html><script>x()</script>", "không đúng như đuôi tên"),
        ("image", "a.png", b"PK\3\4", "không đúng như đuôi tên"),
        ("image", "a.png", picture("JPEG"), "không đúng như đuôi tên"),
        ("image", "a.png", picture()[:60], "không đúng như đuôi tên"),
        ("image", "a.jpg", picture("JPEG", (400, 400))[:900], "không đúng như đuôi tên"),
        ("paper", "a.exe", b"MZ", "Hãy lưu lại thành một trong các loại"),
        ("paper", "a.pdf", b"x", "không đúng như đuôi tên"),
        ("paper", "a.json", b"{", "không đúng như đuôi tên"),
        ("paper", "a.txt", b"\xff\xfe\x00", "không đúng như đuôi tên"),
        ("paper", "a.txt", b"", "không có nội dung"),
        ("image", "khongcoduoi", picture(), "Hãy lưu lại thành một trong các loại"),
    ],
)
def test_what_is_refused_is_told_beside_its_field_and_nothing_typed_is_lost(
    author: Client, content: Interactive, field: str, name: str, content_: bytes, words: str
) -> None:
    sound = named("tot.pdf", b"%PDF-1.7") if field == "image" else named("tot.png", picture())
    other = "paper" if field == "image" else "image"
    told: dict[str, Any] = {field: named(name, content_), other: sound, "question": "Câu đã gõ"}
    answer = send(author, content, **told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"“{name}”" in page
    assert words in page
    assert "Câu đã gõ" in page
    entries = {entry.name: entry for entry in answer.context["entries"]}
    assert entries[field].problem
    assert entries[other].file_name == sound.name
    assert content.revisions.count() == 1


def test_very_large_files_and_pictures_are_refused(
    author: Client, content: Interactive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(putting_in, "LARGEST", 1024 * 1024)
    monkeypatch.setattr(putting_in, "MOST_DOTS", 1_000_000)
    film = named("phim.mp4", b"\0\0\0\x20ftypisom" + bytes(1024 * 1024))
    page = send(author, content, paper=film).content.decode()
    assert "“phim.mp4” nặng hơn 1 MB" in page
    page = send(author, content, image=named("to.png", picture(size=(1001, 1000)))).content.decode()
    assert "“to.png” có hơn 1 triệu điểm ảnh" in page


def test_a_picture_taken_upright_has_its_sides_as_it_is_shown(
    author: Client, content: Interactive
) -> None:
    send(author, content, image=named("a.jpg", taken()))
    assert (said(content)["image"]["width"], said(content)["image"]["height"]) == (30, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_that_is_put_in_does_not_tell_where_it_was_taken(
    author: Client, content: Interactive, kind: str
) -> None:
    send(author, content, image=named(f"a.{kind.lower()}", taken(kind)))
    latest = latest_of(content)
    (path,) = latest.files
    kept = bytes_of(latest, path)
    assert tells_nothing(kept)
    assert latest.files[path] == {
        "digest": hashlib.sha256(kept).hexdigest(),
        "size": len(kept),
    }


def test_nor_does_one_that_came_as_a_paper_or_in_a_package(
    author: Client, content: Interactive, trainer: User
) -> None:
    send(author, content, paper=named("a.JPG", taken()))
    latest = latest_of(content)
    assert tells_nothing(bytes_of(latest, latest.filtered["paper"]["path"]))  # type: ignore[index]
    said = {"question": "Ai?", "image": {"path": "images/a.jpg"}}
    files: dict[str, str | bytes] = {
        "content/images/a.jpg": taken(),
        "content/images/b.png": OLD,
        "content/audios/c.mp3": b"ID3\x04\0",
    }
    uploaded = take_in(make_package(said, files=files), by=trainer).revision
    for path, told in uploaded.files.items():
        kept = bytes_of(uploaded, path)
        assert told == {"digest": hashlib.sha256(kept).hexdigest(), "size": len(kept)}
    assert tells_nothing(bytes_of(uploaded, "images/a.jpg"))
    assert bytes_of(uploaded, "images/b.png") == OLD
    # What was taken out and in again is the same.
    again = revise(uploaded.content, io.BytesIO(export(uploaded).read()), by=trainer)
    assert again.revision.files == uploaded.files


def test_nor_does_a_picture_of_a_lesson(author: Client) -> None:
    page = author.post(
        "/soan/images/add/",
        {"title": "Họp thôn", "file": named("a.jpg", taken()), "description": "Bà con ngồi họp"},
    )
    assert page.status_code == 302
    (kept,) = Picture.objects.all()
    with kept.file.open() as file:
        content = file.read()
    assert tells_nothing(content)
    assert kept.file_size == len(content)
    changed = {"title": "Họp xóm", "description": "Bà con ngồi họp"}
    author.post(f"/soan/images/{kept.pk}/", changed)
    kept.refresh_from_db()
    assert (kept.title, kept.file_size) == ("Họp xóm", len(content))


def test_rights_and_the_words_for_a_picture_are_the_forms_own_fields(
    author: Client, content: Interactive
) -> None:
    credited = {
        "image.copyright.title": "Họp thôn",
        "image.copyright.author": "Nguyễn Thị Ngọc Ánh",
        "image.copyright.license": "CC BY",
        "image.copyright.source": "javascript:x()",
    }
    send(author, content, **credited, image=named("a.png", picture()), imageAlt="Bà con ngồi họp")
    kept = said(content)["image"]["copyright"]
    assert kept == {"title": "Họp thôn", "author": "Nguyễn Thị Ngọc Ánh", "license": "CC BY"}
    assert said(content)["imageAlt"] == "Bà con ngồi họp"
    shown = author.get(f"/tuong-tac/{content.public_id}/sua/").content.decode()
    assert 'value="Nguyễn Thị Ngọc Ánh"' in shown
    send(author, content, question="Ai nữa?")
    assert said(content)["image"]["copyright"] == kept


def test_a_file_that_is_left_out_goes_and_saving_nothing_new_makes_no_revision(
    author: Client, content: Interactive
) -> None:
    send(author, content)
    assert content.revisions.count() == 1
    send(author, content, **{"image.-": "on"})
    assert "image" not in said(content)
    assert latest_of(content).files == {}


def test_only_files_that_were_put_in_can_be_named(author: Client, content: Interactive) -> None:
    for path in ("images/other.png", "../images/old.png", "https://x.vn/a.png"):
        send(author, content, image=json.dumps({"path": path}), question=path)
        assert "image" not in said(content)


def test_an_old_draft_goes_and_its_author_is_told(author: Client, content: Interactive) -> None:
    image = put_in(named("a.png", picture()), "image")
    later = now() + DRAFT_KEPT + timedelta(hours=1)
    sweep(at=later - timedelta(hours=2))
    assert stored(DRAFTS)
    sweep(at=later)
    assert not stored(DRAFTS)
    answer = send(author, content, image=json.dumps(image), question="Câu đã gõ")
    assert answer.status_code == 422
    assert "Hãy chọn lại" in answer.content.decode()
    assert "Câu đã gõ" in answer.content.decode()
    assert content.revisions.count() == 1


def test_the_same_file_again_is_one_draft() -> None:
    first, again = (put_in(named("a.png", picture()), "image") for _time in range(2))
    assert first == again
    place = putting_in.place_of(first["path"])
    assert stored(DRAFTS) == [place]


def test_only_authors_put_files_in(learner: User, content: Interactive) -> None:
    answer = send(signed_in(learner), content, "preview", image=named("a.png", picture()))
    assert answer.status_code in {403, 404}
    assert not stored(DRAFTS)
