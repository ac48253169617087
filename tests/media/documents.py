"""Legal documents for any test, entered through the deed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from media.models import LegalDocument
from media.registering import register
from tests import cast

DIRECTIVE = {
    "symbol": "33/CT-TTg",
    "kind": "directive",
    "title": "Chỉ thị về công tác dân vận của cơ quan hành chính nhà nước",
    "issuer": "Thủ tướng Chính phủ",
    "issued_on": date(2021, 11, 26),
    "in_force_from": date(2021, 11, 26),
}


def pdf(content: bytes = b"%PDF-1.7\n...", name: str = "toan-van.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def make_document(by: User | None = None, **values: Any) -> LegalDocument:
    """A directive in force since 2021, or what is given."""
    return register(DIRECTIVE | values, by=by or cast.make_admin())
