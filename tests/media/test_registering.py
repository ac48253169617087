"""Legal documents: entered by trainers, in force from a day to a day, no file of a secret."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import Collection, UploadedFile

from accounts.models import User
from cadres.models import Role
from content.preparing import prepare
from kit.errors import Refusal
from media.models import Attachment, LegalDocument
from media.registering import LARGEST, change, register
from operations.models import JournalEntry
from tests import cast
from tests.media.documents import DIRECTIVE, make_document, pdf

State = LegalDocument.State
ADD = "/soan/snippets/media/legaldocument/add/"
FROM, TO = date(2023, 7, 1), date(2026, 7, 1)


@pytest.fixture
def desk(trainer: User, client: Client) -> Client:
    prepare()
    client.force_login(trainer)
    return client


def form(**values: Any) -> dict[str, Any]:
    days = {"issued_on": "26/11/2021", "in_force_from": "26/11/2021", "in_force_to": ""}
    return DIRECTIVE | days | {"replaced_by": "", "amended_by": ""} | values


# --- Its state on a day -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (FROM - timedelta(days=1), State.AWAITED),
        (FROM, State.IN_FORCE),
        (TO - timedelta(days=1), State.IN_FORCE),
        (TO, State.EXPIRED),
    ],
)
def test_its_state_follows_from_its_days(db: None, day: date, state: str) -> None:
    document = make_document(in_force_from=FROM, in_force_to=TO)
    assert document.state_on(day) == state


def test_one_whose_first_day_nobody_knows_says_so(db: None) -> None:
    assert make_document(in_force_from=None).state_on(TO) == State.UNKNOWN


def test_what_replaces_it_says_when_it_ends(db: None) -> None:
    newer = make_document(symbol="34/CT-TTg", in_force_from=TO)
    older = make_document(replaced_by=newer)
    assert older.in_force_to == TO
    assert older.state_on(TO - timedelta(days=1)) == State.IN_FORCE
    assert older.state_on(TO) == State.REPLACED


# --- What cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize("symbol", ["33/CT-TTg", "33/ct-ttg", " 33 / CT-TTg"])
def test_a_document_is_entered_once_however_it_is_typed(db: None, symbol: str) -> None:
    make_document()
    with pytest.raises(Refusal) as refused:
        make_document(symbol=symbol)
    assert "33/CT-TTg" in str(refused.value.gaps[0])
    assert LegalDocument.objects.count() == 1


def test_one_that_ends_before_it_begins_is_refused(db: None) -> None:
    with pytest.raises(Refusal):
        make_document(in_force_from=TO, in_force_to=FROM)


def test_what_is_replaced_must_end(db: None) -> None:
    newer = make_document(symbol="34/CT-TTg", in_force_from=None)
    with pytest.raises(Refusal):
        make_document(replaced_by=newer)


def test_two_documents_do_not_replace_each_other(db: None, admin: User) -> None:
    newer = make_document(symbol="34/CT-TTg", in_force_from=TO)
    older = make_document(replaced_by=newer)
    with pytest.raises(Refusal):
        change(newer, {"replaced_by": older, "in_force_to": TO + timedelta(days=9)}, by=admin)


def test_the_database_holds_the_same_rules(db: None) -> None:
    document = make_document(in_force_from=FROM)
    rows = LegalDocument.objects.filter(pk=document.pk)
    wrong: list[dict[str, Any]] = [
        {"in_force_to": FROM},
        {"replaced_by": document.pk, "in_force_to": TO},
        {"file": "legal/x.pdf"},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)


def test_none_is_ever_deleted(db: None) -> None:
    with pytest.raises(TypeError):
        make_document().delete()


# --- Its file -----------------------------------------------------------------------------------


def test_a_file_without_the_statement_is_refused_and_nothing_written(db: None, admin: User) -> None:
    with pytest.raises(Refusal) as refused:
        register(DIRECTIVE, by=admin, file=pdf())
    assert refused.value.status == 422
    assert not LegalDocument.objects.exists()


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00 program", b"%PDF-" + b"0" * LARGEST], ids=["no pdf", "too large"]
)
def test_a_file_that_is_no_pdf_or_too_large_is_refused(
    db: None, admin: User, content: bytes
) -> None:
    with pytest.raises(Refusal):
        register(DIRECTIVE, by=admin, file=pdf(content), is_not_secret=True)


def test_a_stated_file_is_kept_with_who_said_so(db: None, admin: User) -> None:
    document = register(DIRECTIVE, by=admin, file=pdf(), is_not_secret=True)
    assert document.stated_by == admin and document.stated_open_at
    assert default_storage.exists(str(document.file.name))


@pytest.mark.django_db(transaction=True)
def test_a_file_taken_away_is_gone(admin: User) -> None:
    document = register(DIRECTIVE, by=admin, file=pdf(), is_not_secret=True)
    name = str(document.file.name)
    changed = change(document, {}, by=admin, file=False)
    assert (changed.file.name, changed.stated_open_at) == ("", None)
    assert not default_storage.exists(name)


# --- Who, and what the journal keeps ------------------------------------------------------------


def test_reviewers_and_learners_enter_none(units: cast.Units, learner: User) -> None:
    for user in (learner, cast.make_role(units, Role.REVIEWER)):
        with pytest.raises(Refusal) as refused:
            make_document(user)
        assert refused.value.status == 403


def test_the_journal_keeps_what_was_changed(db: None, admin: User) -> None:
    document = make_document(admin)
    change(document, {"in_force_to": TO}, by=admin)
    change(document, {"in_force_to": TO}, by=admin)
    entries = JournalEntry.objects.filter(deed__startswith="document.").order_by("pk")
    assert [entry.deed for entry in entries] == ["document.register", "document.change"]
    assert entries[1].before == {"in_force_to": None}
    assert entries[1].after == {"in_force_to": TO.isoformat()}


# --- In authoring -------------------------------------------------------------------------------


def test_a_trainer_enters_one(desk: Client, trainer: User) -> None:
    sent = form(file=pdf(), is_not_secret="on")
    assert desk.post(ADD, sent).status_code == 302
    document = LegalDocument.objects.get()
    assert (document.symbol, document.stated_by) == ("33/CT-TTg", trainer)
    assert JournalEntry.objects.filter(deed="document.register", actor=trainer).exists()


def test_the_form_says_that_secrets_are_not_taken(desk: Client) -> None:
    page = desk.post(ADD, form(file=pdf())).content.decode()
    assert "Chỉ được tải lên văn bản không mật" in page
    assert not LegalDocument.objects.exists()


def test_the_form_says_what_cannot_be(desk: Client) -> None:
    make_document()
    page = desk.post(ADD, form(in_force_to="25/11/2021")).content.decode()
    assert "Đã có văn bản mang số, ký hiệu này" in page


def test_a_trainer_changes_one(desk: Client) -> None:
    document = make_document()
    edit = f"/soan/snippets/media/legaldocument/edit/{document.pk}/"
    assert desk.get(edit).status_code == 200
    assert desk.post(edit, form(in_force_to="01/7/2026")).status_code == 302
    document.refresh_from_db()
    assert document.in_force_to == TO


@pytest.mark.parametrize("query", ["", "?q=cong+tac+dan+van", "?q=33", "?kind=directive"])
def test_documents_are_found_without_accents(desk: Client, query: str) -> None:
    make_document()
    make_document(symbol="16/2025/X", kind="other", title="Khác", issuer="Khác")
    page = desk.get(f"/soan/snippets/media/legaldocument/{query}").content.decode()
    assert "33/CT-TTg" in page
    assert ("16/2025/X" in page) == (not query)


def test_the_chooser_finds_them_too(desk: Client) -> None:
    make_document()
    path = "/soan/snippets/choose/media/legaldocument/results/"
    assert "33/CT-TTg" in desk.get(path, {"q": "thu tuong"}).content.decode()
    assert "33/CT-TTg" not in desk.get(path, {"q": "bo noi vu"}).content.decode()


# --- Other files, which Wagtail takes -----------------------------------------------------------


def test_any_other_file_is_taken_only_with_the_statement(desk: Client, trainer: User) -> None:
    add = "/soan/documents/add/"
    sent = {"title": "Mẫu đăng ký", "collection": Collection.get_first_root_node().pk, "tags": ""}
    refused = desk.post(add, sent | {"file": pdf()})
    assert "Chỉ được tải lên văn bản không mật" in refused.content.decode()
    assert not Attachment.objects.exists()
    assert desk.post(add, sent | {"file": pdf(), "is_not_secret": "on"}).status_code == 302
    attachment = Attachment.objects.get()
    assert attachment.stated_by == trainer and attachment.stated_open_at


def test_no_heap_of_files_is_uploaded_past_the_statement(desk: Client) -> None:
    path = "/soan/documents/multiple/add/"
    for answer in (desk.get(path), desk.post(path, {"files[]": pdf()})):
        assert answer["Location"] == "/soan/documents/add/"
    assert not UploadedFile.objects.exists()
