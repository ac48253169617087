"""Invented people for the demo: names from lists, phone numbers that nobody has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypedDict

from django.db import transaction

from accounts.models import User
from cadres.granting import grant
from cadres.models import Cadre, Role, Unit
from cadres.registering import FurtherPost, NewCadre, next_codes, register_all
from kit.text import slug
from lms.demo.province import (
    CITY_MERGED_ON,
    HOA_LU,
    PROVINCE_MERGED_ON,
    RECORD_BEGINS,
    Province,
    read_province,
)
from lms.demo.tables import table, words
from operations import purposes

PASSWORD = "kheo-demo-2026"  # noqa: S105 (shown on the demo's own start screen)
HOA_LU_PEOPLE = 38
_DAYS_OF_CHANGE = 270
_PARTY_BODIES = ("BTGDV", "BTC", "UBKT", "VPTU", "DBCQD")


@dataclass(frozen=True)
class Place:
    """Where people are posted: a unit, and which positions it has."""

    unit: Unit
    kind: str
    code: str


def build_roster(by: User | None = None, count: int = 1200, seed: int = 37) -> list[Cadre]:
    """`count` cadres over all communes and bodies; the same ones for the same seed.

    Does nothing where a roster stands.
    """
    built = Cadre.objects.filter(phone__startswith="09000").select_related("user")
    if built.filter(phone="0900000001").exists():
        return list(built)
    province = read_province()
    return register_all(list(invent(province, count, random.Random(seed))), by=by)  # noqa: S311


def invent(province: Province, count: int, chance: random.Random) -> Iterator[NewCadre]:
    """`count` people, not yet registered."""
    names = _Names(chance)
    codes = next_codes(count)
    positions = _Positions(province, chance)
    for number, place in enumerate(_places(province, count)):
        row = positions.deal(place)
        gender = _gender(row["code"], chance)
        since = _since(chance)
        new = NewCadre(
            code=codes[number],
            full_name=names.make(gender),
            gender=gender,
            born_on=_born(chance),
            kind=row["kind"],
            unit=place.unit,
            position=province.positions[row["code"]],
            since=since,
            phone=f"0900{number + 1:06d}",
        )
        yield _varied(new, number, place, province, chance)


def _varied(
    new: NewCadre, number: int, place: Place, province: Province, chance: random.Random
) -> NewCadre:
    """What differs among people: a known identity number, an e-mail, a year only, two posts."""
    if chance.random() < 0.6:
        new = replace(new, identity_number=_identity(new, number, place.code))
    elif chance.random() < 0.05:
        new = replace(new, born_year_only=True, born_on=date(new.born_on.year, 1, 1))
    if chance.random() < 0.2:
        address = f"{slug(new.full_name).replace('-', '')}{number}@ninhbinh.example"
        new = replace(new, email=address)
    further = [*_beside(new, place, province, chance), *_before(new, place, province, chance)]
    return replace(new, further=tuple(further), **_schooling(new))


def _schooling(new: NewCadre) -> dict[str, Any]:
    """Levels of training by the kind of cadre; for every sixth nothing is known yet."""
    chance = random.Random(new.code)  # noqa: S311 (the same for the same person)
    if chance.random() < 1 / 6:
        return {}
    is_village = new.kind in (Cadre.Kind.VILLAGE, Cadre.Kind.PART_TIME)
    political = ["elementary", "intermediate"] if is_village else ["intermediate", "advanced"]
    levels = ["secondary", "college"] if is_village else ["university", "university", "master"]
    number = "" if is_village else f"37.{chance.randrange(100_000):05d}"
    return {
        "political_level": chance.choice(political),
        "expertise": chance.choice(levels),
        "civil_number": number,
    }


def _beside(
    new: NewCadre, place: Place, province: Province, chance: random.Random
) -> Iterator[FurtherPost]:
    if chance.random() >= 0.03:
        return
    if place.kind == "commune":
        code = "truong-ban-ctmt" if new.position.code != "truong-ban-ctmt" else "bi-thu-chi-bo"
        yield FurtherPost(place.unit, province.positions[code], new.since)
    else:
        unit, position = province.bodies["BTGDV"], province.positions["bao-cao-vien-tinh"]
        yield FurtherPost(unit, position, new.since)


def _before(
    new: NewCadre, place: Place, province: Province, chance: random.Random
) -> Iterator[FurtherPost]:
    """Every third of phường Hoa Lư came through Phúc Thành and Vân Giang."""
    if place.code != HOA_LU or chance.random() > 0.35:
        return
    former = province.former
    city = FurtherPost(former["Phường Vân Giang"], new.position, CITY_MERGED_ON, PROVINCE_MERGED_ON)
    yield city
    yield FurtherPost(former["Phường Phúc Thành"], new.position, RECORD_BEGINS, CITY_MERGED_ON)


def _places(province: Province, count: int) -> Iterator[Place]:
    """A place for each of `count` people: phường Hoa Lư, then nine of ten in the communes."""
    communes = [Place(unit, "commune", code) for code, unit in sorted(province.communes.items())]
    hoa_lu = [place for place in communes if place.code == HOA_LU]
    bodies = [
        Place(province.bodies[row["code"]], _kind_of(row), row["code"]) for row in table("bodies")
    ]
    home = min(HOA_LU_PEOPLE, count // 4)
    in_bodies = count // 10
    yield from hoa_lu * home
    for number in range(in_bodies):
        yield bodies[number % len(bodies)]
    others = [place for place in communes if place.code != HOA_LU]
    for number in range(count - home - in_bodies):
        yield others[number % len(others)]


def _kind_of(row: dict[str, str]) -> str:
    if row["kind"] in ("school", "union"):
        return row["kind"]
    if row["code"] in ("CA", "QS"):
        return "force"
    return "body" if row["code"] in _PARTY_BODIES else "state"


class _Positions:
    """Deals a unit's positions like cards, so that no commune has two secretaries."""

    def __init__(self, province: Province, chance: random.Random) -> None:
        self.rows = table("positions")
        self.chance = chance
        self.decks: dict[int, list[dict[str, str]]] = {}

    def deal(self, place: Place) -> dict[str, str]:
        deck = self.decks.get(place.unit.pk)
        if not deck:
            deck = [
                row
                for row in self.rows
                if row["place"] == place.kind
                for _holder in range(int(row["holders"]))
            ]
            self.chance.shuffle(deck)
            self.decks[place.unit.pk] = deck
        return deck.pop()


