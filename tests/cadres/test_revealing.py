from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cadres.models import Cadre
from operations.models import JournalEntry, Notice
from tests import cast
from tests.cast import Units

NUMBER = "037180123456"


@pytest.fixture
def known(units: Units) -> Cadre:
    return cast.make_cadre(units, full_name="Vũ Thị Lan", identity_number=NUMBER)


def page_of(known: Cadre) -> str:
    return reverse("cadres:reveal_identity", args=[known.public_id])


def shows(page: Any) -> bool:
    return "0371 8012 3456" in page.content.decode()


def test_a_manager_sees_it_once_for_a_reason(enter: Any, known: Cadre, manager: User) -> None:
    client = enter(manager)
    assert not shows(client.get(page_of(known)))
    answer = client.post(page_of(known), {"reason": "Đối chiếu căn cước"})
    assert shows(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not shows(client.get(page_of(known)))


def test_without_a_reason_it_is_not_shown(enter: Any, known: Cadre, manager: User) -> None:
    answer = enter(manager).post(page_of(known), {"reason": " "})
    assert answer.status_code == 422
    assert not JournalEntry.objects.filter(deed="identity.reveal").exists()


def test_the_journal_keeps_who_and_why_and_never_the_number(
    enter: Any, known: Cadre, manager: User
) -> None:
    enter(manager).post(page_of(known), {"reason": "Đối chiếu"})
    entry = JournalEntry.objects.get(deed="identity.reveal")
    assert (entry.actor, entry.reason, entry.subject_name) == (manager, "Đối chiếu", "Vũ Thị Lan")
    assert NUMBER not in str([entry.before, entry.after])


def test_the_person_is_told_and_finds_it_among_the_own_data(
    enter: Any, known: Cadre, manager: User
) -> None:
    enter(manager).post(page_of(known), {"reason": "Đối chiếu"})
    assert "Phạm Hữu Điệp" in Notice.objects.get(recipient=known.user).title
    page = enter(known).get("/tai-khoan/du-lieu/").content.decode()
    assert "Đối chiếu" in page
    assert NUMBER not in page


def test_auditors_and_others_do_not(
    enter: Any, known: Cadre, auditor: User, learner: Cadre, client: Client
) -> None:
    for who in (auditor, learner):
        assert enter(who).post(page_of(known), {"reason": "Xem"}).status_code == 404
    client.logout()
    assert client.post(page_of(known), {"reason": "Xem"}).status_code == 302
