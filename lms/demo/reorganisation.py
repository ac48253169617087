"""The real history of the province: its units of 2024, and the acts of 2025 that made today's.

Names, codes and successions are public law. Districts are those that the resolutions name; a unit
whose district they leave out stands under its province.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cadres.acts import Act, Document, Establish, Kind, Step, merging
from cadres.models import UnitVersion
from cadres.transcribing import ALL, BEGIN, COLUMNS, END, INTO, KINDS, PART
from kit.sheets import write_sheet
from lms.demo.tables import table

RECORD_BEGINS = date(2021, 1, 1)
CITY_MERGED_ON = date(2025, 1, 1)
PROVINCE_MERGED_ON = date(2025, 7, 1)
CITY_DOCUMENT = Document.read(
    "Nghị quyết số 1318/NQ-UBTVQH15",
    date(2024, 12, 10),
    "Sắp xếp đơn vị hành chính cấp huyện, cấp xã của tỉnh Ninh Bình giai đoạn 2023–2025",
)
COMMUNES_DOCUMENT = "Nghị quyết số 1674/NQ-UBTVQH15"
COMMUNES_ABSTRACT = (
    "Sắp xếp các đơn vị hành chính cấp xã của tỉnh Ninh Bình năm 2025; tỉnh hợp nhất theo Nghị"
    " quyết số 202/2025/QH15, cấp huyện kết thúc hoạt động"
)
COMMUNES_ISSUED_ON = date(2025, 6, 16)
OPENING = Document("Lập sổ đơn vị")

ROOT_CODE = "TU"
ROOT_NAME = "Tỉnh ủy Ninh Bình"
PROVINCES = ("Tỉnh ủy Hà Nam", "Tỉnh ủy Nam Định", ROOT_NAME)
CITY, OLD_CITY, OLD_DISTRICT = "Thành phố Hoa Lư", "Thành phố Ninh Bình", "Huyện Hoa Lư"
_VAN_GIANG = "Phường Vân Giang"
_INTO_VAN_GIANG = ("Phường Phúc Thành", "Phường Thanh Bình")
_OF_OLD_DISTRICT = ("Phường Ninh Mỹ", "Xã Ninh Khang")
_TABLE = "reorganisation-2025-07-01"
_Unit = UnitVersion.Kind
_Row = dict[str, str]


def _province(row: _Row) -> str:
    """Codes run province by province."""
    return PROVINCES[(row["into"] >= "13669") + (row["into"] >= "14300")]


def _former() -> list[_Row]:
    """Each unit of 30/6/2025 once."""
    return list({(row["name"], _above(row)): row for row in table(_TABLE)}.values())


def _above(row: _Row) -> str:
    return row["district"] or _province(row)


def _district_of_2024(row: _Row) -> str:
    if row["district"] != CITY:
        return row["district"]
    return OLD_DISTRICT if row["name"] in _OF_OLD_DISTRICT else OLD_CITY


def opening() -> Act:
    """The units of 12/2024, as the record begins with them."""
    steps: list[Step] = [Establish(name, name, _Unit.PROVINCE, None) for name in PROVINCES]
    districts = {_district_of_2024(row): _province(row) for row in _former()} | {
        OLD_DISTRICT: ROOT_NAME
    }
    steps += [
        Establish(name, name, _Unit.DISTRICT, province)
        for name, province in sorted(districts.items())
        if name
    ]
    for row in _former():
        if row["name"] != _VAN_GIANG:
            above = _district_of_2024(row) or _province(row)
            key = f"{row['name']}, {above}"
            steps.append(Establish(key, row["name"], row["kind"], above))
    steps += [Establish(name, name, _Unit.WARD, OLD_CITY) for name in _INTO_VAN_GIANG]
    return Act(Kind.ESTABLISH, RECORD_BEGINS, OPENING, tuple(steps))


def city_merger() -> Act:
    """01/01/2025: thành phố Hoa Lư is formed; Phúc Thành and Thanh Bình become Vân Giang."""
    units = dict(
        UnitVersion.objects.filter(
            valid_to=None, name__in=[OLD_CITY, OLD_DISTRICT, ROOT_NAME, *_INTO_VAN_GIANG]
        ).values_list("name", "unit_id")
    )
    steps: list[Step] = [
        Establish(CITY, CITY, _Unit.DISTRICT, units[ROOT_NAME]),
        Establish(_VAN_GIANG, _VAN_GIANG, _Unit.WARD, CITY),
        *merging([units[OLD_CITY], units[OLD_DISTRICT]], CITY),
        *merging([units[name] for name in _INTO_VAN_GIANG], _VAN_GIANG),
    ]
    return Act(Kind.COMPOUND, CITY_MERGED_ON, CITY_DOCUMENT, tuple(steps))


def province_sheet() -> bytes:
    """01/7/2025 as the file that `reorganise` reads: 398 units into 129, three provinces into 1."""
    titles = [column.title for column in COLUMNS]
    rows = list(_lines())
    rows[0] |= {
        "document": COMMUNES_DOCUMENT,
        "issued_on": f"{COMMUNES_ISSUED_ON:%d/%m/%Y}",
        "abstract": COMMUNES_ABSTRACT,
        "effective_on": f"{PROVINCE_MERGED_ON:%d/%m/%Y}",
    }
    return write_sheet(
        "Sắp xếp", titles, ([row.get(column.key, "") for column in COLUMNS] for row in rows)
    )


def _lines() -> Iterator[_Row]:
    words = {str(kind): word for word, kind in KINDS.items()}
    yield _begun(ROOT_CODE, ROOT_NAME, words["province"], "")
    for row in table("communes"):
        yield _begun(row["code"], row["name"], words[row["kind"]], ROOT_CODE)
    for row in table(_TABLE):
        yield {
            "deed": INTO,
            "old_name": row["name"],
            "within": _above(row),
            "new_code": row["into"],
            "extent": PART if row["part"] else ALL,
        }
    for name in PROVINCES:
        yield {"deed": INTO, "old_name": name, "new_code": ROOT_CODE, "extent": ALL}
    for name in sorted({row["district"] for row in _former()} - {""}):
        yield {"deed": END, "old_name": name}


def _begun(code: str, name: str, kind: str, parent: str) -> _Row:
    return {"deed": BEGIN, "new_code": code, "new_name": name, "kind": kind, "parent": parent}
