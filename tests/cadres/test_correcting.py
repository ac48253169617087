from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from cadres.correcting import correct
from cadres.grouping import NewRule, change
from cadres.models import Cadre, Role
from cadres.models.groups import EVER
from kit.errors import Refusal
from operations.models import JournalEntry
from tests import cast
from tests.cast import Units

# What the law and the training need, and no more: a new column is a decision, not a detail.
COLUMNS = {
    "id", "public_id", "code", "user", "full_name", "name_key", "folded", "gender", "born_on",
    "born_year_only", "identity_number", "identity_hash", "civil_number", "kind",
    "political_level", "expertise", "phone", "email",
}  # fmt: skip


def test_a_record_holds_what_training_needs_and_nothing_more() -> None:
    assert {field.name for field in Cadre._meta.concrete_fields} == COLUMNS


def test_a_correction_is_written_and_journalled_with_its_reason(
    learner: Cadre, manager: User
) -> None:
    changes = {"full_name": "Nguyễn Thị  Diễm Hường", "political_level": "advanced"}
    correct(learner, changes, by=manager, reason="Sai dấu")
    learner.refresh_from_db()
    assert (learner.full_name, learner.folded) == (
        "Nguyễn Thị Diễm Hường",
        "nguyen thi diem huong",
    )
    entry = JournalEntry.objects.get(deed="cadre.correct")
    assert entry.before == {"full_name": cast.NAMES["learner"], "political_level": ""}
    assert entry.after["political_level"] == str(Cadre.PoliticalLevel.ADVANCED.label)
    assert (entry.actor, entry.reason) == (manager, "Sai dấu")


def test_the_journal_has_the_identity_number_masked(learner: Cadre, manager: User) -> None:
    correct(learner, {"identity_number": "037 175 123456"}, by=manager, reason="Bổ sung")
    learner.refresh_from_db()
    assert learner.identity_number == "037175123456"
    assert "037175123456" not in str(JournalEntry.objects.get(deed="cadre.correct").after)


def test_the_account_follows_the_record(units: Units, manager: User) -> None:
    cadre = cast.make_cadre(units, phone="0912345678")
    correct(cadre, {"phone": "+84 987 654 321", "email": "a@b.vn"}, by=manager, reason="Đổi số")
    assert cadre.user is not None
    cadre.user.refresh_from_db()
    assert (cadre.user.phone, cadre.user.email) == ("0987654321", "a@b.vn")


def test_a_phone_number_chosen_for_signing_in_is_left_alone(units: Units, manager: User) -> None:
    cadre = cast.make_cadre(units, phone="0912345678")
    User.objects.filter(pk=cadre.user_id).update(phone="0900000000")
    correct(cadre, {"phone": "0987654321"}, by=manager, reason="Đổi số")
    assert User.objects.get(pk=cadre.user_id).phone == "0900000000"


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": "Hương"},
        {"full_name": "Nguyễn Văn 2"},
        {"born_on": date(2024, 1, 1)},
        {"phone": "123"},
        {"email": "không phải"},
        {"identity_number": "123"},
        {"kind": "king"},
        {"expertise": "wizard"},
        {"gender": ""},
        {"full_name": cast.NAMES["learner"]},
    ],
)
def test_what_cannot_be_is_refused(learner: Cadre, manager: User, changes: Any) -> None:
    before = Cadre.objects.values().get(pk=learner.pk)
    with pytest.raises(Refusal):
        correct(learner, changes, by=manager, reason="x")
    assert Cadre.objects.values().get(pk=learner.pk) == before


def test_it_needs_a_reason(learner: Cadre, manager: User) -> None:
    with pytest.raises(Refusal):
        correct(learner, {"civil_number": "A1"}, by=manager, reason=" ")


def test_a_number_of_somebody_else_is_refused(units: Units, learner: Cadre, manager: User) -> None:
    cast.make_cadre(units, identity_number="037180123456", phone="0912345678")
    for changes in ({"identity_number": "037180123456"}, {"phone": "0912345678"}):
        with pytest.raises(Refusal):
            correct(learner, changes, by=manager, reason="x")


def test_the_way_in_of_one_who_holds_a_role_is_the_administrators(
    units: Units, manager: User, admin: User
) -> None:
    issuer = cast.make_role(units, Role.ISSUER, on=units.root).cadre
    changes = {"email": "khac@example.vn"}
    with pytest.raises(Refusal):
        correct(issuer, changes, by=manager, reason="x")
    assert correct(issuer, changes, by=admin, reason="Đổi thư") == changes


def test_another_kind_moves_people_between_groups(
    units: Units, learner: Cadre, manager: User
) -> None:
    change(units.group, NewRule(EVER, kind=Cadre.Kind.VILLAGE))
    units.group.rules.exclude(kind="village").delete()
    correct(learner, {"kind": "village"}, by=manager, reason="Chuyển loại")
    assert learner in Cadre.objects.in_group(units.group, date(2026, 3, 1))
