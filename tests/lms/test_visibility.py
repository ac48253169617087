"""No door reads people's data but through what the asker may see.

A door is a module of views, of the API or of Wagtail's hooks. Where it names `Model.objects` of a
model with personal data, the statement must narrow by the asker; else it stands here, with why.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.db.models import Model

from accounts.models import User
from cadres.models import Cadre
from tests.test_floors import FLOORS, our_models

HOUSE = Path(__file__).resolve().parents[2]
# Links that say who wrote a row, not whom it is about.
AUTHORS = {
    "by", "created_by", "decided_by", "enrolled_by", "granted_by", "made_by", "proposed_by",
    "published_by", "recorded_by", "stated_by", "stopped_by", "undone_by", "uploaded_by",
    "uploaded_by_user", "waived_by", "withdrawn_by",
}  # fmt: skip
NARROWS = {"visible_to", "managed_by", "of_user", "in_register_of", "issued_by"}
ONES_OWN = {"request.user", "access.user_id", "access.cadre_id", "access.managed_unit_ids"}
# Personal models without `visible_to`: how they are reached.
THROUGH = {
    "accounts.Slip": "through its user's cadre record",
    "accounts.Viewing": "the administrator's own",
    "accounts.User": "one's own, or through one's cadre record",
    "assessments.AnswerEvent": "through its attempt",
    "assessments.Attempt": "through its sitting",
    "assessments.Grading": "through its attempt",
    "assessments.Run": "through its run of a lesson",
    "assessments.RunQuestion": "through its run",
    "assessments.RunState": "through its run",
    "assessments.RunSubmission": "through its run",
    "assessments.Sitting": "through its enrolment",
    "assessments.Slot": "through its attempt",
    "cadres.Attestation": "through its unit",
    "cadres.ExternalId": "through its cadre",
    "cadres.GroupListing": "through its group, for those who see everyone",
    "cadres.Post": "through its cadre",
    "cadres.RosterDifference": "through its run",
    "cadres.RosterMemory": "through its cadre; no door reads it",
    "certificates.CertificateEvent": "through its certificate",
    "courses.Completion": "through its cadre",
    "courses.Enrolment": "one's own by `of_user`; of others through their cadre",
    "courses.LessonDone": "through its enrolment",
    "courses.LessonVisit": "through its enrolment",
    "courses.PracticeAnswer": "through its enrolment",
    "courses.Progress": "through its enrolment",
    "exchange.ApiKey": "of a system: its user is nobody",
    "exchange.Replay": "through its key",
    "exchange.RunReport": "told of by ids; whose run it is stands on no page",
    "indicators.Standing": "through its cadre",
    "operations.Correction": "by `requesting.visible_to`",
    "operations.EntryUnit": "through its entry; the journal's filter alone reads it",
    "operations.JournalLink": "through its entry; no door reads it",
    "operations.Notice": "the recipient's own",
    "operations.PurposeRead": "one's own",
}
# Statements of doors that need no narrowing of their own: (file, function, model).
REASONS = {
    ("cadres/views/attesting.py", "attestation", "Attestation"): "of a unit in the asker's scope",
    ("cadres/views/attesting.py", "attestation", "Cadre"): "of a unit in the asker's scope",
    ("cadres/views/groups.py", "_counted", "Post"): "counts, for those who see everyone",
    ("cadres/views/groups.py", "_told_listings", "Cadre"): "for those who see everyone",
    ("cadres/views/groups.py", "end_listing", "GroupListing"): "an administrator's deed",
    ("cadres/views/groups.py", "group", "Cadre"): "for those who see everyone",
    ("cadres/views/viewing.py", "stop_viewing", "Cadre"): "whom the asker has been viewing",
    ("certificates/views/own.py", "mine", "Certificate"): "of a completion that is one's own",
    ("courses/views/papers.py", "_attempt", "Attempt"): "of an enrolment that is one's own",
    ("courses/views/papers.py", "_tries", "Attempt"): "of an enrolment that is one's own",
    ("courses/views/tracking.py", "waive", "Cadre"): "of an obligation found by `visible_to`",
    ("courses/views/catalogue.py", "_enrolments_in", "Enrolment"): "of the asker's own record",
    ("exchange/views/keys.py", "keys", "ApiKey"): "keys are nobody's data",
    ("exchange/views/keys.py", "withdraw", "ApiKey"): "keys are nobody's data",
    ("exchange/views/reports.py", "reports", "RunReport"): "without the person",
    ("lms/api/people.py", "_find", "ExternalId"): "ids of the key's own system, then `visible_to`",
    ("lms/api/people.py", "_external_ids", "ExternalId"): "of cadres found by `visible_to`",
}


def personal_models() -> set[type[Model]]:
    """Cadres, users, and whatever points at them other than as its author."""
    found: set[type[Model]] = {Cadre, User}
    while True:
        more = {
            model
            for model in our_models()
            for field in model._meta.local_fields
            if field.related_model in found and field.name not in AUTHORS
        }
        if more <= found:
            return found
        found |= more


def doors() -> Iterator[Path]:
    for app in FLOORS:
        for pattern in ("views.py", "views/**/*.py", "api/**/*.py", "wagtail_hooks.py"):
            yield from (HOUSE / app).glob(pattern)


def _statements(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Each simple statement with the function it stands in."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.stmt) and not hasattr(node, "body"):
                    yield function.name, node


def unnarrowed() -> set[tuple[str, str, str]]:
    """Where a door reads a personal model without narrowing by the asker."""
    names = {model.__name__ for model in personal_models()}
    found = set()
    for path in doors():
        for function, statement in _statements(ast.parse(path.read_text(encoding="utf-8"))):
            text = ast.unparse(statement)
            is_narrow = any(f".{word}(" in text for word in NARROWS) or any(
                word in text for word in ONES_OWN
            )
            for node in ast.walk(statement):
                model = _model_read(node)
                if model in names and not is_narrow:
                    found.add((str(path.relative_to(HOUSE)), function, model))
    return found


def _model_read(node: ast.AST) -> str:
    """ "Cadre" of `Cadre.objects` and of `get_object_or_404(Cadre, …)`."""
    if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
        return node.value.id if isinstance(node.value, ast.Name) else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        is_getting = node.func.id in {"get_object_or_404", "get_list_or_404"}
        return node.args[0].id if is_getting and isinstance(node.args[0], ast.Name) else ""
    return ""


def test_no_door_reads_people_but_as_the_asker_may() -> None:
    found = unnarrowed()
    assert found - set(REASONS) == set(), "narrow by visible_to, or give the reason"
    assert set(REASONS) - found == set(), "a reason nothing needs any more"


def test_every_personal_model_is_narrowed_or_reached_through_one_that_is() -> None:
    bare = {
        model._meta.label
        for model in personal_models()
        if not hasattr(model._default_manager, "visible_to")
    }
    assert bare == set(THROUGH)
