"""Printing slips: for whom one may, what it ends, and what the paper says."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.models import Slip, User
from cadres.admitting import AT_ONCE, consider, print_slips
from cadres.models import Cadre, Role
from cadres.scopes import access_of
from kit.errors import Refusal
from operations.models import JournalEntry
from tests import cast
from tests.cast import Units

PAGE = "/don-vi/phieu/"
CHOSEN = {"password1": "ba bông lúa vàng", "password2": "ba bông lúa vàng"}


def pages_of(pdf: bytes) -> list[tuple[str, list[str]]]:
    """The text of each page, and what an independent decoder reads on its picture."""
    document = pypdfium2.PdfDocument(pdf)
    return [
        (
            re.sub(r"\s+", " ", page.get_textpage().get_text_range()),
            [code.text for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())],
        )
        for page in document
    ]


def send(client: Client, *people: Cadre, **more: str) -> Any:
    return client.post(PAGE, {"person": [str(cadre.public_id) for cadre in people], **more})


def slips_of(by: User, *people: Cadre) -> bytes:
    return print_slips(people, by=by, access=access_of(by))


def test_a_manager_chooses_sees_what_will_happen_and_prints(
    enter: Any, manager: User, learner: Cadre, colleague: Cadre
) -> None:
    client = enter(manager)
    listed = client.get(PAGE).content.decode()
    assert learner.full_name in listed and colleague.full_name in listed
    assert "In phiếu cho 2 đồng chí?" in send(client, learner, colleague).content.decode()
    assert not Slip.objects.exists()
    answer = send(client, learner, colleague, confirmed="1")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert Slip.objects.count() == 2


def test_each_paper_says_who_where_with_what_and_until_when(units: Units, manager: User) -> None:
    name = "Nguyễn Thị Diễm Hương Đỗ Quỳnh Trâm Ánh Việt Ất"
    cadre = cast.make_cadre(units, full_name=name, phone="0900888001")
    [(words, codes)] = pages_of(slips_of(manager, cadre))
    slip = Slip.objects.get()
    typed = re.search(r"\b(\d{4} \d{4} \d{4})\b", words)
    assert typed
    for said in (name, "1980", "Phường Hoa Lư", "0900888001", cadre.code):
        assert said in words
    assert f"{localtime(slip.expires_at):%H:%M %d/%m/%Y}" in words
    assert [code.rpartition("/tai-khoan/phieu/")[2] for code in codes] == [
        f"{slip.pk}-{typed[1].replace(' ', '')}/"
    ]


def test_the_qr_code_of_the_paper_lets_in(client: Client, manager: User, learner: Cadre) -> None:
    [(_words, [address])] = pages_of(slips_of(manager, learner))
    client.post(address.partition("8000")[2], CHOSEN)
    assert client.session["_auth_user_id"] == str(learner.user_id)


def test_four_papers_stand_on_a_page_each_with_its_own_code(units: Units, manager: User) -> None:
    people = [cast.make_cadre(units) for _number in range(5)]
    pages = pages_of(slips_of(manager, *people))
    assert [len(codes) for _words, codes in pages] == [4, 1]
    assert len({code for _words, codes in pages for code in codes}) == 5


def test_more_than_three_hundred_at_once_are_refused(learner: Cadre, manager: User) -> None:
    with pytest.raises(Refusal, match="300"):
        consider([learner] * (AT_ONCE + 1), access=access_of(manager))


def test_printing_anew_names_the_slips_that_end(
    enter: Any, manager: User, learner: Cadre, colleague: Cadre
) -> None:
    client = enter(manager)
    send(client, learner, confirmed="1")
    assert "1 phiếu đã phát sẽ hết hiệu lực" in send(client, learner, colleague).content.decode()
    send(client, learner, colleague, confirmed="1")
    assert Slip.objects.filter(withdrawn_at=None).count() == 2


def test_who_has_signed_in_or_has_a_slip_is_not_offered_again(
    enter: Any, manager: User, learner: Cadre, colleague: Cadre
) -> None:
    client = enter(manager)
    send(client, learner, confirmed="1")
    assert learner.full_name not in client.get(PAGE).content.decode()
    assert learner.full_name in client.get(PAGE, {"who": "never"}).content.decode()
    client.force_login(colleague.user)
    client.force_login(manager)
    assert colleague.full_name not in client.get(PAGE, {"who": "never"}).content.decode()
    assert colleague.full_name in client.get(PAGE, {"who": "everybody"}).content.decode()


def test_a_manager_prints_for_nobody_outside_the_unit(
    enter: Any, manager: User, stranger: Cadre
) -> None:
    client = enter(manager)
    assert stranger.full_name not in client.get(PAGE, {"who": "everybody"}).content.decode()
    assert send(client, stranger, confirmed="1").status_code == 404
    assert not Slip.objects.exists()


def test_holders_of_roles_get_theirs_from_an_administrator(
    enter: Any, units: Units, manager: User, admin: User, learner: Cadre
) -> None:
    trainer = cast.make_role(units, Role.TRAINER).cadre
    page = send(enter(manager), learner, trainer).content.decode()
    assert "In phiếu cho 1 đồng chí?" in page
    assert "Những đồng chí không in được" in page and trainer.full_name in page
    assert send(enter(manager), trainer, confirmed="1").status_code == 403
    assert send(enter(admin), trainer, confirmed="1").status_code == 200


def test_nobody_prints_one_for_oneself(enter: Any, manager: User) -> None:
    assert send(enter(manager), manager.cadre, confirmed="1").status_code == 403


def test_the_journal_says_who_printed_for_whom_and_never_the_code(
    enter: Any, manager: User, learner: Cadre
) -> None:
    pdf = send(enter(manager), learner, confirmed="1").content
    [(words, _codes)] = pages_of(pdf)
    entry = JournalEntry.objects.get(deed="slip.print")
    assert (entry.actor, entry.subject_name) == (manager, learner.full_name)
    typed = re.search(r"\d{4} \d{4} \d{4}", words)
    assert typed and typed[0].replace(" ", "") not in str(vars(entry))


def test_an_open_slip_is_seen_on_the_record_and_withdrawn(
    enter: Any, manager: User, learner: Cadre
) -> None:
    client, record = enter(manager), reverse("cadres:person", args=[learner.public_id])
    send(client, learner, confirmed="1")
    assert "Đã có phiếu" in client.get(record).content.decode()
    client.post(reverse("cadres:withdraw_slip", args=[learner.public_id]))
    assert "Đã có phiếu" not in client.get(record).content.decode()
    assert JournalEntry.objects.filter(deed="slip.withdraw", actor=manager).exists()
    assert client.post(reverse("cadres:withdraw_slip", args=[learner.public_id])).status_code == 409


@pytest.mark.parametrize("sent", [[], ["không phải"], ["00000000-0000-0000-0000-000000000000"]])
def test_nobody_chosen_is_told_in_words(enter: Any, manager: User, sent: list[str]) -> None:
    answer = enter(manager).post(PAGE, {"person": sent, "confirmed": "1"})
    assert answer.status_code in {404, 422}
    assert "Chưa có gì thay đổi" in answer.content.decode()


@pytest.mark.parametrize("who", ["auditor", "trainer", "learner"])
def test_others_find_no_such_page(enter: Any, request: Any, who: str) -> None:
    assert enter(request.getfixturevalue(who)).get(PAGE).status_code == 404


def test_the_list_costs_the_same_for_any_number(enter: Any, units: Units, manager: User) -> None:
    client = enter(manager)
    client.get(PAGE)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get(PAGE)
        counts.append(len(seen))
        for _number in range(8):
            cast.make_cadre(units)
    assert counts[0] == counts[1]
