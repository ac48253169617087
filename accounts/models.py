from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kit.dates import now


class User(AbstractUser):
    """One who signs in. `username` is the cadre code where the person is a cadre."""

    class TextSize(models.IntegerChoices):
        NORMAL = 0, _("Normal")
        LARGE = 1, _("Large")
        LARGEST = 2, _("Largest")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=120)
    phone = models.CharField(_("phone number"), max_length=16, blank=True)
    phone_verified = models.BooleanField(default=False)
    text_size = models.PositiveSmallIntegerField(
        _("text size"), choices=TextSize.choices, default=TextSize.NORMAL
    )
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                fields=["phone"], condition=~Q(phone=""), name="accounts_user_phone_unique"
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.rsplit(" ", 1)[-1]


class SlipQuerySet(models.QuerySet["Slip"]):
    def in_force(self, at: datetime) -> Self:
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=at)


class Slip(models.Model):
    """A printed paper whose code lets its holder in once, to choose a password.

    Only a keyed hash of the code is kept. One has one open slip; a new one withdraws the old.
    """

    class State(models.TextChoices):
        IN_FORCE = "in force", _("In force")
        USED = "used", _("Used")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    user = models.ForeignKey(User, models.CASCADE, related_name="slips")
    code_hash = models.CharField(max_length=64, editable=False)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = SlipQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in slip")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at=None, withdrawn_at=None),
                name="accounts_slip_one_open",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="accounts_slip_has_length"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(withdrawn_at=None), name="accounts_slip_one_end"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def state_at(self, at: datetime) -> State:
        if self.used_at:
            return self.State.USED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.IN_FORCE if at < self.expires_at else self.State.EXPIRED


class Viewing(models.Model):
    """An administrator sees the pages as somebody else does, for a while, and changes nothing."""

    viewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    subject = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    begun_at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("viewing as somebody")
        constraints = [
            models.UniqueConstraint(
                fields=["viewer"],
                condition=Q(ended_at=None),
                name="accounts_viewing_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begun_at")), name="accounts_viewing_has_length"
            ),
            models.CheckConstraint(
                condition=~Q(viewer=F("subject")), name="accounts_viewing_somebody_else"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="accounts_viewing_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self.subject)
