"""A finished run as xAPI statements (1.0.3): one for the run, one for each of its questions.

The person is an account of this platform, known by the public id alone. Answers are not told: an
open one may hold anything. Ids follow from the run, so that the same run is always the same
statements.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from django.conf import settings

from assessments.models import Run, RunQuestion, Strength
from courses.models import LessonRun
from courses.playing import interactive_segments, rule_of
from h5p.libraries import library_named
from media.models import InteractiveRevision

_VOCABULARY = "http://adlnet.gov/expapi"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_LONGEST = 500  # characters of a question

Json = dict[str, Any]


def statements_of(run: Run) -> list[Json]:
    """Of a run that was handed in."""
    lesson_runs = LessonRun.objects.filter(run=run)
    lesson_run = lesson_runs.select_related("lesson__edition__course").first()
    whole = _of_run(run, lesson_run)
    parts = [_of_question(run, question, whole) for question in run.questions.all()]
    return [whole, *parts]


def statement_id(run: Run, part: str) -> UUID:
    return uuid5(run.pk, part)


def _of_run(run: Run, lesson_run: LessonRun | None) -> Json:
    assert run.finished_at is not None  # noqa: S101 (handed in)
    seconds = Decimal((run.finished_at - run.started_at).total_seconds())
    result = {
        "completion": True,
        "duration": f"PT{max(seconds, Decimal(0)):.2f}S",
        **_score(run.points, run.maximum, run.strength),
        **_success(run, lesson_run),
    }
    return _statement(
        run,
        "completed",
        "đã hoàn thành",
        _activity(_address_of(run.revision), "assessment", run.revision.title, run.revision),
        result,
        run.strength,
        _library(str(run.revision.library)),
        grouping=_places(lesson_run),
    )


def _of_question(run: Run, question: RunQuestion, whole: Json) -> Json:
    address = f"{_address_of(run.revision)}?subContentId={quote(question.part, safe='')}"
    if not question.part:
        address = f"{_address_of(run.revision)}#{question.position}"
    is_right = question.points == question.maximum
    is_known = question.strength == Strength.VERIFIED and question.maximum > 0
    result = {
        **_score(question.points, question.maximum, question.strength),
        **({"success": is_right} if is_known else {}),
    }
    return _statement(
        run,
        f"answered {question.position}",
        "đã trả lời",
        _activity(address, "question", question.question, run.revision),
        result,
        question.strength,
        _library(question.library),
        parent=[whole["object"]],
        grouping=whole["context"]["contextActivities"].get("grouping", []),
    )


def _statement(
    run: Run,
    part: str,
    in_vietnamese: str,
    activity: Json,
    result: Json,
    strength: str,
    category: list[Json],
    *,
    parent: list[Json] | None = None,
    grouping: list[Json],
) -> Json:
    assert run.finished_at is not None  # noqa: S101 (handed in)
    verb = part.partition(" ")[0]
    kinds = {"parent": parent, "grouping": grouping, "category": category}
    context: Json = {
        "registration": str(run.pk),
        "platform": "Khéo",
        "revision": str(run.revision.number),
        "contextActivities": {kind: listed for kind, listed in kinds.items() if listed},
        "extensions": {f"{settings.BASE_URL}/xapi/strength": strength},
    }
    statement: Json = {
        "id": str(statement_id(run, part)),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": settings.BASE_URL, "name": str(run.cadre.public_id)},
        },
        "verb": {
            "id": f"{_VOCABULARY}/verbs/{verb}",
            "display": {"en": verb, "vi": in_vietnamese},
        },
        "object": activity,
        "context": context,
        "timestamp": run.finished_at.isoformat(),
    }
    return statement | ({"result": result} if result else {})


def _score(points: Decimal | None, maximum: Decimal | None, strength: str) -> Json:
    """Nothing where no points were to be had, or nobody can know how many were."""
    if points is None or not maximum or strength == Strength.UNVERIFIABLE:
        return {}
    share = round(float(points / maximum), 4)
    return {"score": {"scaled": share, "raw": float(points), "min": 0, "max": float(maximum)}}


def _success(run: Run, lesson_run: LessonRun | None) -> Json:
    """Where the lesson says how much is enough."""
    if lesson_run is None or not run.is_verified:
        return {}
    place = str(lesson_run.place)
    segments = interactive_segments(lesson_run.lesson)
    rule = next((rule_of(s) for s in segments if s["place"] == place), None)
    return {"success": rule.is_met_by(run)} if rule and rule.is_verified else {}


# --- Activities ---------------------------------------------------------------------------------


def _address_of(revision: InteractiveRevision) -> str:
    return f"{settings.BASE_URL}/tuong-tac/{revision.content.public_id}/"


def _activity(address: str, kind: str, name: str, revision: InteractiveRevision) -> Json:
    return _named(address, kind, name, _language(revision.language))


def _named(address: str, kind: str, name: str, language: str) -> Json:
    definition: Json = {"type": f"{_VOCABULARY}/activities/{kind}"}
    if name:
        definition["name"] = {language: name[:_LONGEST]}
    return {"objectType": "Activity", "id": address, "definition": definition}


def _language(told: str) -> str:
    """Packages write what they like; "und" is the standard's word for not known."""
    return told if _LANGUAGE.fullmatch(told) else "und"


def _places(lesson_run: LessonRun | None) -> list[Json]:
    if lesson_run is None:
        return []
    lesson = lesson_run.lesson
    edition, course = lesson.edition, lesson.edition.course
    address = f"{settings.BASE_URL}/hoc/{course.slug}/{lesson.slug}/"
    return [
        _named(address, "lesson", lesson.title, "vi"),
        _named(f"{settings.BASE_URL}/khoa-hoc/{course.slug}/", "course", edition.title, "vi"),
    ]


def _library(named: str) -> list[Json]:
    """As the H5P core names the type of a content."""
    library = library_named(named)
    if library is None:
        return []
    return [{"objectType": "Activity", "id": f"http://h5p.org/libraries/{library.folder}"}]
