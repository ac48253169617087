"""Reading a file that an author brings: .docx, .md, .html, or a .zip of the last two with pictures.

The file is judged before it is read; whatever is refused is refused as a whole.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from posixpath import normpath

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.parts import Document
from content.reading_html import FindPicture, read_html
from content.reading_markdown import read_markdown
from content.reading_word import read_word
from h5p.archive import MIB, Archive, Limits
from h5p.names import extension
from h5p.problems import InvalidPackage
from kit.errors import Refusal
from kit.text import clean

LARGEST = 20 * MIB
KINDS = ["docx", "md", "markdown", "html", "htm", "zip"]
_LIMITS = Limits(files=1_000, file_bytes=50 * MIB, total_bytes=100 * MIB)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .doc, and any Office file with a password
_PROBLEMS: dict[str, str | Promise] = {
    "encrypted": gettext_lazy(
        "The file is locked with a password. Take the password off, save it and choose it again."
    ),
    **dict.fromkeys(
        ("ratio", "too-large", "too-many-files"),
        gettext_lazy("The file unpacks to far more than a document holds, so it was not opened."),
    ),
}
_BROKEN = gettext_lazy(
    "The file is damaged or is not what the end of its name says. Open it, save it anew and choose"
    " it again."
)


def read(name: str, content: bytes) -> Document:
    """The parts of the file. Refusal (422) when it cannot be read safely; nothing is written."""
    name = clean(name)
    kind, title = extension(name), clean(PurePosixPath(name).stem)[:255]
    if kind not in KINDS:
        words = _("“%(name)s” is of a kind that cannot be brought in. Choose one of: %(kinds)s.")
        raise _refusal(words % {"name": name, "kinds": ", ".join(f".{k}" for k in KINDS)})
    if len(content) > LARGEST:
        words = _("“%(name)s” is larger than %(most)d MB. Make it smaller and choose it again.")
        raise _refusal(words % {"name": name, "most": LARGEST // MIB})
    if kind in {"docx", "zip"}:
        files = _files_of(content)
        return read_word(content, files, title) if kind == "docx" else _read_zip(content, files)
    return _read_text(kind, content, title, lambda _source: None)


def _read_text(kind: str, content: bytes, title: str, find: FindPicture) -> Document:
    text = _decoded(content)
    reader = read_markdown if kind in {"md", "markdown"} else read_html
    return reader(text, title, find)


def _read_zip(content: bytes, files: dict[str, int]) -> Document:
    """As Google Docs packs a web page: one file of text, pictures beside it."""
    texts = [name for name in files if extension(name) in {"html", "htm", "md", "markdown"}]
    if len(texts) != 1:
        words = _(
            "The .zip must hold exactly one .html or .md file (with its pictures); this one holds"
            " %(count)d."
        )
        raise _refusal(words % {"count": len(texts)})
    (name,) = texts
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        folder = PurePosixPath(name).parent
        names = set(files)

        def find(source: str) -> bytes | None:
            path = normpath(str(folder / source))
            return archive.read(path) if path in names else None

        title = clean(PurePosixPath(name).stem)[:255]
        return _read_text(extension(name), archive.read(name), title, find)


def _files_of(content: bytes) -> dict[str, int]:
    """The files of a zip whose every byte has been looked at."""
    if content.startswith(_OLD_OFFICE):
        words = _(
            "The file is locked with a password or saved as an old Word file (.doc). Open it in"
            " Word, take the password off, save it as .docx and choose it again."
        )
        raise _refusal(words)
    with tempfile.NamedTemporaryFile(suffix=".zip") as copy:
        copy.write(content)
        copy.flush()
        try:
            with Archive(Path(copy.name), _LIMITS) as archive:
                for member in archive.members:
                    for _piece in archive.stream(member.name):
                        pass
                return {member.name: member.size for member in archive.members}
        except InvalidPackage as invalid:
            said = (_PROBLEMS.get(problem.code) for problem in invalid.problems)
            raise _refusal(str(next((words for words in said if words), _BROKEN))) from invalid


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        words = _(
            "The letters of the file cannot be read: it is not in UTF-8. Open it, choose “Save as”"
            " with the encoding UTF-8 and choose it again."
        )
        raise _refusal(words)
    return text


def _refusal(words: str) -> Refusal:
    return Refusal(words, status=422)
