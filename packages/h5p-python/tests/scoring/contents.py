"""One content of each type that is scored by itself, with right and wrong responses to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sample:
    library: str
    params: dict[str, Any]
    maximum: int
    right: str
    partly: str  # worth one point less than everything, or nothing where one point is all
    wrong: str


def element(text: str, *zones: str, multiple: bool = False) -> dict[str, Any]:
    return {
        "type": {"library": "H5P.AdvancedText 1.1", "params": {"text": f"<p>{text}</p>"}},
        "dropZones": list(zones),
        "multiple": multiple,
    }


MULTI = {
    "question": "<p>Ba điều cần &amp; đủ?</p>",
    "answers": [
        {"text": "<div>Nghe dân</div>", "correct": True},
        {"text": "<div>Né dân</div>", "correct": False},
        {"text": "<div>Gần dân</div>", "correct": True},
    ],
    "behaviour": {"type": "auto", "singlePoint": False, "passPercentage": 100},
}
SINGLE = {
    "question": "Một",
    "answers": [{"text": "A", "correct": False}, {"text": "B", "correct": True}],
    "behaviour": {"type": "auto"},
}
TRUE_FALSE = {"question": "Đúng?", "correct": "true", "l10n": {"trueText": "Đúng"}}
BLANKS = {
    "text": "<p>Điền từ</p>",
    "questions": [
        "<p>Công tác *dân vận/công tác dân vận:hai tiếng*.</p>",
        "<p>Đi từng *ngõ*, gõ từng *nh&agrave;*</p>",
    ],
    "behaviour": {"caseSensitive": False},
}
DRAG_TEXT = {
    "taskDescription": "Kéo từ",
    "textField": "Đi từng *ngõ:tip \\+Giỏi \\-Sai*\ngõ từng *nhà*, 2 ** 3",
    "distractors": "*phố*",
}
MARK_WORDS = {
    "taskDescription": "Chọn",
    "textField": '<p>Óc *nghĩ*, mắt *trông*; "tai" nghe.</p><p>Chân&nbsp;*đi*!</p>',
}
FLASHCARDS = {
    "description": "Thủ đô?",
    "cards": [
        {"text": "Việt Nam", "answer": "Hà Nội/Ha Noi"},
        {"text": "Lào", "answer": "Viêng Chăn"},
    ],
}
DRAG = {
    "question": {
        "settings": {"questionTitle": "Xếp"},
        "task": {
            "elements": [element("nghe", "0", "1"), element("né", "0"), element("gần", "0", "1")],
            "dropZones": [
                {"label": "<div>Nên</div>", "correctElements": ["0"]},
                {"label": "<div>Cũng nên</div>", "correctElements": ["2"]},
            ],
        },
    },
    "behaviour": {"applyPenalties": True},
}

SAMPLES = {
    sample.library: sample
    for sample in (
        Sample("H5P.MultiChoice 1.16", MULTI, 2, "0[,]2", "0", "1"),
        Sample("H5P.TrueFalse 1.8", TRUE_FALSE, 1, "true", "false", "false"),
        Sample("H5P.Blanks 1.14", BLANKS, 3, "dân vận[,]ngõ[,]nhà", "dân vận[,][,]nhà", "a[,]b"),
        Sample("H5P.DragText 1.10", DRAG_TEXT, 2, "ngõ[,]nhà", "ngõ[,]phố", "nhà[,]ngõ"),
        Sample("H5P.MarkTheWords 1.11", MARK_WORDS, 3, "1[,]3[,]7", "1[,]7", "0"),
        Sample("H5P.Flashcards 1.7", FLASHCARDS, 2, "ha noi[,]viêng chăn", "[,]Viêng Chăn", "x"),
        Sample("H5P.DragQuestion 1.14", DRAG, 2, "0[.]0[,]1[.]2", "0[.]0", "0[.]1"),
    )
}
