"""A document becomes drafts of a chapter, all of them or none."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from content import bringing
from content.models import LessonPage
from courses.compiling import latest, segments_of
from courses.publishing import find_gaps
from kit.errors import Refusal
from media.models import Picture
from operations.models import JournalEntry
from tests.content.conftest import signed_in
from tests.content.documents import ALT, huge_png, photograph, word, zipped


@pytest.fixture(autouse=True)
def in_vietnamese() -> Any:
    with override("vi"):
        yield


def brought(chapter, user, name="Bài.docx", content=None, level=1):
    token = bringing.take_in(name, content or word(), by=user)
    return bringing.bring(chapter, token, level, by=user)


def test_each_heading_becomes_a_draft_at_the_end_of_the_chapter(chapter, trainer):
    made = brought(chapter, trainer)
    assert [(p.title, p.code, p.slug, p.live) for p in made] == [
        ("Nghe dân nói", "1.1", "nghe-dan-noi", False),
        ("Nói dân hiểu", "1.2", "noi-dan-hieu", False),
    ]
    kinds = [[block.block_type for block in latest(page).body] for page in made]
    assert kinds == [["text", "picture", "notes"], ["table"]]


def test_the_picture_keeps_its_words_and_its_uploader(chapter, trainer):
    brought(chapter, trainer)
    picture = Picture.objects.get()
    assert (picture.description, picture.uploaded_by_user) == (ALT, trainer)


def test_where_a_photograph_was_taken_is_not_kept(chapter, trainer):
    content = zipped({"a.md": "Chữ\n\n![Sân đình](a.jpg)", "a.jpg": photograph("Xa Phat Diem")})
    brought(chapter, trainer, "a.zip", content, level=0)
    with Picture.objects.get().file.open() as file:
        assert b"Xa Phat Diem" not in file.read()


def test_learners_are_served_a_real_table_and_notes_that_links_lead_to(chapter, trainer):
    first, second = brought(chapter, trainer)
    (text,) = segments_of(latest(first), {}, {})
    (table,) = segments_of(latest(second), {}, {})
    assert 'href="#ghi-chu-1"' in text["html"] and 'id="ghi-chu-1"' in text["html"]
    assert '<th scope="col">Việc</th>' in table["html"]
    assert "<caption>Bảng 1. Việc trong tháng</caption>" in table["html"]
    assert '<td data-label="Số buổi" class="is-number"><div>12</div></td>' in table["html"]


def test_it_is_journalled(chapter, trainer):
    brought(chapter, trainer)
    entry = JournalEntry.objects.get(deed="lesson.bring")
    assert (entry.actor, entry.after) == (trainer, {"number": 2, "document": "Bài.docx"})


def test_a_picture_without_alternative_text_keeps_the_course_from_publishing(chapter, trainer):
    course = chapter.get_parent().specific
    brought(chapter, trainer, content=word(alt=""))
    said = [str(gap) for gap in find_gaps(course)]
    assert "Bài “Nghe dân nói” có hình chưa có mô tả." in said


def test_the_next_file_goes_on_with_free_numbers_and_addresses(chapter, trainer):
    brought(chapter, trainer)
    made = brought(chapter, trainer)
    assert [(p.code, p.slug) for p in made] == [
        ("1.3", "nghe-dan-noi-2"),
        ("1.4", "noi-dan-hieu-2"),
    ]


def test_a_picture_of_too_many_dots_is_left_out_and_told(chapter, trainer):
    content = zipped({"a.md": "# Một\n\nChữ\n\n![x](a.png)", "a.png": huge_png()})
    token = bringing.take_in("a.zip", content, by=trainer)
    foreseen = bringing.foresee(token, None, by=trainer)
    assert foreseen.lessons[0].pictures == []
    assert "80 triệu" in foreseen.left_out[0]


def test_an_svg_under_another_name_is_left_out_and_told(chapter, trainer):
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    content = zipped({"a.md": "Chữ\n\n![x](a.png)", "a.png": svg})
    token = bringing.take_in("a.zip", content, by=trainer)
    assert "SVG" in bringing.foresee(token, None, by=trainer).left_out[0]


def test_nothing_is_half_written(chapter, trainer):
    token = bringing.take_in("Bài.docx", word(), by=trainer)
    before = set(default_storage.listdir("original_images")[1])
    with pytest.raises(ValidationError):  # by the journal, which is written last
        bringing.bring(chapter, token, 1, by=trainer, at="hôm nay")  # type: ignore[arg-type]
    assert not LessonPage.objects.exists() and not Picture.objects.exists()
    assert set(default_storage.listdir("original_images")[1]) == before


def test_who_may_not_add_lessons_may_not_bring_any(chapter, reviewer):
    with pytest.raises(Refusal) as caught:
        brought(chapter, reviewer)
    assert caught.value.status == 403
    assert not LessonPage.objects.exists()


def test_nobody_else_finds_the_file(chapter, trainer, reviewer):
    token = bringing.take_in("Bài.docx", word(), by=trainer)
    with pytest.raises(Refusal):
        bringing.foresee(token, None, by=reviewer)


# --- The door -----------------------------------------------------------------------------------


def upload(client, chapter, content, name="Bài.docx", **values):
    file = SimpleUploadedFile(name, content)
    path = reverse("content:bring", args=[chapter.pk])
    return client.post(path, {"file": file, "is_not_secret": "on", **values})


def test_a_trainer_uploads_looks_and_confirms(chapter, trainer):
    client = signed_in(trainer)
    looked = client.get(upload(client, chapter, word()).headers["Location"])
    page = looked.content.decode()
    assert "Nghe dân nói" in page and not LessonPage.objects.exists()
    form = {"token": looked.context["token"], "cap": "1"}
    done = client.post(reverse("content:bring", args=[chapter.pk]), form)
    assert done.headers["Location"] == f"/soan/pages/{chapter.pk}/"
    assert LessonPage.objects.count() == 2
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[LessonPage.objects.first().pk]))
    assert edit.status_code == 200


def test_a_bad_file_is_answered_with_words_and_the_form_again(chapter, trainer):
    response = upload(signed_in(trainer), chapter, b"%PDF")
    assert response.status_code == 422
    assert "Chưa có bài học nào được tạo." in response.content.decode()


def test_a_file_is_taken_only_with_the_statement_that_it_is_no_secret(chapter, trainer):
    response = upload(signed_in(trainer), chapter, word(), is_not_secret="")
    assert response.status_code == 422


def test_the_chapter_offers_it_to_who_may_add_lessons(chapter, trainer, reviewer):
    path = reverse("wagtailadmin_explore", args=[chapter.pk])
    words = "Đưa tài liệu vào thành bài học"
    assert words in signed_in(trainer).get(path).content.decode()
    assert words not in signed_in(reviewer).get(path).content.decode()


def test_the_door_is_shut_to_who_may_not(chapter, reviewer):
    path = reverse("content:bring", args=[chapter.pk])
    assert signed_in(reviewer).get(path).status_code == 403
