"""Keys with which other systems ask and write."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cadres.models import Unit
from cadres.models.units import valid_on
from kit.dates import now


class Ability(models.TextChoices):
    """What a key may do; the roles table names abilities beside roles."""

    READ_PEOPLE = "people.read", _("Read people and their posts")
    WRITE_PEOPLE = "people.write", _("Enter and change people and their posts")
    READ_UNITS = "units.read", _("Read units")
    WRITE_UNITS = "units.write", _("Establish and move units, name positions")
    READ_TRAINING = "training.read", _("Read completed training")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid_on(day), withdrawn_at=None)


class ApiKey(models.Model):
    """A named key: whose system, on which unit's subtree (None: everywhere), what it may do.

    Only a hash of the key is kept. `source` names the system whose ids the key speaks, so that a
    new key of the same system knows the same people. `user` stands in the journal for the key;
    nobody can sign in with it.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    source = models.SlugField(_("system"), max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    abilities = models.JSONField(_("abilities"))
    prefix = models.CharField(max_length=12, unique=True)
    key_hash = models.CharField(max_length=64, unique=True)
    user = models.OneToOneField(User, models.PROTECT, related_name="+")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("API key")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="exchange_key_has_length",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ability_names(self) -> list[str]:
        return [str(Ability(ability).label) for ability in self.abilities]

    def is_valid_on(self, day: date) -> bool:
        in_time = self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
        return in_time and self.withdrawn_at is None


class Replay(models.Model):
    """What was answered to a request with an `Idempotency-Key`, so that a repeat does nothing."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "name"], name="exchange_replay_once")]
        indexes = [models.Index(fields=["at"], name="exchange_replay_at")]

    def __str__(self) -> str:
        return self.name
