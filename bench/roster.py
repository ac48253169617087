"""A roster of fifty thousand rows, in a process of its own so that its memory can be told."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import django

ROWS = 50_000
HOUSE = Path(__file__).resolve().parent.parent
_FAMILIES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
]
_MIDDLES = [
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Minh",
    "Thanh",
    "Ngọc",
    "Quang",
    "Xuân",
    "Thu",
    "Hồng",
    "Kim",
    "Bích",
    "Công",
    "Đình",
]
_GIVEN = [
    "An",
    "Bình",
    "Châu",
    "Dũng",
    "Hà",
    "Hải",
    "Hạnh",
    "Hiếu",
    "Hoa",
    "Hùng",
    "Hương",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
]


def write_list(path: Path, *, phone: str = "03") -> None:
    """People over all units of the province; `phone` is how their numbers begin."""
    from cadres.locating import Directory
    from cadres.models import Position
    from cadres.roster.reading import KINDS, TITLES
    from kit.dates import today
    from kit.sheets import write_sheet

    chance = random.Random(7)  # noqa: S311 (the same people each time)
    places = [place for place in Directory(today()).by_id.values() if place.code]
    positions = list(Position.objects.values_list("name", flat=True))
    rows = []
    for number in range(ROWS):
        place, year = chance.choice(places), chance.randint(1965, 2002)
        names = chance.choice(_FAMILIES), chance.choice(_MIDDLES), chance.choice(_GIVEN)
        said = {
            "full_name": " ".join(names),
            "gender": "Nam",
            "born_on": f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{year}",
            "identity": f"037{0 if year < 2000 else 2}{year % 100:02d}{number:06d}",
            "kind": chance.choice(list(KINDS)),
            "unit_code": place.code,
            "unit_name": place.name,
            "position": chance.choice(positions),
            "since": "01/08/2026",
            "phone": f"{phone}{number:08d}",
        }
        rows.append([said.get(key, "") for key in TITLES])
    path.write_bytes(write_sheet("Danh sách", list(TITLES.values()), rows))


def measure(database: str, folder: Path) -> dict[str, dict[str, float]]:
    """Enters everyone, then looks again and gives everyone another phone number."""
    found = {}
    for name, phone in (("entered", "03"), ("corrected", "07")):
        path = folder / f"{name}.xlsx"
        write_list(path, phone=phone)
        command = [sys.executable, "-m", "bench.roster", str(path)]
        environment = os.environ | {"DATABASE_URL": database, "STORAGE_URL": str(folder)}
        done = subprocess.run(
            command, cwd=HOUSE, env=environment, check=True, capture_output=True, text=True
        )
        found[name] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(path: str) -> None:
    django.setup()
    from cadres.roster import looking, writing

    cpu, begun = time.process_time(), time.perf_counter()
    run = looking.begin("bench.xlsx", Path(path).read_bytes(), by=None)
    looking.check(run)
    checked = time.perf_counter()
    written = writing.write(run, by=None).written
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {
        "check": checked - begun, "write": ended - checked, "cpu": time.process_time() - cpu,
        "peak_mb": peak, **written,
    }  # fmt: skip
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
