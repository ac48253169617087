from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cadres.models.people import Cadre
from cadres.models.roles import Role
from cadres.models.units import Unit
from kit.dates import now

if TYPE_CHECKING:
    from cadres.scopes import Access


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def visible_to(self, access: Access) -> Self:
        """All for auditors and administrators; else one's own, and those of one's people."""
        if access.has(Role.AUDITOR, Role.ADMIN):
            return self
        own = Q(user=access.user_id)
        if not (access.sees_everyone or access.managed_unit_ids):
            return self.filter(own)
        return self.filter(own | Q(user__in=Cadre.objects.visible_to(access).values("user")))

    def open_after(self, day: date) -> Self:
        """Held on the day, or given from a later one and not withdrawn before it."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day)).exclude(valid_to=F("valid_from"))


class RoleGrant(models.Model):
    """A role held on a unit's subtree (`unit` None: everywhere) from one day to another.

    Never removed: one withdrawn before it began is kept with no day in it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=8, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(default=now)
    reason = models.CharField(_("reason or document"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.CharField(max_length=200, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role grant")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None)
                | Q(valid_to__gt=F("valid_from"))
                | Q(valid_to=F("valid_from"), withdrawn_at__isnull=False),
                name="cadres_grant_has_length",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["manager", "issuer"]) | Q(unit__isnull=False),
                name="cadres_grant_manager_has_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    def state_on(self, day: date) -> str:
        """How it stands: "held", "coming", "withdrawn" or "ended"."""
        is_empty = self.valid_to == self.valid_from
        if not is_empty and (self.valid_to is None or day < self.valid_to):
            return "held" if self.valid_from <= day else "coming"
        return "ended" if self.withdrawn_at is None else "withdrawn"
