"""Target groups: whom a course or an indicator is meant for, by dated rules and dated lists."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cadres.models.units import Unit
from kit.constraints import NoOverlap
from kit.dates import now

EVER = date(1900, 1, 1)  # a rule from this day on has always held


class Position(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["id"]
        verbose_name = _("position")

    def __str__(self) -> str:
        return self.name


class TargetGroup(models.Model):
    """People a course or an indicator is meant for; who they are, rules and lists say."""

    code = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["id"]
        verbose_name = _("target group")

    def __str__(self) -> str:
        return self.name


class GroupRule(models.Model):
    """Puts into a group, from one day to another, whoever holds a post that fits.

    What is left open (position None, unit None, kind "") fits all.
    """

    group = models.ForeignKey(TargetGroup, models.CASCADE, related_name="rules")
    position = models.ForeignKey(Position, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=15, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["valid_from", "id"]
        verbose_name = _("rule of a target group")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="cadres_grouprule_has_length",
            )
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.position or self.kind or self.unit or '*'}"


class GroupListing(models.Model):
    """Puts one person into a group, or leaves one out, from one day to another; with a reason."""

    group = models.ForeignKey(TargetGroup, models.CASCADE, related_name="listings")
    cadre = models.ForeignKey("cadres.Cadre", models.CASCADE, related_name="+")
    is_excluded = models.BooleanField(default=False)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["valid_from", "id"]
        verbose_name = _("person listed in a target group")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="cadres_grouplisting_has_length",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="cadres_grouplisting_has_reason"),
            NoOverlap(fields=("group", "cadre"), name="cadres_grouplisting_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.cadre}"
