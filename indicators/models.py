"""Plans, their groups and indicators as data; standings of people; figures of units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadres.models import Cadre, TargetGroup, Unit
from kit.dates import now

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Plan(models.Model):
    """`measured_on` is the day the plan's figures speak of; `root` the unit it is for."""

    code = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    root = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    measured_on = models.DateField(null=True)
    groups: RelatedManager[IndicatorGroup]

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("plan")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="indicators_plan_dates"
            )
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorGroup(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="groups")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=200)
    indicators: RelatedManager[Indicator]

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="indicators_group_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class Indicator(models.Model):
    """One indicator. `measure` names the function that counts it; blank: reported by hand."""

    class Unit(models.TextChoices):
        PERCENT = "percent", "%"
        COUNT = "count", _("a number")

    class Direction(models.TextChoices):
        HIGH = "high", _("high is good")
        LOW = "low", _("low is good")
        NONE = "none", _("watched only")

    group = models.ForeignKey(IndicatorGroup, models.CASCADE, related_name="indicators")
    code = models.CharField(max_length=8)
    name = models.CharField(_("name"), max_length=300)
    unit_of_measure = models.CharField(max_length=8, choices=Unit.choices)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.HIGH)
    measure = models.SlugField(blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    population = models.ForeignKey(TargetGroup, models.PROTECT, null=True, related_name="+")
    numerator_text = models.CharField(max_length=300, blank=True)
    denominator_text = models.CharField(max_length=300, blank=True)
    formula_version = models.PositiveSmallIntegerField(default=1)
    targets: RelatedManager[Target]

    class Meta:
        ordering = ["group__number", "id"]
        verbose_name = _("indicator")
        constraints = [
            models.UniqueConstraint(fields=["group", "code"], name="indicators_indicator_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_automatic(self) -> bool:
        return bool(self.measure)


class Target(models.Model):
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "year"], name="indicators_target_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year}: {self.value}"


class Standing(models.Model):
    """What one cadre in one unit adds to an indicator in a year: the people behind a number.

    Where people are counted, `denominator` is 1 and `numerator` 0 or 1, and a cadre with posts
    in several units has a row in each but counts once above them.
    """

    is_computed = True

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    cadre = models.ForeignKey(Cadre, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year", "cadre", "unit"], name="indicators_standing_once"
            )
        ]
        indexes = [models.Index(fields=["cadre", "year"], name="indicators_standing_cadre")]

    def __str__(self) -> str:
        return f"{self.indicator_id}/{self.year} {self.cadre_id}"


class Figure(models.Model):
    """Numerator and denominator of an indicator in a unit's subtree: summed from standings."""

    is_computed = True

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    numerator = models.IntegerField(default=0)
    denominator = models.IntegerField(default=0)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year", "unit"], name="indicators_figure_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}/{self.year} {self.numerator}/{self.denominator}"