class _Names:
    """Full names; a few come twice, as they do in life, and no public figure's comes at all."""

    def __init__(self, chance: random.Random) -> None:
        self.words = words("names")
        self.never = set(self.words["never"])
        self.chance = chance
        self.used: dict[str, list[str]] = {"male": [], "female": []}

    def make(self, gender: str) -> str:
        if self.used[gender] and self.chance.random() < 0.02:
            return self.chance.choice(self.used[gender])
        name = self._new(gender)
        self.used[gender].append(name)
        return name

    def _new(self, gender: str) -> str:
        while True:
            family = self.chance.choice(self.words["family"])
            middle = self.chance.choice(self.words[f"middle {gender}"])
            given = self.chance.choice(self.words[f"given {gender}"])
            name = f"{family} {middle} {given}"
            if len({family, middle, given}) == 3 and name not in self.never:
                return name


def _gender(position: str, chance: random.Random) -> str:
    if position == "chu-tich-hlhpn-xa":
        return "female"
    share = 0.08 if position in ("chi-huy-truong-qs-xa", "truong-cong-an-xa") else 0.45
    return "female" if chance.random() < share else "male"


def _born(chance: random.Random) -> date:
    return date(1966, 1, 1) + timedelta(days=chance.randrange(365 * 36))


def _since(chance: random.Random) -> date:
    late = chance.random() < 0.2
    return PROVINCE_MERGED_ON + timedelta(days=chance.randrange(_DAYS_OF_CHANGE) if late else 0)


def _identity(new: NewCadre, number: int, code: str) -> str:
    """Well-formed by province, century, gender and year; the rest only counts."""
    area = "037"
    if code.isdigit() and code < "14300":
        area = "035" if code < "13669" else "036"
    century = (0 if new.born_on.year < 2000 else 2) + (new.gender == "female")
    return f"{area}{century}{new.born_on.year % 100:02d}{number + 1:06d}"


# --- Named accounts --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Named:
    role: str
    username: str
    full_name: str
    gender: str
    born_on: date
    kind: str
    unit: str
    position: str
    granted_on: str = ""  # the code of a unit, "*" everywhere, "" no role


