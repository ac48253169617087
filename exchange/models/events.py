"""What happened, as other systems are told of it: events, who is told, and each telling."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cadres.models import Unit
from exchange.models.sending import Sending
from kit.dates import now
from kit.secrets import EncryptedTextField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from cadres.scopes import Access


class Seen(models.Model):
    """What a person or a unit looked like when last told of: a hash, and the units it was in.

    It points at no row: a person whose entry is undone is told of as gone.
    """

    class Subject(models.TextChoices):
        PERSON = "person"
        UNIT = "unit"

    subject = models.CharField(max_length=6, choices=Subject.choices)
    public_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    main_unit = models.UUIDField(null=True)
    unit_ids = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "public_id"], name="exchange_seen_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.public_id}"


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, access: Access) -> Self:
        """Events that concern a unit in one's scope."""
        if access.sees_everyone:
            return self
        return self.concerning(Unit.objects.within(access.managed_unit_ids, access.day))

    def concerning(self, units: models.QuerySet[Unit]) -> Self:
        links = EventUnit.objects.filter(event=OuterRef("pk"), unit_id__in=units.values("pk"))
        return self.filter(Exists(links))


class Event(models.Model):
    """Something that happened, told by ids only. Appended only.

    `position` is its place in the feed, given once what wrote it is committed: a reader who has
    come to a position has missed nothing before it.
    """

    class Kind(models.TextChoices):
        PERSON_CREATED = "person.created", _("A person was entered")
        PERSON_CHANGED = "person.changed", _("A record was changed")
        PERSON_MOVED = "person.moved", _("A person moved to another unit")
        PERSON_LEFT = "person.left", _("A person left")
        UNIT_CHANGED = "unit.changed", _("A unit was established or changed")
        COURSE_COMPLETED = "course.completed", _("A course was completed")
        CERTIFICATE_ISSUED = "certificate.issued", _("A certificate was issued")
        CERTIFICATE_REVOKED = "certificate.revoked", _("A certificate was revoked")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField(default=now)
    content = models.JSONField()
    position = models.PositiveBigIntegerField(null=True, unique=True)
    units: RelatedManager[EventUnit]

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(position=None), name="exchange_event_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class EventUnit(models.Model):
    """A unit an event concerns. Its number, no key: an event outlives a unit that is undone."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="units")
    unit_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "unit_id"], name="exchange_event_unit_once")
        ]
        indexes = [models.Index(fields=["unit_id", "event"], name="exchange_event_unit")]


class Feed(models.Model):
    """The one row that is locked while events get their positions."""

    last = models.PositiveBigIntegerField(default=0)


class Endpoint(models.Model):
    """An address that is told of events of some kinds in a unit's subtree (None: everywhere)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    address = models.URLField(_("address"), max_length=300)
    secret = EncryptedTextField(editable=False)
    kinds = models.JSONField(_("events"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    deliveries: RelatedManager[Delivery]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("webhook")

    def __str__(self) -> str:
        return self.name

    @property
    def kind_names(self) -> list[str]:
        return [str(Event.Kind(kind).label) for kind in self.kinds]


class Delivery(Sending):
    """One event told to one endpoint."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")

    class Meta:
        ordering = ["-event_id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="exchange_delivery_once"),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="exchange_delivered_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_at"],
                condition=Q(state="waiting"),
                name="exchange_delivery_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.endpoint_id}"

    @property
    def what(self) -> str:
        return self.event.get_kind_display()

    @property
    def known_as(self) -> UUID:
        return self.event.public_id

    @property
    def since(self) -> datetime:
        return self.event.at
