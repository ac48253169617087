"""Documents as other programs write them, for the tests."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from PIL import Image

ALT = "Cán bộ ngồi nghe dân nói bên hiên nhà"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FOOTNOTES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:t>Báo Sự thật, số 120,
15/10/1949.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def png(colour: str = "green") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(stream, "PNG")
    return stream.getvalue()


def photograph(place: str) -> bytes:
    """A JPEG whose Exif names a place."""
    exif = Image.Exif()
    exif[0x010E] = place
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def huge_png(side: int = 30_000) -> bytes:
    """Few bytes that say they are very many dots."""

    def chunk(name: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + crc

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def word(alt: str = ALT) -> bytes:
    """Two headings, a list, a table, a picture and a footnote."""
    document = Document()
    document.add_heading("Nghe dân nói", 1)
    paragraph = document.add_paragraph("Dân vận kém thì ")
    paragraph.add_run("việc gì cũng kém").bold = True
    reference = f'<w:r xmlns:w="{W}"><w:footnoteReference w:id="2"/></w:r>'
    paragraph._p.append(parse_xml(reference))
    for words in ("Nghe", "Ghi lại", "Trả lời"):
        document.add_paragraph(words, style="List Bullet")
    document.add_picture(io.BytesIO(png()))
    drawn = document.element.body.iter(qn("wp:docPr"))
    next(iter(drawn)).set("descr", alt)
    document.add_paragraph("Hình 1. Buổi tiếp dân", style="Caption")
    document.add_heading("Nói dân hiểu", 1)
    document.add_paragraph("Bảng 1. Việc trong tháng")
    table = document.add_table(2, 2)
    for cell, words in zip(table.rows[0].cells, ("Việc", "Số buổi"), strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    table.rows[1].cells[0].text, table.rows[1].cells[1].text = "Họp thôn", "12"
    stream = io.BytesIO()
    document.save(stream)
    return repacked(
        stream.getvalue(),
        {"word/footnotes.xml": FOOTNOTES},
        relation=("footnotes", "footnotes.xml", ""),
        types=(
            '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.footnotes+xml"/>'
        ),
    )


def repacked(
    content: bytes,
    added: Mapping[str, str | bytes],
    *,
    relation: tuple[str, str, str] | None = None,
    types: str = "",
) -> bytes:
    """The same zip with more in it; `relation`: its type, target and mode."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            held = old.read(name).decode() if name.endswith((".xml", ".rels")) else old.read(name)
            if name == "word/_rels/document.xml.rels" and relation and isinstance(held, str):
                kind, target, mode = relation
                tag = (
                    f'<Relationship Id="rId900" Type="{RELATIONS}/{kind}" Target="{target}"'
                    f" {mode}/>"
                )
                held = held.replace("</Relationships>", f"{tag}</Relationships>")
            if name == "[Content_Types].xml" and isinstance(held, str):
                held = held.replace("</Types>", f"{types}</Types>")
            new.writestr(name, held, zipfile.ZIP_DEFLATED)
        for name, held in added.items():
            new.writestr(name, held, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, held in files.items():
            archive.writestr(name, held, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


MARKDOWN = f"""# Nghe dân nói

Dân vận kém thì **việc gì cũng kém**[^1].

- Nghe
- Ghi lại

![{ALT}](images/hinh1.png)

# Nói dân hiểu

| Việc | Số buổi |
|---|---|
| Họp thôn | 12 |

[^1]: Báo Sự thật, số 120.
"""

# As Google Docs exports it: marks by class, lists one after another, notes behind a rule.
GOOGLE = """<html><head><title>Tài liệu K5</title><style>.c1{font-weight:700}.c2{font-style:italic}
</style></head><body class="c9"><p class="c3 title"><span>Tài liệu K5</span></p>
<h1 id="h.x"><span>Nghe dân nói</span></h1>
<p><span>Việc gì </span><span class="c1">cũng kém</span><sup><a href="#ftnt1" id="ftnt_ref1">[1]</a>
</sup><sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup></p>
<ul class="lst-kix_a-0 start"><li><span>Nghe</span></li></ul>
<ul class="lst-kix_a-1 start"><li><span>từng hộ</span></li></ul>
<p><span><a href="https://www.google.com/url?q=https://baochinhphu.vn/&amp;sa=D">Báo</a></span></p>
<p><span><img alt="Bản đồ xã" src="images/image1.png"></span></p>
<hr><div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span> Báo Sự thật.</span></p></div>
<div><p><a href="#cmnt_ref1" id="cmnt1">[a]</a><span>Sửa chỗ này</span></p></div>
</body></html>"""
