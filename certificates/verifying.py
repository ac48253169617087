"""Whether a certificate is what it says: by its code for anyone, by its file for the register."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.files.storage import default_storage
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from certificates.models import Certificate, CertificateEvent, Counter, Issuer
from kit.dates import day_of
from kit.errors import Refusal

CODE_LENGTH = 20
_CODE = re.compile(r"^[2-9A-HJ-NP-Z]{5}(-[2-9A-HJ-NP-Z]{5}){3}$")
_ADDRESS = re.compile(r"^.*/xac-minh/([^/]*)/?$", re.IGNORECASE)


# --- By code, for anyone ------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicFace:
    """All that the public is told of a certificate, as it was printed."""

    name: str
    course: str
    number: str
    issued_on: date
    issuer: str
    state: str
    revoked_on: date | None

    @property
    def is_valid(self) -> bool:
        return self.state == Certificate.State.VALID


def plain_code(text: str) -> str:
    """The letters and digits of a typed code; of a whole address, those of its code."""
    return re.sub(r"[^0-9A-Z]", "", _ADDRESS.sub(r"\1", text.strip()).upper())


def normal_code(text: str) -> str:
    """A typed code as it is stored: capitals, hyphens after every fifth; "" when it is not one."""
    plain = plain_code(text)
    code = "-".join(plain[i : i + 5] for i in range(0, len(plain), 5))
    return code if _CODE.match(code) else ""


def find_certificate(text: str) -> Certificate | None:
    """One query, whatever was typed."""
    return Certificate.objects.with_revocation().filter(code=normal_code(text)).first()


def find_public_face(text: str) -> PublicFace | None:
    """What the public may know of the certificate with this code: one query, whatever was typed."""
    certificate = find_certificate(text)
    return public_face(certificate) if certificate else None


def public_face(certificate: Certificate) -> PublicFace:
    """`certificate` comes `with_revocation()`."""
    printed = certificate.printed
    revoked_at = certificate.revoked_at  # type: ignore[attr-defined]
    return PublicFace(
        name=printed["full_name"],
        course=printed["course"],
        number=certificate.number,
        issued_on=certificate.issued_on,
        issuer=printed["issuer_name"],
        state=certificate.state,
        revoked_on=day_of(revoked_at) if revoked_at else None,
    )


# --- By file ------------------------------------------------------------------------------------


def stored_file(certificate: Certificate) -> bytes:
    """The PDF as it was issued, byte for byte; Refusal when the stored bytes differ."""
    if not default_storage.exists(certificate.file_name):
        raise Refusal(_("The file of this certificate is missing. Please tell the issuer."))
    with default_storage.open(certificate.file_name) as file:
        pdf: bytes = file.read()
    if hashlib.sha256(pdf).hexdigest() != certificate.file_hash:
        raise Refusal(_("The file of this certificate was changed. Please tell the issuer."))
    return pdf


def find_by_file(content: bytes) -> Certificate | None:
    """The certificate whose issued file has exactly these bytes."""
    file_hash = hashlib.sha256(content).hexdigest()
    return Certificate.objects.with_revocation().filter(file_hash=file_hash).first()


# --- The register as a whole --------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """Something wrong with the register. `kind`: number, counter, file or event."""

    kind: str
    issuer: str
    year: int
    number: str
    message: str

    def __str__(self) -> str:
        return f"{self.issuer} {self.year}, {self.number}: {self.message}"


def register_faults() -> Iterator[Fault]:
    """Gaps, numbers past the counter, files that are missing or differ, states without a line."""
    yield from _number_faults()
    yield from _event_faults()
    certificates = Certificate.objects.select_related("issuer").order_by("issuer", "year", "serial")
    for certificate in certificates.iterator(chunk_size=500):
        try:
            stored_file(certificate)
        except Refusal as refusal:
            yield _fault_of(certificate, "file", str(refusal.message))


def _number_faults() -> Iterator[Fault]:
    counters = {(c.issuer_id, c.year): c.last for c in Counter.objects.all()}
    taken = Certificate.objects.order_by().values_list("issuer", "year")
    held = {
        (issuer, year): (count, first, last)
        for issuer, year, count, first, last in taken.annotate(
            Count("pk"), Min("serial"), Max("serial")
        )
    }
    names = dict(Issuer.objects.values_list("pk", "name"))
    for key in sorted(counters.keys() | held.keys()):
        last = counters.get(key, 0)
        if held.get(key, (0, 1, 0)) == (last, 1, last):
            continue
        issuer_id, year = key
        yield from _faults_in(names[issuer_id], issuer_id, year, last)


def _faults_in(name: str, issuer_id: int, year: int, last: int) -> Iterator[Fault]:
    rows = Certificate.objects.filter(issuer=issuer_id, year=year)
    serials = set(rows.values_list("serial", flat=True))
    for serial in sorted(set(range(1, last + 1)) - serials):
        yield Fault("number", name, year, str(serial), _("This number is missing."))
    for serial in sorted(serials - set(range(1, last + 1))):
        yield Fault("counter", name, year, str(serial), _("This number is past the counter."))


def _event_faults() -> Iterator[Fault]:
    """A revoked certificate has its line in the register, a valid one has none."""
    revoked = CertificateEvent.objects.filter(kind=CertificateEvent.Kind.REVOKED)
    told = Certificate.objects.filter(pk__in=revoked.values("certificate"))
    untold = Certificate.objects.exclude(pk__in=revoked.values("certificate"))
    wrong = told.filter(state=Certificate.State.VALID) | untold.filter(
        state=Certificate.State.REVOKED
    )
    for certificate in wrong.select_related("issuer"):
        message = _("Its state does not agree with the lines of the register.")
        yield _fault_of(certificate, "event", message)


def _fault_of(certificate: Certificate, kind: str, message: str) -> Fault:
    return Fault(kind, certificate.issuer.name, certificate.year, certificate.number, message)
