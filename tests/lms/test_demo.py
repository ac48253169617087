"""The demo: built twice it is built once, and everything it shows is there."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from cadres.models import Cadre, Role
from certificates.models import Certificate
from certificates.verifying import register_faults
from courses.models import Completion, Course, Enrolment
from indicators.models import Figure
from lms.demo.building import build
from lms.demo.documents import cites_in, register_documents
from lms.demo.writing import FOLDER, read_yaml
from media.models import LegalDocument
from tests.cast import make_admin

PEOPLE = 40
KEYS = {
    "base_url",
    "accounts",
    "course_url",
    "lesson_url",
    "paper_url",
    "certificate_code",
    "certificate_url",
    "indicator_url",
}
# Who opens what.
OPENED_BY = {
    "course_url": ["learner", "trainer", "nobody"],
    "lesson_url": ["learner"],
    "paper_url": ["learner"],
    "certificate_url": ["learner", "auditor", "nobody"],
    "indicator_url": ["manager", "owner", "auditor", "admin"],
}
HOMES = {
    "learner": "/hoc/",
    "trainer": "/soan/",
    "reviewer": "/soan/",
    "manager": "/don-vi/",
    "issuer": "/so-cap/",
    "owner": "/chi-tieu/",
    "auditor": "/nhat-ky/",
    "admin": "/don-vi/vai-tro/",
}


@pytest.fixture
def demo(db: None) -> dict[str, Any]:
    return build(lambda _line: None, people=PEOPLE)


def counts() -> dict[str, int]:
    models = (User, Cadre, Course, Enrolment, Completion, Certificate, Figure)
    return {model.__name__: model._default_manager.count() for model in models}


def signed_in(account: dict[str, str]) -> Client:
    client = Client()
    form = {"login": account["username"], "password": account["password"]}
    answer = client.post("/tai-khoan/dang-nhap/", form)
    assert answer.status_code == 302, account
    return client


def test_it_is_built_once_agrees_with_the_facts_and_is_there_where_it_says(
    demo: dict[str, Any], own_folders: Path
) -> None:
    """One test, since building takes seconds."""
    assert json.loads((own_folders / "demo.json").read_text()) == demo
    assert demo.keys() == KEYS
    assert demo["accounts"].keys() == {role.value for role in Role} | {"learner"}
    check_addresses(demo)
    before = counts()
    call_command("demo", "--json")
    assert counts() == before
    assert before["Certificate"] == before["Completion"] > 0
    call_command("recompute", "--check")
    assert list(register_faults()) == []


def check_addresses(demo: dict[str, Any]) -> None:
    clients = {role: signed_in(account) for role, account in demo["accounts"].items()}
    clients["nobody"] = Client()
    for name, parts in OPENED_BY.items():
        path = urlsplit(demo[name]).path
        statuses = {part: clients[part].get(path).status_code for part in parts}
        assert (name, statuses) == (name, dict.fromkeys(parts, 200))
    opened = {role: clients[role].get(path).status_code for role, path in HOMES.items()}
    assert opened == dict.fromkeys(HOMES, 200)


def test_its_documents_say_from_when_they_are_in_force(db: None) -> None:
    day, states = date(2026, 11, 1), LegalDocument.State
    register_documents(by=make_admin())
    assert register_documents(by=make_admin()) == 0
    told = {row.symbol: row.state_on(day) for row in LegalDocument.objects.all()}
    assert told["136/2025/QH15"] == told["33/CT-TTg"] == states.IN_FORCE
    assert told["290-QĐ/TW"] == told["13/2023/NĐ-CP"] == states.REPLACED
    assert LegalDocument.objects.get(symbol="25/2018/QH14").is_amended_on(day)


def test_a_file_that_cites_an_unknown_document_is_named(db: None) -> None:
    path = Path("k3/lessons/1-1.yaml")
    with pytest.raises(ValueError, match=r"lessons/1-1\.yaml: no legal document '99/XX'"):
        cites_in({"cites": [{"document": "99/XX"}]}, path)


def test_every_document_that_a_file_cites_has_been_entered(db: None) -> None:
    register_documents(by=make_admin())
    paths = sorted((FOLDER / "courses").rglob("*.yaml"))
    told = [(item, path) for path in paths for item in items_of(read_yaml(path))]
    assert len({cite for item, path in told for cite in cites_in(item, path)}) > 10


def items_of(content: Any) -> list[dict[str, Any]]:
    """A lesson or a course is one item; a bank is a list of them."""
    return content if isinstance(content, list) else [content]
