"""Editing interactive content in place: a form from semantics, a revision for every save."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cadres.models import Role
from kit.errors import Refusal
from media.editing import copy, edit, form_of
from media.models import Interactive
from media.opening import find_draft
from media.playing import Ticket
from operations.models import JournalEntry
from tests import cast
from tests.media.building import make_interactive, make_library

pytestmark = pytest.mark.django_db
SEMANTICS: list[dict[str, Any]] = [
    {"name": "question", "type": "text", "label": "Question", "widget": "html", "tags": ["p"]},
    {
        "name": "answers",
        "type": "list",
        "label": "Answers",
        "entity": "answer",
        "min": 1,
        "max": 3,
        "field": {
            "name": "answer",
            "type": "group",
            "fields": [
                {"name": "text", "type": "text", "default": "Đáp án"},
                {"name": "correct", "type": "boolean", "label": "Right"},
            ],
        },
    },
    {"name": "pass", "type": "number", "label": "Pass", "min": 0, "max": 100, "optional": True},
]
PARAMS = {
    "question": "<p>Ai?</p>",
    "answers": [{"text": "Dân &amp; cán bộ", "correct": True}, {"text": "Máy", "correct": False}],
    "pass": 50,
}


@pytest.fixture
def units(db: Any) -> cast.Units:
    return cast.build_units()


@pytest.fixture
def trainer(units: cast.Units) -> User:
    return cast.make_role(units, Role.TRAINER)


@pytest.fixture
def content(trainer: User) -> Interactive:
    libraries = make_library(semantics=SEMANTICS)
    return make_interactive(
        by=trainer, admin=cast.make_admin(), content=PARAMS, libraries=libraries
    )


@pytest.fixture
def author(trainer: User) -> Client:
    client = Client(headers={"accept-language": "vi"})
    client.force_login(trainer)
    return client


def sheet(content: Interactive, **changes: str) -> dict[str, str]:
    """What a browser sends of the form as it was opened."""
    latest = content.latest
    assert latest
    sent = {"title": latest.title, "based_on": str(latest.number), "do": "save"}
    for top in form_of(latest, "vi").entries(latest.filtered):
        for entry in top.walk():
            if entry.kind == "list":
                sent[f"{entry.name}.#"] = str(len(entry.children))
            elif entry.kind == "boolean":
                sent |= {entry.name: "on"} if entry.value else {}
            elif entry.kind != "group":
                sent[entry.name] = str(entry.value)
    return sent | changes


def path(content: Interactive) -> str:
    return f"/tuong-tac/{content.public_id}/sua/"


def said(content: Interactive) -> dict[str, Any]:
    latest = content.latest
    assert latest and latest.filtered
    return dict(latest.filtered)


def test_saving_what_is_there_makes_no_revision(author: Client, content: Interactive) -> None:
    answer = author.post(path(content), sheet(content), follow=True)
    assert "không có gì thay đổi" in answer.content.decode()
    assert (content.revisions.count(), said(content)) == (1, PARAMS)


def test_a_save_is_a_new_revision_and_the_old_one_stays(
    author: Client, content: Interactive
) -> None:
    changed = sheet(content, **{"answers.1.text": 'Máy <b>"A"</b>', "answers.1.correct": "on"})
    author.post(path(content), changed)
    first, _second = content.revisions.order_by("number")
    assert first.filtered == PARAMS
    assert said(content)["answers"][1]["correct"] is True
    assert "<b>" not in said(content)["answers"][1]["text"]
    shown = author.get(path(content)).content.decode()
    assert "Máy &lt;b&gt;&quot;A&quot;&lt;/b&gt;" in shown
    assert JournalEntry.objects.filter(deed="interactive.edit").count() == 1


def test_buttons_change_the_form_and_keep_nothing(author: Client, content: Interactive) -> None:
    for told, texts in {
        "add answers": ["Dân & cán bộ", "Máy", "Đáp án"],
        "remove answers 0": ["Máy"],
        "up answers 1": ["Máy", "Dân & cán bộ"],
        "down answers 1": ["Dân & cán bộ", "Máy"],
        "add nothing": ["Dân & cán bộ", "Máy"],
        "remove answers x": ["Dân & cán bộ", "Máy"],
        "remove answers 7": ["Dân & cán bộ", "Máy"],
    }.items():
        answer = author.post(path(content), sheet(content, do=told))
        entries = answer.context["entries"]
        shown = [e.value for top in entries for e in top.walk() if e.name.endswith(".text")]
        assert (told, shown) == (told, texts)
    assert content.revisions.count() == 1


def test_the_preview_plays_what_the_form_says(author: Client, content: Interactive) -> None:
    answer = author.post(path(content), sheet(content, question="<p>Vì ai?</p>", do="preview"))
    player, latest = answer.context["player"], content.latest
    assert latest
    ticket = Ticket(f"{latest.pk}-{latest.digest[:16]}", "1", player.registration)
    playable = find_draft(ticket)
    assert playable
    assert json.loads(playable.params)["question"] == "<p>Vì ai?</p>"
    assert content.revisions.count() == 1


def test_script_in_every_field_never_plays(author: Client, content: Interactive) -> None:
    script = "<script>parent.x()</script><p onclick='x()'>Ai?</p>"
    fields = dict.fromkeys(("question", "answers.0.text", "answers.1.text", "pass"), script)
    author.post(path(content), sheet(content, **fields))
    assert said(content)["question"] == "<p>Ai?</p>"
    assert all("<" not in answer["text"] for answer in said(content)["answers"])
    assert "pass" not in said(content)


@pytest.mark.parametrize(
    "odd",
    [
        {"answers.#": "999999999"},
        {"answers.#": "-1"},
        {"answers.0": "x", "answers.0.text.more": "x"},
        {"based_on": "x"},
        {"pass": "NaN"},
        {"title": ""},
        {"title": "x" * 256},
        {"based_on": "9" * 5000},
        {"answers.#": "9" * 5000},
        {"do": "up answers " + "9" * 5000},
    ],
)
def test_odd_forms_are_answered(author: Client, content: Interactive, odd: dict[str, str]) -> None:
    assert author.post(path(content), sheet(content, **odd)).status_code in {200, 302, 409, 422}
    assert content.revisions.count() <= 2


def test_two_authors_do_not_write_over_each_other(author: Client, content: Interactive) -> None:
    mine = sheet(content, question="<p>Một?</p>")
    author.post(path(content), sheet(content, question="<p>Hai?</p>"))
    answer = author.post(path(content), mine)
    assert answer.status_code == 409
    assert "Trong lúc đó có người đã lưu" in answer.content.decode()
    assert "Một?" in answer.content.decode()
    assert said(content)["question"] == "<p>Hai?</p>"


def test_a_copy_is_a_content_of_its_own(
    author: Client, content: Interactive, trainer: User
) -> None:
    answer = author.post(f"/tuong-tac/{content.public_id}/chep/")
    made = Interactive.objects.exclude(pk=content.pk).get()
    assert answer["Location"] == path(made)
    author.post(path(made), sheet(made, question="<p>Khác?</p>"))
    assert (said(made)["question"], said(content)) == ("<p>Khác?</p>", PARAMS)


def test_only_authors_edit(content: Interactive, units: cast.Units) -> None:
    learner = cast.make_cadre(units).user
    assert learner and content.latest
    for deed in (
        lambda: edit(content, title="x", params={}, based_on=1, by=learner),
        lambda: copy(content.latest, title="x", by=learner),
    ):
        with pytest.raises(Refusal):
            deed()
    assert Interactive.objects.count() == 1
