"""Whoever sees everyone is seen looking: one entry for a page, and the page says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operations.models import JournalEntry
from tests.lms.building import LEARNER, World

SAYS = "Việc xem của đồng chí được ghi nhật ký"


def reading() -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(deed__startswith="read.").order_by("pk"))


def person(world: World) -> str:
    return reverse("cadres:person", args=[world.learner.public_id])


@pytest.mark.parametrize("part", ["auditor", "admin"])
def test_opening_a_record_is_kept_with_whose_it_is(world: World, part: str) -> None:
    page = world.client(part).get(person(world))
    entry = reading()[-1]
    assert (entry.deed, entry.subject_name, entry.actor) == (
        "read.person",
        LEARNER,
        world.users[part],
    )
    assert SAYS in page.content.decode()


@pytest.mark.parametrize("part", ["manager", "owner", "learner"])
def test_others_leave_no_entry_and_read_no_such_line(world: World, part: str) -> None:
    page = world.client(part).get(person(world))
    assert page.status_code == 200
    assert reading() == []
    assert SAYS not in page.content.decode()


def test_a_list_is_kept_with_its_filters_and_its_length(world: World) -> None:
    world.client("auditor").get("/don-vi/nguoi/?q=huong")
    entry = reading()[-1]
    assert entry.deed == "read.people"
    assert entry.after == {"page": "/don-vi/nguoi/?q=huong", "shown": 1}


def test_an_identity_number_typed_into_a_search_is_masked(world: World) -> None:
    world.client("auditor").get("/don-vi/nguoi/?q=037180123456")
    assert "037180123456" not in reading()[-1].after["page"]


@pytest.mark.parametrize(
    ("address", "deed"),
    [
        ("/don-vi/", "read.people"),
        ("/don-vi/vai-tro/", "read.roles"),
        ("/so-cap/", "read.register"),
        ("/nhat-ky/", "read.journal"),
        ("/nhat-ky/tai-ve/", "read.export"),
        ("/api/v1/people/", "read.people"),
        ("/don-vi/sua-thong-tin/", "read.corrections"),
    ],
)
def test_so_is_every_list_of_people(world: World, address: str, deed: str) -> None:
    assert world.client("auditor").get(address).status_code == 200
    assert [entry.deed for entry in reading()] == [deed]


def test_the_people_behind_a_figure_too(world: World) -> None:
    world.client("auditor").get(reverse("indicators:people", args=["1.1"]))
    world.client("auditor").get(reverse("indicators:people_export", args=["1.1"]))
    assert [entry.deed for entry in reading()] == ["read.figure", "read.export"]


def test_a_request_for_correction_is_kept_with_whose_it_is(world: World) -> None:
    address = reverse("cadres:correction", args=[world.correction.pk])
    world.client("auditor").get(address)
    world.client("auditor").get(f"{address}giay-to/")
    assert [entry.subject_name for entry in reading()] == [LEARNER, LEARNER]


def test_what_is_not_found_leaves_no_entry(world: World) -> None:
    missing = reverse("cadres:person", args=[world.units.home.public_id])
    assert world.client("auditor").get(missing).status_code == 404
    assert reading() == []


def test_who_looked_is_told_to_the_person(world: World) -> None:
    world.client("auditor").get(person(world))
    page = world.client("learner").get("/tai-khoan/du-lieu/").content.decode()
    assert "Xem hồ sơ cán bộ" in page


def test_a_managers_page_costs_no_query_more(world: World) -> None:
    def cost(part: str) -> int:
        client = world.client(part)
        client.get("/don-vi/nguoi/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/don-vi/nguoi/")
        return sum("operations_journal" in query["sql"] for query in queries.captured_queries)

    assert cost("manager") == 0
    assert cost("auditor") == 1


def test_the_auditors_menu_leads_to_journal_and_register(world: World) -> None:
    page: Any = world.client("auditor").get("/")
    assert 'href="/nhat-ky/"' in page.content.decode()
    assert 'href="/so-cap/"' in page.content.decode()
    assert 'href="/nhat-ky/"' not in world.client("manager").get("/").content.decode()
