"""Writing the demo's courses from their YAML, the way an author would: pages, bank, paper."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst
import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from markdown_it import MarkdownIt
from wagtail.models import Page

from accounts.models import User
from assessments.models import Paper, Question, QuestionBank
from assessments.writing import write_question
from cadres.models import Unit
from content.models import ChapterPage, CoursePage, LessonPage
from courses.models import Edition
from courses.publishing import publish
from lms.demo.documents import cites_in, register_documents
from lms.demo.interacting import Pieces
from media.models import Interactive, LegalDocument, Picture, Recording

FOLDER = Path(__file__).parent
Block = tuple[str, Any]

_markdown = MarkdownIt("commonmark", {"html": False})


def read_yaml(path: Path) -> Any:
    # libyaml: the pure reader takes a second for a course.
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def picture(name: str, by: User | None) -> Picture:
    """A drawing of the demo as an uploaded picture; drawn once from its SVG."""
    source = FOLDER / "pictures" / f"{name}.svg"
    held = Picture.objects.filter(title=name).first()
    if held:
        return held
    png = typst.compile(
        source.with_name("page.typ"),
        root=source.parent,
        font_paths=[settings.PDF_FONTS],
        format="png",
        ppi=96,
        sys_inputs={"name": name},
    )
    assert isinstance(png, bytes)  # noqa: S101 (one page, one file)
    title = re.search(r"<title>(.*?)</title>", source.read_text(encoding="utf-8"))
    return Picture.objects.create(
        title=name,
        description=title.group(1) if title else "",
        file=ContentFile(png, name=f"{name}.png"),
        uploaded_by_user=by,
    )


def recording(name: str, title: str, by: User | None) -> Recording:
    """A film of the demo with its captions, uploaded once; its words are those of the captions."""
    held = Recording.objects.filter(title=title).first()
    if held:
        return held
    film, captions = (FOLDER / "recordings" / f"{name}.{kind}" for kind in ("mp4", "vtt"))
    _head, *cues = captions.read_text(encoding="utf-8").strip().split("\n\n")
    return Recording.objects.create(
        title=title,
        kind=Recording.Kind.VIDEO,
        file=ContentFile(film.read_bytes(), name=film.name),
        captions=ContentFile(captions.read_bytes(), name=captions.name),
        transcript="\n\n".join(" ".join(cue.splitlines()[1:]) for cue in cues),
        uploaded_by=by,
    )


def block(item: dict[str, Any], by: User | None) -> Block:
    """One block of a lesson file as StreamField data."""
    [(kind, value)] = item.items()
    if kind == "text":
        return "text", _markdown.render(value)
    if kind == "image":
        return "picture", {
            "image": picture(value["file"], by),
            "alt": value["alt"],
            "caption": value.get("caption", ""),
        }
    if kind == "recording":
        held = recording(value["file"], value["title"], by)
        return "recording", {"recording": held, "caption": value["caption"]}
    if kind == "practice":
        return "practice", {"question": Question.objects.get(code=value)}
    if kind == "quotation":
        return "quotation", {**value, "checked": False}
    return kind, value


def cite_blocks(item: dict[str, Any], path: Path) -> list[Block]:
    """The `cites:` of a file as StreamField data."""
    documents = LegalDocument.objects.in_bulk([cite.document_id for cite in cites_in(item, path)])
    return [
        ("cite", {"document": documents[cite.document_id], "article": cite.article})
        for cite in cites_in(item, path)
    ]


def write_bank(bank: QuestionBank, path: Path, *, practice_only: bool, by: User | None) -> int:
    """Writes every question of a YAML file; returns how many."""
    questions = read_yaml(path)
    for item in questions:
        body: dict[str, Any] = (
            {"answer": item["answer"]}
            if item["kind"] == "true_false"
            else {"choices": item["choices"]}
        )
        write_question(
            bank,
            item["code"],
            kind=item["kind"],
            stem=item["stem"],
            body=body,
            feedback=item.get("feedback", ""),
            topic=item.get("topic", ""),
            practice_only=practice_only,
            cites=cites_in(item, path),
            by=by,
        )
    return len(questions)


def write_course(
    code: str,
    shelf: Page,
    issuing_unit: Unit,
    *,
    by: User,
    at: datetime | None = None,
    pieces: Pieces | None = None,
) -> Edition:
    """Bank, paper, pages and the first edition of a demo course."""
    draft = write_draft(code, shelf, issuing_unit, by=by, pieces=pieces)
    return publish(draft, by=by, at=at)


def write_draft(
    code: str,
    shelf: Page,
    issuing_unit: Unit,
    *,
    by: User,
    lessons: Collection[str] | None = None,
    pieces: Pieces | None = None,
) -> CoursePage:
    """Bank, paper and pages of a demo course, not published; with `lessons`, only those."""
    folder = FOLDER / "courses" / code
    plan = read_yaml(folder / "course.yaml")
    register_documents(by=by)
    bank = QuestionBank.objects.create(code=code, title=f"{plan['code']}. {plan['title']}")
    write_bank(bank, folder / "questions.yaml", practice_only=False, by=by)
    write_bank(bank, folder / "practice.yaml", practice_only=True, by=by)
    paper = Paper.objects.create(
        code=f"{code}-cuoi-khoa",
        title=f"Bài kiểm tra cuối khóa {plan['code']}",
        bank=bank,
        draw=plan["paper"]["draw"],
        minutes=plan["paper"]["minutes"],
        tries=plan["paper"]["tries"],
        pass_grade=Decimal(str(plan["pass_grade"])),
    )
    course = shelf.add_child(
        instance=CoursePage(
            title=plan["title"],
            slug=code,
            code=plan["code"],
            summary=plan["summary"],
            audience=plan["audience"],
            outcomes=[("outcome", outcome) for outcome in plan["outcomes"]],
            hours=Decimal(plan["hours"]),
            picture=picture(plan["picture"], by),
            final_paper=paper,
            issuing_unit=issuing_unit,
            cites=cite_blocks(plan, folder / "course.yaml"),
            live=False,
            owner=by,
        )
    )
    for number, chapter in enumerate(plan["chapters"], 1):
        names = [name for name in chapter["lessons"] if lessons is None or name in lessons]
        if names:
            paths = [folder / "lessons" / f"{name}.yaml" for name in names]
            played = {stem: piece for (of, stem), piece in (pieces or {}).items() if of == code}
            _write_chapter(course, number, chapter["title"], paths, by, played)
    return course


def _write_chapter(
    course: Page,
    number: int,
    title: str,
    lessons: list[Path],
    by: User | None,
    pieces: dict[str, Interactive],
) -> None:
    chapter = course.add_child(
        instance=ChapterPage(title=title, slug=f"chuong-{number}", live=False, owner=by)
    )
    for path in lessons:
        lesson = read_yaml(path)
        body = [block(item, by) for item in lesson["body"]]
        if piece := pieces.get(path.stem):
            body.append(("interactive", {"content": piece, "required": False, "rule": "verified"}))
        page = LessonPage(
            title=lesson["title"],
            slug=f"bai-{path.stem}",
            code=lesson["code"],
            summary=lesson["summary"],
            minutes=lesson["minutes"],
            body=body,
            cites=cite_blocks(lesson, path),
            live=False,
            owner=by,
        )
        chapter.add_child(instance=page)
