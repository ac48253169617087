"""What differs between two revisions, and putting an earlier one back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cadres.models import Role
from kit.errors import Refusal
from media.comparing import Change, changed_files, compare
from media.editing import edit
from media.models import Interactive, InteractiveRevision, LibraryVersion
from media.opening import open_revision
from media.restoring import restore
from media.taking_in import revise, take_in
from operations.models import JournalEntry
from tests import cast
from tests.media.building import CHOICES, make_interactive, make_library, make_package

pytestmark = pytest.mark.django_db
# A head and nothing after it.
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\x1cIHDR" + b"0" * 32
SEMANTICS: list[dict[str, Any]] = [
    {"name": "question", "type": "text", "label": "Question", "widget": "html", "tags": ["strong"]},
    {
        "name": "answers",
        "type": "list",
        "label": "Answers",
        "field": {
            "name": "answer",
            "type": "group",
            "label": "Answer",
            "fields": [
                {"name": "text", "type": "text", "label": "Text"},
                {"name": "correct", "type": "boolean", "label": "Correct"},
            ],
        },
    },
    {"name": "weight", "type": "number", "label": "Weight"},
    {
        "name": "order",
        "type": "select",
        "label": "Order",
        "options": [{"value": "a", "label": "As written"}, {"value": "r", "label": "Shuffled"}],
    },
    {"name": "check", "type": "text", "label": "Word of the button", "common": True},
    {"name": "picture", "type": "image", "label": "Picture"},
    {"name": "more", "type": "library", "label": "More", "options": ["H5P.Text 1.1"]},
]
TEXT: list[dict[str, Any]] = [{"name": "text", "type": "text", "label": "Words"}]
LIBRARIES = make_library(semantics=SEMANTICS, needs=(("H5P.Text", 1, 1),)) | make_library(
    "H5P.Text", (1, 1, 0), semantics=TEXT
)
ANSWERS = [
    {"text": "Ghi lại ý kiến của dân", "correct": True},
    {"text": "Đọc lại kế hoạch năm", "correct": False},
    {"text": "Hẹn ngày trả lời", "correct": True},
]
SAID: dict[str, Any] = {"question": "<p>Sau buổi họp, việc gì trước?</p>", "answers": ANSWERS}


def told(before: dict[str, Any], after: dict[str, Any], by: User, **given: Any) -> list[Change]:
    """What is said to differ between two packages of the same content."""
    admin = cast.make_admin()
    content = make_interactive(by=by, admin=admin, content=before, libraries=LIBRARIES)
    revise(content, make_package(after, libraries=LIBRARIES, **given), by=by)
    new, old = content.revisions.all()
    return compare(old, new, "vi")


def shape(change: Change) -> tuple[Any, ...]:
    return " › ".join(change.path), change.how, change.before, change.after


def test_the_same_content_has_no_differences(trainer: User) -> None:
    assert told(SAID, SAID | {"unknown": 1, "answers": [*ANSWERS]}, trainer) == []


def test_a_text_is_read_once_with_what_went_and_what_came(trainer: User) -> None:
    (one,) = told(SAID, SAID | {"question": "<p>Sau buổi họp, việc gì đầu tiên?</p>"}, trainer)
    assert one.path == ("Question",)
    assert one.pieces == [
        ("same", "Sau buổi họp, việc gì"),
        ("removed", " trước"),
        ("added", " đầu tiên"),
        ("same", "?"),
    ]


def test_texts_with_little_in_common_are_read_one_after_the_other(trainer: User) -> None:
    (one,) = told(SAID, SAID | {"question": "<p>Ai?</p>"}, trainer)
    assert (one.pieces, one.after) == ([], "Ai?")


def test_marks_alone_are_told_as_marks(trainer: User) -> None:
    marked = "<p>Sau buổi họp, <strong>việc gì</strong> trước?</p>"
    (one,) = told(SAID, SAID | {"question": marked}, trainer)
    assert one.how == "marks"


def test_values_are_told_as_the_form_shows_them(trainer: User) -> None:
    before = SAID | {"weight": 1.5, "order": "a", "check": "Xem"}
    after = SAID | {"weight": 2, "order": "r", "check": "Kiểm tra"}
    found = told(before, after, trainer)
    assert [shape(change) for change in found] == [
        ("Weight", "changed", "1,5", "2"),
        ("Order", "changed", "As written", "Shuffled"),
        ("Word of the button", "changed", "Xem", "Kiểm tra"),
    ]
    assert [change.is_folded for change in found] == [False, False, True]


def test_an_item_put_in_between_leaves_the_others_alone(trainer: User) -> None:
    new = {"text": "Báo cáo cấp ủy ngay", "correct": True}
    (one,) = told(SAID, SAID | {"answers": [ANSWERS[0], new, *ANSWERS[1:]]}, trainer)
    assert (one.how, one.path) == ("added", ("Answers", "Answer 2"))
    assert [(line.label, line.text) for line in one.lines] == [
        ("Text", "Báo cáo cấp ủy ngay"),
        ("Correct", "Có"),
    ]


def test_an_item_taken_out_is_told_alone(trainer: User) -> None:
    (one,) = told(SAID, SAID | {"answers": ANSWERS[1:]}, trainer)
    assert (one.how, one.path, one.before) == ("removed", ("Answers", "Answer"), "1")


def test_an_item_that_was_moved_and_changed_is_known_again(trainer: User) -> None:
    moved = {"text": "Hẹn ngày giờ trả lời", "correct": True}
    found = told(SAID, SAID | {"answers": [moved, *ANSWERS[:2]]}, trainer)
    assert [(one.how, one.path[1]) for one in found] == [
        ("moved", "Answer 1"),
        ("changed", "Answer 1"),
    ]
    assert (found[0].before, found[0].after) == ("3", "1")
    assert ("added", " giờ") in found[1].pieces


def test_an_item_written_anew_in_its_place_is_that_item(trainer: User) -> None:
    other = {"text": "Không làm gì", "correct": True}
    (one,) = told(SAID, SAID | {"answers": [ANSWERS[0], other, ANSWERS[2]]}, trainer)[:1]
    assert one.path == ("Answers", "Answer 2", "Text")


def test_a_content_in_the_content_is_compared_field_by_field(trainer: User) -> None:
    def part(words: str) -> dict[str, Any]:
        return SAID | {"more": {"library": "H5P.Text 1.1", "params": {"text": words}}}

    found = told(part("Dân biết"), part("Dân bàn"), trainer)
    assert [one.path for one in found] == [("More", "Words")]


def test_title_and_files_are_told_too(trainer: User) -> None:
    picture = SAID | {"picture": {"path": "images/a.png", "mime": "image/png"}}
    files: dict[str, str | bytes] = {"content/images/a.png": PNG}
    found = told(SAID, picture, trainer, title="Tên mới", files=files)
    assert [shape(one)[:2] for one in found] == [("Tiêu đề", "changed"), ("Picture", "changed")]
    assert found[1].after == "a.png"
    new, old = InteractiveRevision.objects.order_by("-number")
    (file,) = changed_files(old, new)
    assert (file.name, file.how, file.before, file.after) == ("images/a.png", "added", None, 48)


# --- Restoring ----------------------------------------------------------------------------------
@pytest.fixture
def content(trainer: User, admin: User) -> Interactive:
    """Two revisions: as uploaded, and edited."""
    made = make_interactive(by=trainer, admin=admin)
    edit(made, title="Tên mới", params={"question": "Mới?"}, based_on=1, by=trainer)
    return made


@pytest.fixture
def author(trainer: User) -> Client:
    client = Client(headers={"accept-language": "vi"})
    client.force_login(trainer)
    return client


def numbered(content: Interactive, number: int) -> InteractiveRevision:
    return content.revisions.get(number=number)


def test_restoring_is_a_new_revision_that_says_what_the_old_one_did(
    content: Interactive, trainer: User
) -> None:
    made = restore(content, 1, based_on=2, by=trainer)
    first = numbered(content, 1)
    assert (made.number, made.way, made.source, made.made_by) == (3, "restored", first, trainer)
    assert (made.params, made.filtered, made.title) == (CHOICES, first.filtered, "Sau buổi họp")
    assert compare(first, made, "vi") == []
    assert numbered(content, 2).title == "Tên mới"
    content.refresh_from_db()
    assert content.title == "Sau buổi họp"
    assert open_revision(made)
    assert JournalEntry.objects.get(deed="interactive.restore").after["source"] == 1


def test_restoring_what_is_there_already_makes_no_revision(
    content: Interactive, trainer: User
) -> None:
    restore(content, 1, based_on=2, by=trainer)
    assert restore(content, 1, based_on=3, by=trainer).number == 3
    assert restore(content, 3, based_on=3, by=trainer).number == 3


def test_the_second_of_two_authors_restores_nothing(content: Interactive, trainer: User) -> None:
    edit(content, title="Ba", params={"question": "Ba?"}, based_on=2, by=trainer)
    with pytest.raises(Refusal, match="đã lưu bản số 3"):
        restore(content, 1, based_on=2, by=trainer)
    assert content.revisions.count() == 3


def test_what_needs_a_library_that_is_not_in_use_is_not_restored(
    content: Interactive, trainer: User
) -> None:
    libraries = make_library("H5P.Other", (1, 0, 0))
    revise(content, make_package(libraries=libraries, main=("H5P.Other", 1, 0)), by=trainer)
    edited = numbered(content, 2)
    restore(content, edited.number, based_on=3, by=trainer)
    with pytest.raises(Refusal) as refused:
        restore(content, 3, based_on=4, by=trainer)
    assert refused.value.gaps == ["H5P.Other 1.0.0"]
    assert content.revisions.count() == 4


def test_only_authors_restore(content: Interactive, units: cast.Units) -> None:
    for user in (cast.make_cadre(units).user, cast.make_role(units, Role.AUDITOR)):
        assert user
        with pytest.raises(Refusal) as refused:
            restore(content, 1, based_on=2, by=user)
        assert refused.value.status == 403


# --- Pages --------------------------------------------------------------------------------------
def test_the_page_lists_how_each_revision_was_made(author: Client, content: Interactive) -> None:
    path = f"/tuong-tac/{content.public_id}/"
    sent = {"based_on": "2"}
    page = author.post(f"{path}ban/1/khoi-phuc/", sent, follow=True).content.decode()
    for words in (
        "Tải gói lên",
        "Sửa tại chỗ",
        "như bản số 1",
        "bản số 1 đã được lưu thành bản số 3",
    ):
        assert words in page


def test_the_page_compares_and_offers_to_restore(author: Client, content: Interactive) -> None:
    path = f"/tuong-tac/{content.public_id}/so-sanh/"
    page = author.get(path, {"tu": 1, "den": 2}).content.decode()
    assert "Từ bản số 1 đến bản số 2" in page
    assert "Mới?" in page
    assert "Khôi phục bản số 1" in page
    assert "Khôi phục bản số 2" not in page
    assert "Hai bản có nội dung như nhau." in author.get(path, {"tu": 2, "den": 2}).content.decode()


@pytest.mark.parametrize("asked", ["", "?tu=1", "?tu=1&den=9", "?tu=x&den=1", "?tu=-1&den=1"])
def test_revisions_that_are_not_there_are_not_found(
    author: Client, content: Interactive, asked: str
) -> None:
    assert author.get(f"/tuong-tac/{content.public_id}/so-sanh/{asked}").status_code == 404


@pytest.mark.parametrize(
    ("number", "based_on", "status"),
    [
        ("9", "2", 404),
        ("1", "", 409),
        ("1", "x", 409),
        ("1", "9" * 5000, 409),
        ("9" * 30, "2", 404),
    ],
)
def test_odd_restoring_is_refused(
    author: Client, content: Interactive, number: str, based_on: str, status: int
) -> None:
    path = f"/tuong-tac/{content.public_id}/ban/{number}/khoi-phuc/"
    assert author.post(path, {"based_on": based_on}).status_code == status
    assert content.revisions.count() == 2


def test_a_content_that_waits_for_its_library_can_be_compared(
    author: Client, trainer: User
) -> None:
    waiting = take_in(make_package(), by=trainer).revision.content
    revise(waiting, make_package(CHOICES | {"question": "<script>x()</script>Ai?"}), by=trainer)
    assert LibraryVersion.objects.waiting().exists()
    page = author.get(f"/tuong-tac/{waiting.public_id}/so-sanh/", {"tu": 1, "den": 2})
    assert "Ai?" in page.content.decode()
    assert "<script>x()" not in page.content.decode()
