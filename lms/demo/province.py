"""Ninh Bình as it is since 01/7/2025, and all its former units, through the acts that made it.

Names, codes and successions are public law (NQ 1318 and NQ 1674 of the Standing Committee,
QĐ 19/2025/QĐ-TTg). The record of former units begins with the plan's first year.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from cadres.defining import define_group, define_position
from cadres.models import Position, TargetGroup, Unit, UnitVersion
from cadres.organising import establish
from cadres.reorganising import apply
from cadres.transcribing import foresee_file
from lms.demo.reorganisation import (
    CITY_MERGED_ON,
    PROVINCE_MERGED_ON,
    RECORD_BEGINS,
    ROOT_CODE,
    city_merger,
    opening,
    province_sheet,
)
from lms.demo.tables import table

__all__ = [
    "CITY_MERGED_ON",
    "HOA_LU",
    "PROVINCE_MERGED_ON",
    "RECORD_BEGINS",
    "Province",
    "build_province",
    "read_province",
]

HOA_LU = "14329"


@dataclass(frozen=True)
class Province:
    """The units by code; former ones by name."""

    root: Unit
    communes: dict[str, Unit]
    bodies: dict[str, Unit]
    former: dict[str, Unit]
    positions: dict[str, Position]
    groups: dict[str, TargetGroup]

    @property
    def hoa_lu(self) -> Unit:
        return self.communes[HOA_LU]


@transaction.atomic
def build_province(by: User | None = None) -> Province:
    """Builds all units, groups and positions; does nothing where they are built."""
    if not UnitVersion.objects.filter(code=ROOT_CODE, parent=None).exists():
        _build_units(by)
    if Position.objects.count() < len(table("positions")):
        _build_positions()
    return read_province()


def read_province() -> Province:
    """The province that was built."""
    codes = {row["code"]: row["kind"] for row in table("bodies")}
    communes = {row["code"] for row in table("communes")}
    versions = UnitVersion.objects.select_related("unit").order_by("valid_from")
    current = {v.code: v.unit for v in versions if v.valid_to is None}
    return Province(
        root=current[ROOT_CODE],
        communes={code: unit for code, unit in current.items() if code in communes},
        bodies={code: unit for code, unit in current.items() if code in codes},
        former={v.name: v.unit for v in versions if v.valid_to is not None},
        positions={p.code: p for p in Position.objects.all()},
        groups={g.code: g for g in TargetGroup.objects.all()},
    )


def _build_positions() -> None:
    groups = {row["code"]: define_group(row["code"], row["name"]) for row in table("groups")}
    for row in table("positions"):
        define_position(row["code"], row["name"], [groups[g] for g in row["groups"].split()])


def _build_units(by: User | None) -> None:
    apply(opening(), by=by)
    apply(city_merger(), by=by)
    _transcript, foreseen = foresee_file(province_sheet())
    assert foreseen is not None  # noqa: S101 (the file is ours)
    apply(foreseen.act, by=by)
    units = {ROOT_CODE: UnitVersion.objects.get(code=ROOT_CODE).unit}
    for row in table("bodies"):
        units[row["code"]] = establish(
            row["name"],
            row["kind"],
            parent=units[row["parent"]],
            valid_from=PROVINCE_MERGED_ON,
            code=row["code"],
            by=by,
        )
