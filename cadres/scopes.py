"""What a user may do and over whom: read once a request, passed to every `visible_to`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import FilteredRelation

from accounts.models import User
from cadres.models.roles import Role
from cadres.models.units import valid_on
from kit.dates import today


@dataclass(frozen=True)
class Access:
    """The roles a user holds on a day, and the units they hold them on (None: everywhere).

    Of another system that asks with a key (`key_id`): what the key may do, and on which unit.
    """

    user_id: int | None
    day: date
    cadre_id: int | None = None
    grants: tuple[tuple[str, int | None], ...] = field(default=())
    key_id: int | None = None

    def has(self, *roles: str) -> bool:
        return any(role in roles for role, _unit in self.grants)

    def only(self, *roles: str) -> Access:
        """`access` as far as it comes from some roles: to act takes fewer than to look."""
        held = tuple(grant for grant in self.grants if grant[0] in roles)
        return replace(self, grants=held)

    def units_of(self, role: str) -> list[int]:
        return [unit for held, unit in self.grants if held == role and unit is not None]

    @property
    def sees_everyone(self) -> bool:
        """Auditors, plan owners and administrators read the whole province; keys for it do too."""
        is_wide_key = self.key_id is not None and any(unit is None for _a, unit in self.grants)
        return is_wide_key or self.has(Role.AUDITOR, Role.OWNER, Role.ADMIN)

    @property
    def needs_second_step(self) -> bool:
        """Who issues, plans or administers proves twice who they are."""
        return self.has(Role.ISSUER, Role.OWNER, Role.ADMIN)

    @property
    def managed_unit_ids(self) -> list[int]:
        if self.key_id is not None:
            return sorted({unit for _ability, unit in self.grants if unit is not None})
        return self.units_of(Role.MANAGER)


def access_of(user: User | None, day: date | None = None) -> Access:
    """One query; none for a visitor."""
    day = day or today()
    if user is None or not user.is_authenticated or not user.is_active:
        return Access(None, day)
    held = FilteredRelation("grants", condition=valid_on(day, "grants__"))
    rows = list(
        User.objects.filter(pk=user.pk)
        .annotate(held=held)
        .values_list("cadre__id", "held__role", "held__unit_id")
    )
    grants = tuple((role, unit_id) for _cadre, role, unit_id in rows if role)
    return Access(user.pk, day, rows[0][0] if rows else None, grants)
