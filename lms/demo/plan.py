"""The plan 2026–2030, the closed one before it, and the hours required: all illustrations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import yaml
from django.db import transaction

from accounts.models import User
from cadres.models import Cadre, Unit
from courses.requiring import require_hours
from indicators.models import Plan
from indicators.planning import load_plan
from lms.demo.tables import DATA

DOCUMENT = "Minh họa; chưa có văn bản xác nhận"
HOURS = {
    Cadre.Kind.OFFICIAL: Decimal(16),
    Cadre.Kind.CIVIL_SERVANT: Decimal(16),
    Cadre.Kind.PUBLIC_EMPLOYEE: Decimal(16),
    Cadre.Kind.PART_TIME: Decimal(8),
    Cadre.Kind.VILLAGE: Decimal(8),
    Cadre.Kind.ARMED_FORCES: Decimal(8),
}
CLOSED = {
    "code": "de-an-2021-2025",
    "name": "Đề án công tác dân vận giai đoạn 2021–2025",
    "starts_on": date(2021, 1, 1),
    "ends_on": date(2025, 12, 31),
    "note": "Đã kết thúc; số liệu của kỳ này chưa được nhập vào hệ thống.",
}


@transaction.atomic
def build_plan(root: Unit, by: User | None = None) -> Plan:
    """Builds the plans once; does nothing where they are built."""
    for kind, hours in HOURS.items():
        require_hours(kind, hours, valid_from=date(2026, 1, 1), document=DOCUMENT, by=by)
    load_plan(CLOSED, root, by=by)
    with (DATA / "plan-2026.yaml").open(encoding="utf-8") as file:
        return load_plan(yaml.safe_load(file), root, by=by)