_ACCOUNTS = (
    _Named(
        "learner", "hocvien", "Nguyễn Thị Diễm Hương", "female", date(1975, 3, 8),
        "civil_servant", HOA_LU, "cong-chuc-vhxh-xa",
    ),
    _Named(
        "trainer", "giangvien", "Đỗ Quỳnh Trâm", "female", date(1984, 9, 2),
        "public_employee", "TCT", "giang-vien", "*",
    ),
    _Named(
        "reviewer", "thamdinh", "Đỗ Việt Ất", "male", date(1972, 11, 20),
        "civil_servant", "BTGDV", "chuyen-vien-dan-van", "*",
    ),
    _Named(
        "manager", "quanly", "Phạm Hữu Điệp", "male", date(1979, 5, 19),
        "official", HOA_LU, "pho-bi-thu-xa", HOA_LU,
    ),
    _Named(
        "issuer", "capchung", "Lã Thị Bích Thoa", "female", date(1981, 1, 27),
        "civil_servant", "BTGDV", "chuyen-vien-dan-van", "BTGDV",
    ),
    _Named(
        "owner", "chitieu", "Đinh Xuân Tuyên", "male", date(1970, 7, 27),
        "official", "BTGDV", "lanh-dao-ban", "*",
    ),
    _Named(
        "auditor", "kiemtra", "Quách Thị Hồng Nhàn", "female", date(1977, 12, 5),
        "civil_servant", "UBKT", "chuyen-vien-dan-van", "*",
    ),
)  # fmt: skip


USERNAMES = (*(named.username for named in _ACCOUNTS), "quantri")


class Account(TypedDict):
    """How one signs in to the demo, and as whom."""

    username: str
    password: str
    user: User


@transaction.atomic
def build_accounts(by: User | None = None) -> dict[str, Account]:
    """One account for each role: {role: {"username", "password", "user"}}; built once."""
    province = read_province()
    users = {user.username: user for user in User.objects.filter(username__in=USERNAMES)}
    if len(users) < len(USERNAMES):
        users = _build_users(province, by)
        for user in users.values():
            purposes.read(user)
    roles = {named.role: named.username for named in _ACCOUNTS} | {"admin": "quantri"}
    return {
        role: {"username": name, "password": PASSWORD, "user": users[name]}
        for role, name in roles.items()
    }


def _build_users(province: Province, by: User | None) -> dict[str, User]:
    admin = User.objects.create_user("quantri", password=PASSWORD, full_name="Vũ Ngọc Lân")
    grant(admin, Role.ADMIN, by=by, valid_from=PROVINCE_MERGED_ON)
    codes = next_codes(len(_ACCOUNTS))
    cadres = register_all(
        [_named_cadre(named, codes[i], i, province) for i, named in enumerate(_ACCOUNTS)],
        by=by or admin,
    )
    users = {"quantri": admin}
    for named, cadre in zip(_ACCOUNTS, cadres, strict=True):
        user = cadre.user
        assert user is not None  # noqa: S101 (registering gives every cadre an account)
        user.password = admin.password
        user.save(update_fields=["password"])
        users[named.username] = user
        if named.granted_on:
            unit = None if named.granted_on == "*" else _unit(province, named.granted_on)
            grant(user, Role(named.role), unit=unit, by=by or admin, valid_from=PROVINCE_MERGED_ON)
    return users


def _unit(province: Province, code: str) -> Unit:
    return province.communes.get(code) or province.bodies[code]


def _named_cadre(named: _Named, code: str, number: int, province: Province) -> NewCadre:
    return NewCadre(
        code=code,
        username=named.username,
        full_name=named.full_name,
        gender=named.gender,
        born_on=named.born_on,
        kind=named.kind,
        unit=_unit(province, named.unit),
        position=province.positions[named.position],
        since=PROVINCE_MERGED_ON,
        phone=f"0900999{number + 1:03d}",
        email=f"{named.username}@ninhbinh.example",
        further=tuple(_learner_past(province)) if named.role == "learner" else (),
    )


def _learner_past(province: Province) -> Iterator[FurtherPost]:
    position = province.positions["cong-chuc-vhxh-xa"]
    former = province.former
    yield FurtherPost(former["Phường Vân Giang"], position, CITY_MERGED_ON, PROVINCE_MERGED_ON)
    yield FurtherPost(former["Phường Phúc Thành"], position, RECORD_BEGINS, CITY_MERGED_ON)
