from __future__ import annotations

from datetime import date

from cadres.identifying import disagreements, is_well_formed
from cadres.models import Cadre, Post, Role, UnitVersion
from cadres.scopes import access_of
from lms.demo.province import build_province
from lms.demo.roster import build_accounts, build_roster
from lms.demo.tables import words

DAY = date(2026, 9, 30)


def test_the_roster_reaches_every_commune_and_names_no_public_figure(db: None) -> None:
    province = build_province()
    people = build_roster(count=1200)
    assert len(people) == 1200
    for unit in province.communes.values():
        assert Post.objects.filter(unit=unit).count() >= 7
    assert not {person.full_name for person in people} & set(words("names")["never"])


def test_the_roster_is_the_same_each_time_and_built_once(db: None) -> None:
    build_province()
    people = build_roster(count=300)
    again = build_roster(count=300)
    assert [p.pk for p in people] == sorted(p.pk for p in again)
    assert Cadre.objects.count() == 300


def test_invented_identity_numbers_agree_with_their_holders(db: None) -> None:
    build_province()
    holders = [p for p in build_roster(count=300) if p.identity_number]
    assert len(holders) > 150
    for person in holders:
        assert is_well_formed(person.identity_number)
        assert not disagreements(person.identity_number, person.gender, person.born_on)


def test_each_role_has_an_account_that_sees_what_it_should(db: None) -> None:
    province = build_province()
    build_roster(count=300)
    accounts = build_accounts()
    assert set(accounts) == {"learner", *Role.values}
    manager = access_of(accounts["manager"]["user"], DAY)
    seen = Cadre.objects.visible_to(manager)
    assert set(seen) == set(Cadre.objects.posted_within([province.hoa_lu.pk], DAY))
    assert build_accounts().keys() == accounts.keys()


def test_the_communes_are_those_of_the_law(db: None) -> None:
    build_province()
    kinds = UnitVersion.objects.filter(valid_to=None, code__regex=r"^\d{5}$").values_list("kind")
    assert sorted(kinds).count(("ward",)) == 32
    assert len(kinds) == 129
