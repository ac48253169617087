"""The journal: entries that are only added, and the chain that shows they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kit.dates import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cadres.scopes import Access


class Unchangeable(Exception):
    """Somebody tried to change or delete what is only ever added to."""


class AppendedQuerySet(models.QuerySet[Any]):
    """Rows that are added and read; the database's triggers say the same."""

    def update(self, **_values: object) -> NoReturn:
        raise Unchangeable(self.model._meta.label)

    def delete(self) -> NoReturn:
        raise Unchangeable(self.model._meta.label)

    def bulk_update(self, *_args: object, **_options: object) -> NoReturn:
        raise Unchangeable(self.model._meta.label)


class Appended(models.Model):
    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable(self._meta.label)
        super().save(*args, **kwargs)

    def delete(self, *_args: object, **_options: object) -> NoReturn:
        raise Unchangeable(self._meta.label)


class JournalQuerySet(AppendedQuerySet):
    def erase_addresses(self) -> int:
        """All that may ever be done to an entry; the retention rule asks for it."""
        return models.QuerySet.update(self, address=None, address_salt="")

    def concerning(self, unit_ids: Iterable[int]) -> Self:
        """Those that concern one of the units, as they were when the entry was made."""
        told = EntryUnit.objects.filter(unit_id__in=unit_ids)
        return self.filter(pk__in=told.values("entry"))

    def visible_to(self, access: Access) -> Self:
        return self if access.has("auditor", "admin") else self.none()


class JournalEntry(Appended):
    """One deed done to something: who, when, from where, what, why.

    The chain covers the address by `address_digest` only, so that a retention rule may erase the
    address (and the salt it was digested with) and the chain still holds.
    """

    at = models.DateTimeField(default=now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=120, blank=True)
    address = models.GenericIPAddressField(null=True)
    address_salt = models.CharField(max_length=32, blank=True, default="", editable=False)
    address_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    deed = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_name = models.CharField(max_length=250, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    # For searching: both names without case and accents.
    actor_folded = models.CharField(max_length=120, default="", editable=False)
    subject_folded = models.CharField(max_length=250, default="", editable=False)

    objects = JournalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("journal entry")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="operations_journal_subject"),
            models.Index(fields=["at"], name="operations_journal_at"),
            models.Index(fields=["deed", "-id"], name="operations_journal_deed"),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.subject_name}"


class EntryUnit(Appended):
    """A unit that an entry concerns, as it was when the entry was made.

    By number only: the unit may be removed again by an undo, what concerned it is still told.
    """

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="units")
    unit_id = models.BigIntegerField()

    objects = AppendedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit_id", "entry"], name="operations_entry_unit_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.unit_id}"


class JournalLink(Appended):
    """An entry's place in the chain: its hash covers its content and the hash before it."""

    number = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="link")
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    objects = AppendedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="operations_link_from_one")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:8]}"


class JournalHead(models.Model):
    """The one row that knows the chain's last link, sealed with a key; and the last look through.

    Whoever adds a link locks it first. A tail that was cut off no longer agrees with it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    seal = models.CharField(max_length=64, blank=True)
    verified_at = models.DateTimeField(null=True)
    faults = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="operations_journal_one_head")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:8]}"
