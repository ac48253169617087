"""What tests of papers are made of, built through the deeds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from wagtail.models import Locale, Page

from assessments.attempting import Answer
from assessments.freezing import freeze
from assessments.models import Attempt, Paper, PaperVersion, QuestionBank, QuestionVersion, Sitting
from assessments.writing import write_question
from cadres.models import Cadre, Position, UnitVersion
from cadres.organising import establish, rebuild_ancestry
from cadres.registering import NewCadre, register_all
from certificates.models import Issuer
from content.models import ChapterPage, CoursePage, LessonPage, ShelfPage
from courses.models import Course
from courses.publishing import publish

_numbers = count(1)

SINGLE = {
    "choices": [
        {"text": "Nghe dân nói cho hết rồi mới trả lời.", "right": True, "feedback": "Đúng lối."},
        {"text": "Đọc lại kế hoạch một lần nữa.", "feedback": "Dân đã nghe rồi."},
        {"text": "Ghi tên người có ý kiến.", "feedback": "Dân sẽ ngại nói."},
        {"text": "Chuyển sang việc khác."},
    ]
}
MULTIPLE = {
    "choices": [
        {"text": "Óc nghĩ", "right": True},
        {"text": "Mắt trông", "right": True},
        {"text": "Tay chỉ", "feedback": "Không có trong sáu phương pháp."},
        {"text": "Miệng ra lệnh"},
        {"text": "Chân đi", "right": True},
    ]
}
TRUE_FALSE = {"answer": True}


def make_bank(questions: int = 24, code: str = "") -> QuestionBank:
    """A bank of which every fourth question has several right choices, every sixth is true."""
    code = code or f"bank-{next(_numbers)}"
    bank = QuestionBank.objects.create(code=code, title=f"Ngân hàng {code}")
    for number in range(1, questions + 1):
        kind, body = _asked(number)
        write_question(
            bank,
            f"{code}-{number:03}",
            kind=kind,
            stem=f"Câu {number}: làm thế nào để dân hiểu, tin và cùng làm?",
            body=body,
            feedback="Nói cho dân hiểu trước đã.",
            topic=f"1.{number % 2 + 1}",
        )
    return bank


def _asked(number: int) -> tuple[str, dict[str, Any]]:
    if number % 4 == 0:
        return "multiple", MULTIPLE
    return ("true_false", TRUE_FALSE) if number % 6 == 0 else ("single", SINGLE)


def make_paper(bank: QuestionBank | None = None, **rules: Any) -> Paper:
    bank = bank or make_bank()
    code = f"paper-{next(_numbers)}"
    return Paper.objects.create(code=code, title="Bài kiểm tra cuối khóa", bank=bank, **rules)


def make_version(bank: QuestionBank | None = None, **rules: Any) -> PaperVersion:
    return freeze(make_paper(bank, **rules))


def make_cadre(name: str = "Nguyễn Thị Diễm Hương") -> Cadre:
    since = date(2025, 1, 1)
    unit = establish("Phường Đông A", UnitVersion.Kind.WARD, parent=None, valid_from=since)
    rebuild_ancestry()
    position, _is_new = Position.objects.get_or_create(code="can-bo", defaults={"name": "Cán bộ"})
    new = NewCadre(
        code=f"CB{next(_numbers):05}",
        full_name=name,
        gender=Cadre.Gender.FEMALE,
        born_on=date(1971, 3, 8),
        kind=Cadre.Kind.OFFICIAL,
        unit=unit,
        position=position,
        since=since,
    )
    return register_all([new])[0]


def make_sitting(version: PaperVersion | None = None, cadre: Cadre | None = None) -> Sitting:
    return Sitting.objects.create(
        cadre=cadre or make_cadre(), paper_version=version or make_version()
    )


def make_course(paper: Paper | None = None, lessons: int = 2) -> Course:
    """A published course of one chapter."""
    number = next(_numbers)
    Locale.objects.get_or_create(language_code="vi")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    shelf = ShelfPage.objects.first() or root.add_child(
        instance=ShelfPage(title="Khóa học", slug=f"khoa-hoc-{number}")
    )
    issuer = establish(
        "Ban Dân vận", UnitVersion.Kind.BODY, parent=None, valid_from=date(2025, 1, 1)
    )
    Issuer.objects.create(
        unit=issuer,
        name="Ban Dân vận",
        heading=Issuer.Heading.PARTY,
        number_pattern="{n}-GCN/BDV",
        place="Đông A",
        signer_title="Trưởng ban",
        signer_name="Đỗ Việt Ất",
    )
    page = shelf.add_child(
        instance=CoursePage(
            title="Tư tưởng Hồ Chí Minh về dân vận",
            slug=f"k{number}",
            code=f"K{number}",
            summary="Một khóa ngắn.",
            audience="Cán bộ cơ sở.",
            outcomes=[("outcome", "Trình bày được")],
            hours=Decimal(8),
            final_paper=paper or make_paper(),
            issuing_unit=issuer,
        )
    )
    chapter = page.add_child(instance=ChapterPage(title="Bối cảnh", slug=f"boi-canh-{number}"))
    for place in range(1, lessons + 1):
        chapter.add_child(
            instance=LessonPage(
                title=f"Bài số {place}",
                slug=f"bai-{number}-{place}",
                code=f"1.{place}",
                body=[("text", "<p>Nghe dân nói.</p>")],
            )
        )
    return publish(page, by=None).course


def right_keys(question: QuestionVersion) -> list[str]:
    return sorted(choice["key"] for choice in question.body["choices"] if choice["right"])


def right_answers(attempt: Attempt, right: int = 100, device: str = "phone") -> list[Answer]:
    """Right answers to the first `right` questions; to the others none."""
    slots = attempt.slots.select_related("question_version").order_by("position")[:right]
    return [
        Answer(slot.position, device, 1, {"chosen": right_keys(slot.question_version)})
        for slot in slots
    ]
