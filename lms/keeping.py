"""What every floor keeps for a time, gathered under the roof, and the job that ends it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

import assessments.retaining
import courses.retaining
import operations.retaining
from cadres.retaining import people_left
from courses.retaining import spare_who_owe
from kit.held import Words
from operations.models import RetentionRule
from operations.retaining import Keeping

KEEPINGS: list[Keeping] = [
    Keeping(
        "people-left",
        gettext_lazy("Who people were who have left: record, account, contacts, identity number"),
        gettext_lazy("the end of the last post"),
        people_left([spare_who_owe]),
    ),
    *assessments.retaining.KEEPINGS,
    *courses.retaining.KEEPINGS,
    *operations.retaining.KEEPINGS,
]


@dataclass(frozen=True)
class Kept:
    """Something that is kept, and its rule where there is one."""

    keeping: Keeping
    rule: RetentionRule | None

    @property
    def code(self) -> str:
        return self.keeping.code

    @property
    def title(self) -> Words:
        return self.keeping.title


def kept() -> list[Kept]:
    rules = {rule.code: rule for rule in RetentionRule.objects.all()}
    return [Kept(keeping, rules.get(keeping.code)) for keeping in KEEPINGS]
