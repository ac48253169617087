"""Bringing a document into a chapter: looked at first, then written whole or not at all."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.keeping import forget, keep, kept
from content.dividing import Drafted, block_of, divide, levels_of, usual_level
from content.models import ChapterPage, LessonPage
from content.parts import Document, Shown
from content.reading import read
from h5p.pictures import without_metadata
from kit.errors import Refusal
from kit.text import slug
from media.models import Picture
from media.putting_in import size_of_picture
from operations.journalling import record

MOST_LESSONS = 60
MOST_BYTES_OF_A_PICTURE = 10 * 1024 * 1024
_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp"}


@dataclass(frozen=True)
class Foreseen:
    """What would be made of a file divided at `level`, and what would not be kept."""

    name: str
    lessons: list[Drafted]
    level: int
    levels: list[int]
    left_out: list[str]

    @property
    def untold(self) -> int:
        return sum(lesson.untold for lesson in self.lessons)


def take_in(name: str, content: bytes, *, by: User) -> str:
    """Reads the file and keeps it for its uploader for a day; the token it is found by."""
    _foreseen(name, content, None)
    return keep(name, content, {}, by=by)


def foresee(token: str, level: int | None, *, by: User) -> Foreseen:
    """`level` as in `divide`; None: the usual one."""
    waiting = _kept(token, by)
    return _foreseen(waiting[0], waiting[1], level)


def bring(
    chapter: ChapterPage, token: str, level: int, *, by: User, at: datetime | None = None
) -> list[LessonPage]:
    """Writes the lessons of a kept file as drafts at the end of the chapter."""
    name, content = _kept(token, by)
    foreseen = _foreseen(name, content, level)
    with _written() as files, transaction.atomic():
        held = ChapterPage.objects.select_for_update().get(pk=chapter.pk)
        check_may_bring(held, by)
        pictures: dict[str, Picture] = {}
        made = [_write(held, lesson, files, pictures, by) for lesson in foreseen.lessons]
        after = {"number": len(made), "document": name}
        record("lesson.bring", held, by=by, named=held.title, after=after, at=at)
    forget(token)
    return made


def may_bring(chapter: ChapterPage, user: User) -> bool:
    return bool(chapter.permissions_for_user(user).can_add_subpage())


def check_may_bring(chapter: ChapterPage, user: User) -> None:
    if not may_bring(chapter, user):
        raise Refusal(_("You may not add lessons to this chapter."), status=403)


def _kept(token: str, by: User) -> tuple[str, bytes]:
    try:
        waiting = kept(token, by=by)
    except Refusal as refusal:
        words = _("This file is no longer kept. Upload it again; no lesson was made.")
        raise Refusal(words, status=404) from refusal
    return waiting.name, waiting.content


def _foreseen(name: str, content: bytes, level: int | None) -> Foreseen:
    document = read(name, content)
    _leave_out_bad_pictures(document)
    if not document.parts:
        words = _("Nothing of the file can become a lesson: it holds no text, table or picture.")
        raise Refusal(words, gaps=document.left_out, status=422)
    levels = levels_of(document)
    chosen = usual_level(document) if level is None or level not in {0, *levels} else level
    lessons = divide(document, chosen)
    if len(lessons) > MOST_LESSONS:
        words = _(
            "The file would become %(count)d lessons, more than %(most)d. Divide it into parts."
        )
        raise Refusal(words % {"count": len(lessons), "most": MOST_LESSONS}, status=422)
    left_out = [*document.left_out, *_nameless_tables(lessons)]
    return Foreseen(name, lessons, chosen, levels, left_out)


def _nameless_tables(lessons: list[Drafted]) -> list[str]:
    count = sum(not any(table.headings) for lesson in lessons for table in lesson.tables)
    words = _("Tables whose columns have no names: %(count)d. Name them in the lesson.")
    return [words % {"count": count}] if count else []


def _leave_out_bad_pictures(document: Document) -> None:
    """Judged by their first bytes and their size in dots, before any is drawn."""
    number = 0
    for part in list(document.parts):
        if isinstance(part, Shown):
            number += 1
            if words := _problem_of(part.content, number):
                document.parts.remove(part)
                document.left_out.append(words)


def _problem_of(content: bytes, number: int) -> str:
    kind = _kind_of(content)
    name = _("Picture %(number)d") % {"number": number}
    if kind is None:
        words = _(
            "Picture %(number)d is of a type lessons cannot show (such as SVG, EMF or TIFF): save"
            " it as PNG and add it yourself."
        )
        return words % {"number": number}
    if len(content) > MOST_BYTES_OF_A_PICTURE:
        words = _("“%(name)s” is larger than %(most)d MB. Make it smaller and choose it again.")
        return words % {"name": name, "most": MOST_BYTES_OF_A_PICTURE // 1024 // 1024}
    try:
        size_of_picture(io.BytesIO(content), f"{name}.{kind}")
    except Refusal as refusal:
        return str(refusal.message)
    return ""


def _kind_of(content: bytes) -> str | None:
    return next((kind for start, kind in _KINDS.items() if content.startswith(start)), None)


@contextmanager
def _written() -> Iterator[list[str]]:
    """Names of files that go again if anything fails."""
    names: list[str] = []
    try:
        yield names
    except BaseException:
        for name in names:
            default_storage.delete(name)
        raise


def _write(
    chapter: ChapterPage,
    lesson: Drafted,
    files: list[str],
    pictures: dict[str, Picture],
    by: User,
) -> LessonPage:
    body = []
    for part in lesson.parts:
        if isinstance(part, Shown):
            picture = _picture(part, lesson.title, files, pictures, by)
            value: object = {"image": picture.pk, "alt": part.alt, "caption": part.caption}
            body.append({"type": "picture", "value": value})
        else:
            kind, value = block_of(part)
            body.append({"type": kind, "value": value})
    if lesson.notes:
        notes = [
            {"type": "item", "value": f"<p>{note}</p>", "id": str(uuid.uuid4())}
            for note in lesson.notes
        ]
        body.append({"type": "notes", "value": {"notes": notes}})
    page = LessonPage(
        title=lesson.title,
        slug=_free_slug(chapter, lesson.title),
        code=_next_code(chapter),
        minutes=lesson.minutes,
        live=False,
        owner=by,
    )
    page.body = LessonPage._meta.get_field("body").stream_block.to_python(
        [{"id": str(uuid.uuid4()), **block} for block in body]
    )
    chapter.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    return page


def _picture(
    part: Shown, title: str, files: list[str], pictures: dict[str, Picture], by: User
) -> Picture:
    """One for the same bytes, however often the document shows them; without what the camera
    wrote beside it."""
    digest = hashlib.sha256(part.content).hexdigest()
    if digest not in pictures:
        name = f"{slug(title)[:40] or 'hinh'}-{len(pictures) + 1}.{_kind_of(part.content)}"
        picture = Picture(
            title=(part.caption or part.alt or title)[:255],
            description=part.alt[:255],
            file=ContentFile(without_metadata(part.content), name=name),
            uploaded_by_user=by,
        )
        picture.save()
        files.append(picture.file.name)
        pictures[digest] = picture
    return pictures[digest]


def _free_slug(chapter: ChapterPage, title: str) -> str:
    taken = set(chapter.get_children().values_list("slug", flat=True))
    start = slug(title)[:200].strip("-") or "bai"
    names = (start if number == 1 else f"{start}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _next_code(chapter: ChapterPage) -> str:
    """The chapter's number in its course, a dot, and the next number that is free."""
    course = chapter.get_parent()
    place = 1 + list(course.get_children().values_list("pk", flat=True)).index(chapter.pk)
    lessons = LessonPage.objects.descendant_of(course)
    taken = set(lessons.values_list("code", flat=True))
    count = chapter.get_children().count()
    return next(
        code
        for number in range(count + 1, count + len(taken) + 2)
        if (code := f"{place}.{number}") not in taken
    )
