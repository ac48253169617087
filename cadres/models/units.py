"""Units: an identity, and dated versions `[valid_from, valid_to)` that say what it was called."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kit.dates import now, today
from kit.text import alphabet_key, fold
from operations.models import ChangeSet

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


def valid_on(day: date, prefix: str = "") -> Q:
    """Rows whose `[valid_from, valid_to)` holds `day`."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    )


class UnitQuerySet(models.QuerySet["Unit"]):
    def existing_on(self, day: date) -> Self:
        return self.filter(valid_on(day, "versions__"))

    def named_on(self, day: date) -> Self:
        """Annotates `name`, `kind`, `code` and `parent_id` as they were on `day`."""
        version = UnitVersion.objects.filter(valid_on(day), unit=OuterRef("pk"))
        return self.annotate(
            name=Subquery(version.values("name")[:1]),
            kind=Subquery(version.values("kind")[:1]),
            code=Subquery(version.values("code")[:1]),
            parent_id=Subquery(version.values("parent_id")[:1]),
            name_key=Subquery(version.values("name_key")[:1]),
        )

    def topmost_on(self, day: date) -> Self:
        """Those that nothing stands above on `day`."""
        return self.filter(valid_on(day, "versions__"), versions__parent=None)

    def within(self, unit_ids: list[int], day: date) -> Self:
        """The units in the subtrees of `unit_ids` as the tree was on `day`, roots included."""
        below = Ancestry.objects.filter(valid_on(day), ancestor__in=unit_ids)
        return self.filter(pk__in=below.values("unit"))


class Unit(models.Model):
    """A unit's identity. What it is called, and what it belongs to, is in its versions."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    versions: RelatedManager[UnitVersion]

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        """By the name of today; one that is yet to begin by its first."""
        begun = self.versions.filter(valid_from__lte=today()).order_by("-valid_from").first()
        version = begun or self.versions.order_by("valid_from").first()
        return version.name if version else str(self.public_id)

    def version_on(self, day: date) -> UnitVersion | None:
        return self.versions.filter(valid_on(day)).first()

    def name_on(self, day: date) -> str:
        version = self.version_on(day)
        return version.name if version else str(self)


class UnitVersion(models.Model):
    """What a unit was called and what it belonged to from one day to another."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("Province")
        DISTRICT = "district", _("District")
        COMMUNE = "commune", _("Commune")
        WARD = "ward", _("Ward")
        TOWN = "town", _("Town")
        BODY = "body", _("Body")
        SCHOOL = "school", _("School")
        UNION = "union", _("Union")

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="versions")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=500, editable=False)
    folded = models.CharField(max_length=200, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=20, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        ordering = ["unit_id", "valid_from"]
        verbose_name = _("unit version")
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="cadres_unit_one_start"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to=None), name="cadres_unit_one_open_version"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="cadres_unit_version_has_length",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("unit")), name="cadres_unit_not_own_parent"
            ),
        ]
        indexes = [models.Index(fields=["code"], name="cadres_unit_code")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.derive()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def derive(self) -> None:
        """Fills the columns that follow from the name; bulk writers call it themselves."""
        self.name_key = alphabet_key(self.name)
        self.folded = fold(self.name)


class Ancestry(models.Model):
    """Who stood above whom, from when to when: computed from the versions, depth 0 is itself."""

    is_computed = True

    ancestor = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="ancestry")
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ancestor", "unit", "valid_from"], name="cadres_ancestry_once"
            )
        ]
        indexes = [models.Index(fields=["unit", "ancestor"], name="cadres_ancestry_up")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.unit_id}"


class Reorganisation(models.Model):
    """An act that made units begin, end or change, with its legal document.

    `document` is how the document is cited; what it wrote, row by row, is in `change_set`.
    """

    class Kind(models.TextChoices):
        ESTABLISH = "establish", _("Establish")
        RENAME = "rename", _("Rename")
        MERGE = "merge", _("Merge")
        ABSORB = "absorb", _("Absorb into another")
        SPLIT = "split", _("Split")
        TRANSFER = "transfer", _("Put under another unit")
        DISSOLVE = "dissolve", _("Dissolve")
        COMPOUND = "compound", _("Several in one act")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=250)
    effective_on = models.DateField()
    document = models.CharField(max_length=200)
    number = models.CharField(max_length=20, blank=True)
    symbol = models.CharField(max_length=40, blank=True)
    issued_on = models.DateField(null=True)
    abstract = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    successions: RelatedManager[Succession]
    change_set = models.OneToOneField(ChangeSet, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["effective_on", "id"]
        verbose_name = _("reorganisation")

    def __str__(self) -> str:
        return f"{self.title or self.get_kind_display()} ({self.effective_on:%d/%m/%Y})"


class Succession(models.Model):
    """One predecessor → successor row of a reorganisation; `share` of the whole, 0…1."""

    reorganisation = models.ForeignKey(Reorganisation, models.CASCADE, related_name="successions")
    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successors")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="predecessors")
    share = models.DecimalField(max_digits=5, decimal_places=4, default=Decimal(1))

    class Meta:
        verbose_name = _("succession")
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "reorganisation"],
                name="cadres_succession_once",
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1), name="cadres_succession_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
