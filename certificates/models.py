from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cadres.models import Cadre, Role, Unit
from courses.models import Completion, Course
from kit.dates import now
from kit.text import fold

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from cadres.scopes import Access

# No letters or digits that are taken for one another when read aloud or typed.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_code() -> str:
    """Twenty characters of 32: 100 random bits, in four groups of five."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(20))
    return "-".join(drawn[i : i + 5] for i in range(0, 20, 5))


class Issuer(models.Model):
    """A unit that issues certificates, and what it prints on them."""

    class Heading(models.TextChoices):
        PARTY = "party", _("Party body")
        STATE = "state", _("State body or school")

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    name = models.CharField(_("name as printed"), max_length=200)
    superior = models.CharField(_("superior body as printed"), max_length=200, blank=True)
    heading = models.CharField(_("heading"), max_length=5, choices=Heading.choices)
    number_pattern = models.CharField(
        _("number pattern"), max_length=60, help_text=_("{n} stands for the number")
    )
    place = models.CharField(_("place"), max_length=60)
    signer_authority = models.CharField(_("signing authority"), max_length=120, blank=True)
    signer_title = models.CharField(_("signer's title"), max_length=120)
    signer_name = models.CharField(_("signer's name"), max_length=120)

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")

    def __str__(self) -> str:
        return self.name

    def number_of(self, serial: int) -> str:
        """Such as "12-GCN/BTGDVTU"; numbers under ten take a nought."""
        return self.number_pattern.replace("{n}", f"{serial:02d}")


class Counter(models.Model):
    """The last number an issuer gave in a year; locked while the next one is taken."""

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "year"], name="certificates_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.issuer_id}/{self.year}: {self.last}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def issued_by(self, access: Access) -> Self:
        """Certificates of the very units one issues for."""
        return self.filter(issuer__unit__in=access.units_of(Role.ISSUER))

    def in_register_of(self, access: Access) -> Self:
        """The lines of the register one may read: one's own units', or all for who oversees."""
        if access.has(Role.AUDITOR, Role.ADMIN):
            return self
        return self.issued_by(access)

    def with_revocation(self) -> Self:
        """Annotates `revoked_at`, `revoked_reason` and `revoked_document`."""
        last = CertificateEvent.objects.filter(
            certificate=OuterRef("pk"), kind=CertificateEvent.Kind.REVOKED
        ).order_by("-id")
        return self.annotate(
            revoked_at=Subquery(last.values("at")[:1]),
            revoked_reason=Subquery(last.values("reason")[:1]),
            revoked_document=Subquery(last.values("document")[:1]),
        )

    def matching(self, query: str) -> Self:
        """Those whose name, number or code has every word of `query`, accents or not."""
        found = self
        for word in fold(query).split():
            found = found.filter(folded__contains=word)
        return found

    def visible_to(self, access: Access) -> Self:
        if access.sees_everyone:
            return self
        if access.user_id is None:
            return self.none()
        own = Q(cadre__user=access.user_id)
        held = Q(issuer__unit__in=access.units_of(Role.ISSUER))
        managed = Q(cadre__in=Cadre.objects.visible_to(access).values("pk"))
        return self.filter(own | held | managed)


class Certificate(models.Model):
    """A certificate as issued: every printed value is kept in `printed`, its file by its hash."""

    class State(models.TextChoices):
        VALID = "valid", _("Valid")
        REVOKED = "revoked", _("Revoked")

    code = models.CharField(max_length=23, unique=True, default=new_code)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=60)
    completion = models.OneToOneField(Completion, models.PROTECT, related_name="certificate")
    cadre = models.ForeignKey(Cadre, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    printed = models.JSONField()
    issued_at = models.DateTimeField(default=now)
    issued_on = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.VALID)
    file_hash = models.CharField(max_length=64)
    file_size = models.PositiveIntegerField()
    folded = models.CharField(max_length=220, editable=False, default="")
    events: RelatedManager[CertificateEvent]

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["issuer_id", "-year", "-serial"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "year", "serial"], name="certificates_serial_once"
            ),
            models.CheckConstraint(condition=Q(serial__gte=1), name="certificates_serial_from_one"),
        ]
        indexes = [
            models.Index(fields=["cadre"], name="certificates_cadre"),
            models.Index(fields=["file_hash"], name="certificates_file_hash"),
            models.Index(fields=["-issued_at", "-id"], name="certificates_latest"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: object, **kwargs: object) -> None:
        self.folded = fold(f"{self.printed['full_name']} {self.number} {self.code}")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def is_valid(self) -> bool:
        return self.state == self.State.VALID

    @property
    def file_name(self) -> str:
        """Where the stored PDF lies: an address of its content."""
        return f"certificates/{self.file_hash[:2]}/{self.file_hash}.pdf"


class CertificateEvent(models.Model):
    """What happened to a certificate: a line of the register. Appended only."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        REVOKED = "revoked", _("Revoked")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    document = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="issued") | ~Q(reason=""), name="certificates_revoked_with_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind}"
