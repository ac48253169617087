"""What tests of courses are made of, built through the deeds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone
from wagtail.models import Locale, Page

from accounts.models import User
from assessments.attempting import finish, save_answers, start
from assessments.models import Paper, QuestionVersion, Sitting
from assessments.writing import write_question
from cadres.models import Unit, UnitVersion
from cadres.organising import establish
from certificates.models import Issuer
from content.models import ChapterPage, CoursePage, LessonPage, ShelfPage
from courses.models import Course, Edition, Enrolment
from courses.publishing import publish
from media.models import Interactive, LegalDocument
from tests.assessments.building import MULTIPLE, SINGLE, make_bank, make_paper, right_answers

_numbers = count(1)
Cites = Iterable[tuple[LegalDocument, str]]


def make_question(kind: str = "single", text: str = "Sau buổi họp, việc gì trước?") -> Any:
    """A practice question; returns its first version."""
    number = next(_numbers)
    return write_question(
        make_bank(0, f"practice-{number}"),
        f"P-{number}",
        kind=kind,
        stem=text,
        body=SINGLE if kind == "single" else MULTIPLE,
        feedback="Ghi lại, đọc lại, hẹn lại.",
        practice_only=True,
    )


def cite_blocks(cites: Cites) -> list[tuple[str, dict[str, Any]]]:
    return [("cite", {"document": document, "article": article}) for document, article in cites]


def make_issuer() -> Unit:
    unit = establish("Ban Dân vận", UnitVersion.Kind.BODY, parent=None, valid_from=date(2025, 1, 1))
    Issuer.objects.create(
        unit=unit,
        name="Ban Dân vận",
        heading=Issuer.Heading.PARTY,
        number_pattern="{n}-GCN/BDV",
        place="Đông A",
        signer_title="Trưởng ban",
        signer_name="Đỗ Việt Ất",
    )
    return unit


def make_page(**values: Any) -> CoursePage:
    """A course page that nothing is wrong with, but it has no lesson yet."""
    Locale.objects.get_or_create(language_code="vi")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    shelf = ShelfPage.objects.first() or root.add_child(
        instance=ShelfPage(title="Khóa học", slug="khoa-hoc")
    )
    number = next(_numbers)
    promised: dict[str, Any] = {
        "title": "Tư tưởng Hồ Chí Minh về dân vận",
        "slug": f"khoa-{number}",
        "code": f"M{number}",
        "summary": "Một khóa ngắn.",
        "audience": "Cán bộ cơ sở.",
        "outcomes": [("outcome", "Trình bày được")],
        "hours": 8,
    }
    if "final_paper" not in values:
        values["final_paper"] = Paper.objects.get(pk=make_paper(make_bank(6), draw=4).pk)
    if "issuing_unit" not in values:
        values["issuing_unit"] = make_issuer()
    return shelf.add_child(instance=CoursePage(**promised | values))


def add_chapter(page: CoursePage, title: str = "Bối cảnh") -> ChapterPage:
    return page.add_child(instance=ChapterPage(title=title, slug=f"chuong-{next(_numbers)}"))


def add_lesson(
    chapter: ChapterPage,
    code: str,
    *,
    question: QuestionVersion | None = None,
    interactive: Interactive | None = None,
    text: str = "<p>Nghe dân nói.</p>",
    cites: Cites = (),
    owner: User | None = None,
    **rule: Any,
) -> LessonPage:
    """`rule`: of the interactive content: required, rule, least, minutes."""
    body: list[dict[str, Any]] = [{"type": "text", "value": text}] if text else []
    if question:
        body.append({"type": "practice", "value": {"question": question.question_id}})
    if interactive:
        value = {"content": interactive.pk, "rule": "verified"} | rule
        body.append({"type": "interactive", "value": value})
    page = LessonPage(title=f"Bài số {code}", slug=f"bai-{next(_numbers)}", code=code, owner=owner)
    page.cites = cite_blocks(cites)
    block = LessonPage._meta.get_field("body").stream_block
    page.body = block.to_python(body)
    return chapter.add_child(instance=page)


def make_course_page(lessons: int = 3, **values: Any) -> CoursePage:
    page = make_page(**values)
    chapter = add_chapter(page)
    for place in range(1, lessons + 1):
        add_lesson(chapter, f"1.{place}")
    return page


def make_edition(lessons: int = 3, **values: Any) -> Edition:
    return publish(make_course_page(lessons, **values), by=None)


def make_course(lessons: int = 3, **values: Any) -> Course:
    return make_edition(lessons, **values).course


def pass_paper(enrolment: Enrolment) -> None:
    """Sits the final paper and answers everything right."""
    sit(enrolment, right=100)


def sit(enrolment: Enrolment, *, right: int) -> None:
    if enrolment.sitting is None:
        version = enrolment.edition.paper_version
        enrolment.sitting = Sitting.objects.create(cadre=enrolment.cadre, paper_version=version)
        enrolment.save(update_fields=["sitting"])
    attempt = start(enrolment.sitting, at=timezone.now())
    save_answers(attempt, right_answers(attempt, right))
    finish(attempt)


def lesson_path(enrolment: Enrolment, place: int = 1) -> str:
    lesson = enrolment.edition.listed_lessons[place - 1]
    return f"/hoc/{enrolment.course.slug}/{lesson['slug']}/"
