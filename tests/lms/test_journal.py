"""Every change of what the issue names has its entry."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from operations.models import JournalEntry
from tests.lms.building import LEARNER, World

# What building a small world does, by the deeds a user goes through.
DONE = {
    "attempt.grade", "cadre.register", "certificate.issue", "correction.ask", "course.complete",
    "course.require", "edition.publish", "group.define", "plan.load", "plan.measure",
    "position.define", "role.grant", "unit.establish",
}  # fmt: skip
PASSWORD = "ba bông lúa vàng 1983"


def entry_of(deed: str) -> JournalEntry:
    found = JournalEntry.objects.filter(deed=deed).first()
    assert found
    return found


def test_every_deed_left_its_entry(world: World) -> None:
    deeds = set(JournalEntry.objects.values_list("deed", flat=True))
    assert deeds >= DONE


def test_grades_completions_and_certificates_name_the_person(world: World) -> None:
    deeds = ("attempt.grade", "course.complete", "certificate.issue")
    assert {entry_of(deed).subject_name for deed in deeds} == {LEARNER}
    assert entry_of("attempt.grade").actor == world.users["learner"]
    assert entry_of("attempt.grade").after == {"try": 1, "grade": "10.00", "passed": True}
    assert entry_of("certificate.issue").after["number"] == world.certificate.number


def test_many_people_are_one_entry_with_their_ids(world: World) -> None:
    entry = entry_of("cadre.register")
    assert entry.after["people"] == 1
    assert entry.after["ids"].isdecimal()


def test_a_changed_password_is_kept_and_the_password_is_not(world: World) -> None:
    user = world.users["learner"]
    user.set_password("cũ và đủ dài 2026")
    user.save()
    client = signed_in(user)
    form = {"oldpassword": "cũ và đủ dài 2026", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/tai-khoan/mat-khau/", form)
    entry = entry_of("account.password")
    assert entry.actor == user
    assert PASSWORD not in str([entry.before, entry.after, entry.reason])


def test_the_address_is_the_visitors_and_not_the_proxys(world: World) -> None:
    client = world.client("auditor")
    client.get("/nhat-ky/", headers={"x-forwarded-for": "203.0.113.9"}, REMOTE_ADDR="127.0.0.1")
    assert entry_of("read.journal").address == "203.0.113.9"


def signed_in(user: User) -> Any:
    client = Client()
    client.force_login(user)
    return client
