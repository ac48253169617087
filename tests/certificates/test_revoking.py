from __future__ import annotations

import pytest

from accounts.models import User
from certificates.models import Certificate
from certificates.revoking import revoke
from certificates.signals import certificate_revoked
from certificates.verifying import stored_file
from kit.errors import Refusal
from tests.certificates.building import certify, make_cadre


def test_a_reason_is_asked_for(certificate: Certificate, users: dict[str, User]):
    with pytest.raises(Refusal):
        revoke(certificate, by=users["issuer"], reason="  ")
    certificate.refresh_from_db()
    assert certificate.is_valid


def test_the_line_keeps_who_why_and_by_which_decision(
    certificate: Certificate, users: dict[str, User]
):
    revoke(certificate, by=users["issuer"], reason=" Thi  hộ ", document="QĐ 15-QĐ/BDV ")
    event = certificate.events.get(kind="revoked")
    assert (event.by, event.reason, event.document) == (users["issuer"], "Thi hộ", "QĐ 15-QĐ/BDV")


def test_the_file_stays_and_the_number_is_not_given_again(
    certificate: Certificate, users: dict[str, User]
):
    revoke(certificate, by=users["issuer"], reason="Thi hộ")
    assert stored_file(certificate)
    unit = certificate.unit
    assert unit
    assert certify(make_cadre("Đỗ Việt Ất", unit), certificate.course).serial == 2


def test_the_floors_above_hear_of_it(certificate: Certificate, users: dict[str, User]):
    heard: list[Certificate] = []

    def hear(certificate: Certificate, **_: object) -> None:
        heard.append(certificate)

    certificate_revoked.connect(hear)
    revoke(certificate, by=users["issuer"], reason="Thi hộ")
    certificate_revoked.disconnect(hear)
    assert heard == [certificate]
