"""Answering with a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from kit.sheets import XLSX


def file_response(name: str, content: bytes, content_type: str) -> HttpResponse:
    """A download named `name`; it is personal, so no cache keeps it."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


def sheet_response(name: str, content: bytes) -> HttpResponse:
    return file_response(name if name.endswith(".xlsx") else f"{name}.xlsx", content, XLSX)
