from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from certificates.models import Certificate
from certificates.verifying import (
    find_by_file,
    find_certificate,
    normal_code,
    public_face,
    stored_file,
)
from kit.dates import format_day
from kit.errors import Refusal


class Command(BaseCommand):
    help = "Whether a certificate, by its PDF file or its code, is what the register says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", metavar="FILE|CODE", help="a PDF file, or a verification code")
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["what"])
        if path.is_file():
            certificate, verdict = self._of_file(path)
        elif normal_code(options["what"]):
            certificate, verdict = self._of_code(options["what"])
        else:
            self.stderr.write(_("There is no such file, and this is no verification code."))
            raise SystemExit(2)
        is_good = verdict == "valid"
        if options["json"]:
            self._print_json(certificate, verdict)
        else:
            self._print_words(certificate, verdict)
        if not is_good:
            raise SystemExit(1)

    def _of_file(self, path: Path) -> tuple[Certificate | None, str]:
        certificate = find_by_file(path.read_bytes())
        return certificate, certificate.state if certificate else "unknown"

    def _of_code(self, code: str) -> tuple[Certificate | None, str]:
        certificate = find_certificate(code)
        if certificate is None:
            return None, "unknown"
        try:
            stored_file(certificate)
        except Refusal:
            return certificate, "differs"
        return certificate, certificate.state

    def _print_json(self, certificate: Certificate | None, verdict: str) -> None:
        facts = asdict(public_face(certificate)) if certificate else {}
        report = {
            "verdict": verdict,
            "code": certificate.code if certificate else None,
            "sha256": certificate.file_hash if certificate else None,
            **facts,
        }
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1, default=str))

    def _print_words(self, certificate: Certificate | None, verdict: str) -> None:
        told = {
            "valid": _("VALID: the register has this certificate and its file is unchanged."),
            "revoked": _("REVOKED: the certificate is genuine, but it was taken back."),
            "differs": _("DIFFERS: the stored file is missing or was changed."),
            "unknown": _("NOT FOUND: no certificate of the register has this code or these bytes."),
        }
        self.stdout.write(told[verdict])
        if certificate:
            face = public_face(certificate)
            self.stdout.write(
                f"  {face.number} · {face.name} · {face.course} · {face.issuer}"
                f" · {format_day(face.issued_on)}"
            )
