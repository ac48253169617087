"""Reading a Word document: judged by its parts first, then made into HTML by mammoth."""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers.expat import ExpatError

import mammoth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.parts import Document
from content.reading_html import read_html
from kit.errors import Refusal

_STYLES = """
p[style-name='Title'] => p.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='caption'] => p.caption:fresh
"""
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_TYPE = re.compile(r'\bType="[^"]*/(\w+)"')
_LOST = {
    r"<(?:\w+:)?oMath\b": gettext_lazy("Formulas: %(count)d"),
    r"<c:chart\b": gettext_lazy("Charts: %(count)d. Save each as a picture and add it."),
    r"<dgm:relIds\b": gettext_lazy("SmartArt drawings: %(count)d. Save each as a picture."),
    r"<o:OLEObject\b": gettext_lazy("Objects of other programs: %(count)d"),
    r"<w:commentReference\b": gettext_lazy("Comments: %(count)d"),
    r"<w:del\b": gettext_lazy("Deleted passages under tracked changes: %(count)d"),
}


def read_word(content: bytes, files: dict[str, int], title: str) -> Document:
    """`files`: the names and sizes of the parts of a zip that has been found safe."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        notes = _judged(archive, files)
    pictures: list[bytes] = []

    def keep(image: mammoth.images.Image) -> dict[str, str]:
        try:
            with image.open() as stream:
                pictures.append(stream.read())
        except (OSError, KeyError, ValueError, mammoth.docx.files.InvalidFileReferenceError):
            return {"src": "https://?"}
        return {"src": f"word:{len(pictures) - 1}"}

    try:
        made = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(keep),
        )
    except (ExpatError, KeyError, ValueError, OSError, AttributeError, RecursionError) as error:
        raise Refusal(
            _("The Word file is damaged. Open it in Word, save it anew and choose it again."),
            status=422,
        ) from error

    def find(source: str) -> bytes | None:
        number = source.removeprefix("word:")
        return pictures[int(number)] if source.startswith("word:") else None

    document = read_html(made.value, title, find)
    document.left_out[:0] = notes
    return document


def _judged(archive: zipfile.ZipFile, files: dict[str, int]) -> list[str]:
    if "word/document.xml" not in files:
        words = _("This is no Word document (.docx), whatever its name says. Choose another file.")
        raise Refusal(words, status=422)
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in files else b""
    if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in files):
        words = _(
            "The document holds macros (small programs), so nothing of it was read. In Word choose"
            " “Save as” → “Word document (.docx)” and choose that file."
        )
        raise Refusal(words, status=422)
    for name in files:
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(name):
            words = _("The Word file is not built as Word builds it, so nothing of it was read.")
            raise Refusal(words, status=422)
    return [*_outside(archive, files), *_lost(archive, files)]


def _outside(archive: zipfile.ZipFile, files: dict[str, int]) -> list[str]:
    """What the document would fetch from elsewhere; nobody asks for it."""
    found: dict[str, int] = {}
    for name in files:
        if name.endswith(".rels"):
            text = archive.read(name).decode("utf-8", "replace")
            for relation in _RELATION.findall(text):
                kind = _TYPE.search(relation)
                if kind and 'TargetMode="External"' in relation and kind[1] != "hyperlink":
                    found[kind[1]] = found.get(kind[1], 0) + 1
    told = []
    if found.pop("attachedTemplate", 0):
        told.append(_("The template the document asks for from elsewhere: it was not fetched."))
    found.pop("image", 0)  # told of where the picture would stand
    if rest := sum(found.values()):
        told.append(_("Parts that lie elsewhere: %(count)d. None was fetched.") % {"count": rest})
    return told


def _lost(archive: zipfile.ZipFile, files: dict[str, int]) -> list[str]:
    text = archive.read("word/document.xml").decode("utf-8", "replace")
    counted = [(words, len(re.findall(pattern, text))) for pattern, words in _LOST.items()]
    told = [str(words) % {"count": count} for words, count in counted if count]
    if any(re.match(r"word/(?:header|footer)\d*\.xml", name) for name in files):
        told.append(_("Headers and footers of the pages, page numbers among them."))
    return told
