"""A document from elsewhere is read whole, and what is harmful in it is refused or left out."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.utils.translation import override

from content.dividing import Drafted, divide, usual_level
from content.parts import Document, Grid, Shown, Text
from content.reading import read
from kit.errors import Refusal
from tests.content.documents import ALT, GOOGLE, MARKDOWN, png, repacked, word, zipped


@pytest.fixture(autouse=True)
def in_vietnamese() -> Any:
    with override("vi"):
        yield


def lessons_of(document: Document) -> list[Drafted]:
    return divide(document, usual_level(document))


def html_of(lesson: Drafted) -> str:
    return "".join(part.html for part in lesson.parts if isinstance(part, Text))


def refused(name: str, content: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        read(name, content)
    assert caught.value.status == 422
    return str(caught.value.message)


def of_html(html: str) -> Document:
    return read("a.html", html.encode())


# --- What is kept -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Bài.docx", word()),
        ("Bài.zip", zipped({"bai.md": MARKDOWN, "images/hinh1.png": png()})),
    ],
)
def test_headings_lists_tables_pictures_and_notes_are_kept(name, content):
    first, second = lessons_of(read(name, content))
    assert [first.title, second.title] == ["Nghe dân nói", "Nói dân hiểu"]
    assert "<b>việc gì cũng kém</b>" in html_of(first)
    assert "<li>Nghe</li><li>Ghi lại</li>" in html_of(first)
    assert [(p.alt, p.content) for p in first.pictures] == [(ALT, png())]
    assert "Báo Sự thật, số 120" in first.notes[0]
    assert '<sup><a href="#ghi-chu-1">[1]</a></sup>' in html_of(first)
    (table,) = second.tables
    assert (table.headings, table.rows) == (("Việc", "Số buổi"), (("Họp thôn", "12"),))
    assert second.notes == []


def test_captions_of_word_stay_with_their_picture_and_table():
    first, second = lessons_of(read("Bài.docx", word()))
    assert first.pictures[0].caption == "Hình 1. Buổi tiếp dân"
    assert second.tables[0].caption == "Bảng 1. Việc trong tháng"
    assert "Bảng 1" not in html_of(second)


def test_a_google_document_keeps_marks_nested_lists_links_and_notes():
    document = read("K5.zip", zipped({"K5.html": GOOGLE, "images/image1.png": png()}))
    (lesson,) = lessons_of(document)
    html = html_of(lesson)
    assert document.title == "Tài liệu K5"
    assert "<b>cũng kém</b>" in html
    assert "<li>Nghe<ul><li>từng hộ</li></ul></li>" in html
    assert '<a href="https://baochinhphu.vn/">Báo</a>' in html
    assert lesson.notes == ["Báo Sự thật."]
    assert lesson.pictures[0].alt == "Bản đồ xã"
    assert "Sửa chỗ này" not in html
    assert any("ý kiến" in words for words in document.left_out)


def test_without_headings_it_is_one_lesson_named_after_the_file():
    (lesson,) = lessons_of(read("Ghi chép.md", "Một đoạn.\n\nHai đoạn.".encode()))
    assert (lesson.title, html_of(lesson)) == ("Ghi chép", "<p>Một đoạn.</p><p>Hai đoạn.</p>")


def test_what_stands_before_the_first_heading_is_not_lost():
    lessons = lessons_of(of_html("<title>Tập</title><p>Mở đầu</p><h1>Một</h1><p>Hết</p>"))
    assert [(one.title, html_of(one)) for one in lessons] == [
        ("Tập", "<p>Mở đầu</p>"),
        ("Một", "<p>Hết</p>"),
    ]


def test_a_single_heading_above_the_others_names_the_whole():
    lessons = lessons_of(read("a.md", "# Khóa\n\n## Một\n\na\n\n### Nhỏ\n\n## Hai\n\nb".encode()))
    assert [one.title for one in lessons] == ["Một", "Hai"]
    assert "<h2>Nhỏ</h2>" in html_of(lessons[0])


def test_merged_cells_are_taken_apart_and_told():
    document = of_html(
        "<table><tr><th>A</th><th>B</th></tr><tr><td rowspan=2>x</td><td>1</td></tr>"
        "<tr><td>2</td></tr><tr><td colspan=2>y</td></tr></table>"
    )
    (table,) = [part for part in document.parts if isinstance(part, Grid)]
    assert table.rows == (("x", "1"), ("x", "2"), ("y", ""))
    assert any("gộp" in words for words in document.left_out)


def test_a_note_of_a_caption_is_told_in_full():
    document = of_html(
        '<img src="data:image/png;base64,iVBORw0KGgo="><p class="caption">Hình 1'
        '<a id="r1" href="#n1">1</a></p><ol><li id="n1">Ảnh: TTXVN <a href="#r1">↑</a></li></ol>'
    )
    assert document.left_out == ["Ghi chú không còn chỗ dẫn: “Ảnh: TTXVN”"]


# --- What is cleaned ----------------------------------------------------------------------------


def test_only_what_lessons_allow_comes_out_of_html():
    document = of_html(
        '<p onclick="x()" style="color:red">Chữ<script>alert(1)</script> &lt;b&gt; '
        '<a href="javascript:x()">xấu</a></p><iframe src="//x"></iframe>'
        "<svg onload=x()><script>1</script></svg>"
    )
    assert [part.html for part in document.parts if isinstance(part, Text)] == [
        "<p>Chữ &lt;b&gt; xấu</p>"
    ]
    assert any("<script>" in words for words in document.left_out)
    assert any("<svg>" in words for words in document.left_out)


def test_a_picture_on_another_server_is_not_fetched_but_told():
    document = of_html('<p>a</p><img src="https://kho.example/anh.png" alt="x">')
    assert not any(isinstance(part, Shown) for part in document.parts)
    assert "https://kho.example/anh.png" in document.left_out[0]


def test_a_zip_does_not_reach_outside_itself_for_a_picture():
    content = zipped({"a.html": '<p>a</p><img src="../../../etc/passwd">'})
    assert "Hình 1" in read("a.zip", content).left_out[0]


def test_a_template_that_calls_home_is_not_asked_and_told():
    content = repacked(
        word(),
        {},
        relation=("attachedTemplate", "https://xau.example/m.dotm", 'TargetMode="External"'),
    )
    document = read("a.docx", content)
    assert any("mẫu" in words.lower() for words in document.left_out)
    assert len(lessons_of(document)) == 2


def test_an_external_picture_of_word_is_not_fetched_but_told():
    outside = ("image", "file:///etc/passwd", 'TargetMode="External"')
    linked = _with_blip_linked_outside(repacked(word(), {}, relation=outside))
    document = read("a.docx", linked)
    assert not any(isinstance(part, Shown) for part in document.parts)
    assert any("Hình 1" in words for words in document.left_out)


def _with_blip_linked_outside(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            if name == "word/document.xml":
                held = re.sub(rb'r:embed="\w+"', b'r:link="rId900"', held)
            new.writestr(name, held)
    return stream.getvalue()


# --- What is refused ----------------------------------------------------------------------------


def test_macros_are_refused():
    content = repacked(word(), {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    assert "macro" in refused("a.docx", content)


def test_a_macro_document_under_another_name_is_refused():
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    content = repacked(word(), {}, types=f'<Default Extension="x" ContentType="{macro}"/>')
    assert "macro" in refused("a.docx", content)


def test_a_bomb_is_refused_before_it_is_unpacked():
    content = repacked(word(), {"word/media/image9.png": bytes(40 * 1024 * 1024)})
    assert "bung ra" in refused("a.docx", content)


def test_a_document_that_defines_entities_is_refused():
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    refused("a.docx", repacked(word(), {"word/comments.xml": bomb}))


def test_a_locked_or_old_word_file_is_refused_with_what_to_do():
    assert "mật khẩu" in refused("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", b"%PDF-1.7 khong phai Word"),
        ("a.docx", zipped({"a.txt": "x"})),
        ("a.docx", word()[:-400]),
        ("a.zip", zipped({"a.txt": "x"})),
        ("a.zip", zipped({"a.md": "x", "b.md": "y"})),
        ("a.exe", b"MZ"),
        ("a.md", b"\x89PNG\r\n\x1a\n\0\0"),
        ("a.html", ("<div>" * 200 + "x").encode()),
    ],
)
def test_what_is_not_what_it_says_is_refused(name, content):
    refused(name, content)


def test_another_encoding_is_refused_with_what_to_do():
    assert "UTF-8" in refused("a.md", "Dân vận đường".encode("utf-7") + b"\xd0\xe2n v\xe2n")


def test_utf_16_of_notepad_is_read():
    (lesson,) = lessons_of(read("a.md", "# Đường\n\nDân vận".encode("utf-16")))
    assert lesson.title == "Đường"


def test_a_file_over_the_limit_is_refused():
    assert "20 MB" in refused("a.md", b"a" * (20 * 1024 * 1024 + 1))
