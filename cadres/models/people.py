"""Cadres and their dated posts."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cadres.models.groups import GroupListing, GroupRule, Position, TargetGroup
from cadres.models.roles import Role
from cadres.models.units import Ancestry, Unit, valid_on
from kit.constraints import NoOverlap
from kit.secrets import EncryptedTextField
from kit.text import clean, fold, given_name, name_key

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from cadres.models.external import ExternalId
    from cadres.scopes import Access


class CadreQuerySet(models.QuerySet["Cadre"]):
    def visible_to(self, access: Access) -> Self:
        """The cadres whose record `access` lets one read: one's own, and those in one's scope."""
        own = Q(user=access.user_id, user__isnull=False)  # a visitor has no record
        if access.sees_everyone:
            return self
        if not access.managed_unit_ids:
            return self.filter(own)
        within = Post.objects.within(access.managed_unit_ids, access.day)
        return self.filter(own | Q(pk__in=within.values("cadre")))

    def managed_by(self, access: Access) -> Self:
        """The cadres whose record `access` may change: an administrator's and a manager's."""
        if access.has(Role.ADMIN):
            return self
        return self.posted_within(access.managed_unit_ids, access.day)

    def posted_within(self, unit_ids: list[int], day: date) -> Self:
        """Cadres holding a post on `day` in the subtrees of `unit_ids`, each once."""
        return self.filter(pk__in=Post.objects.within(unit_ids, day).values("cadre"))

    def in_group(self, group: TargetGroup | int, day: date) -> Self:
        """The people of a target group on `day`, by rule and by list; one query."""
        return self.filter(pk__in=Post.objects.in_group(group, day).values("cadre"))

    def with_main_post(self, day: date) -> Self:
        """Annotates `unit_id`, and `unit_name` and `position_name` of the main post on `day`."""
        post = Post.objects.filter(valid_on(day), cadre=OuterRef("pk")).order_by("-is_main", "id")
        named = post.filter(valid_on(day, "unit__versions__"))
        return self.annotate(
            unit_id=Subquery(post.values("unit_id")[:1]),
            position_name=Subquery(post.values("position__name")[:1]),
            unit_name=Subquery(named.values("unit__versions__name")[:1]),
        )


class Cadre(models.Model):
    """A cadre record: no more than training needs."""

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("Official (cán bộ)")
        CIVIL_SERVANT = "civil_servant", _("Civil servant (công chức)")
        PUBLIC_EMPLOYEE = "public_employee", _("Public employee (viên chức)")
        PART_TIME = "part_time", _("Part-time worker at commune level")
        VILLAGE = "village", _("Village or residential group worker")
        ARMED_FORCES = "armed_forces", _("Armed forces")

    class PoliticalLevel(models.TextChoices):
        ELEMENTARY = "elementary", _("Elementary (sơ cấp)")
        INTERMEDIATE = "intermediate", _("Intermediate (trung cấp)")
        ADVANCED = "advanced", _("Advanced (cao cấp)")
        BACHELOR = "bachelor", _("Bachelor (cử nhân)")

    class Expertise(models.TextChoices):
        """The highest level of training in one's own field."""

        SECONDARY = "secondary", _("Vocational secondary")
        COLLEGE = "college", _("College")
        UNIVERSITY = "university", _("University")
        MASTER = "master", _("Master")
        DOCTOR = "doctor", _("Doctor")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("cadre code"), max_length=20, unique=True)
    user = models.OneToOneField(User, models.PROTECT, null=True, blank=True, related_name="cadre")
    full_name = models.CharField(_("full name"), max_length=120)
    name_key = models.CharField(max_length=400, editable=False, db_index=True)
    folded = models.CharField(max_length=120, editable=False)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender.choices)
    born_on = models.DateField(_("date of birth"))
    born_year_only = models.BooleanField(_("only the year of birth is known"), default=False)
    identity_number = EncryptedTextField(blank=True, editable=False)
    identity_hash = models.CharField(max_length=64, blank=True, editable=False)
    civil_number = models.CharField(_("civil servant number"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices)
    political_level = models.CharField(
        _("level of political theory"), max_length=12, choices=PoliticalLevel.choices, blank=True
    )
    expertise = models.CharField(
        _("professional level"), max_length=10, choices=Expertise.choices, blank=True
    )
    phone = models.CharField(_("phone number"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    posts: RelatedManager[Post]
    external_ids: RelatedManager[ExternalId]

    objects = CadreQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "id"]
        verbose_name = _("cadre")
        verbose_name_plural = _("cadres")
        constraints = [
            models.UniqueConstraint(
                fields=["identity_hash"],
                condition=~Q(identity_hash=""),
                name="cadres_cadre_identity_unique",
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.derive()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def derive(self) -> None:
        """Fills the columns that follow from the name; bulk writers call it themselves."""
        self.full_name = clean(self.full_name)
        self.name_key = name_key(self.full_name)
        self.folded = fold(self.full_name)

    @property
    def given_name(self) -> str:
        return given_name(self.full_name)

    @property
    def birth_text(self) -> str:
        return str(self.born_on.year) if self.born_year_only else f"{self.born_on:%d/%m/%Y}"

    def main_post_on(self, day: date) -> Post | None:
        posts = self.posts.filter(valid_on(day)).select_related("position", "unit")
        return posts.order_by("-is_main", "id").first()


class PostQuerySet(models.QuerySet["Post"]):
    def held_on(self, day: date) -> Self:
        return self.filter(valid_on(day))

    def within(self, unit_ids: list[int], day: date) -> Self:
        """Held on `day` in the subtrees of `unit_ids` as the tree was then."""
        below = Ancestry.objects.filter(valid_on(day), ancestor__in=unit_ids)
        return self.held_on(day).filter(unit__in=below.values("unit"))

    def in_group(self, group: TargetGroup | int | Combinable, day: date) -> Self:
        """The posts through which people are in a target group on `day`.

        A rule takes in the posts that fit it. A list takes in a person with all posts held, or
        leaves a person out whatever the rules say. This is the one place that says who is meant.
        """
        rules = GroupRule.objects.filter(
            valid_on(day),
            Q(position=None) | Q(position=OuterRef("position")),
            Q(kind="") | Q(kind=OuterRef("cadre__kind")),
            Q(unit=None)
            | Exists(
                Ancestry.objects.filter(
                    valid_on(day), ancestor=OuterRef("unit"), unit=OuterRef(OuterRef("unit"))
                )
            ),
            group=group,
        )
        listed = GroupListing.objects.filter(valid_on(day), group=group)
        added = listed.filter(is_excluded=False).values("cadre")
        excluded = listed.filter(is_excluded=True).values("cadre")
        found = self.held_on(day).filter(Exists(rules) | Q(cadre__in=added))
        return found.exclude(cadre__in=excluded)


class Post(models.Model):
    """A cadre holds a position in a unit from one day to another; one post is the main one."""

    cadre = models.ForeignKey(Cadre, models.CASCADE, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    is_main = models.BooleanField(_("main post"), default=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    document = models.CharField(pgettext_lazy("post", "document"), max_length=200, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="cadres_post_has_length",
            ),
            NoOverlap(fields=("cadre",), only="is_main", name="cadres_post_one_main"),
            models.UniqueConstraint(
                fields=["cadre", "unit", "position", "valid_from"], name="cadres_post_once"
            ),
        ]
        indexes = [models.Index(fields=["unit", "cadre"], name="cadres_post_unit")]

    def __str__(self) -> str:
        return f"{self.cadre}: {self.position}"
