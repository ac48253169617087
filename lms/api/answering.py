"""How a mistake is told: a sentence, and for each field its machine code and its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from cadres.records import FieldError, Rejected
from kit.errors import Refusal


def told(errors: tuple[FieldError, ...] | list[FieldError]) -> list[dict[str, str]]:
    return [{"field": e.field, "code": e.code, "message": e.message} for e in errors]


def answer_mistake(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST framework's handler of exceptions, and ours before it."""
    if isinstance(error, Rejected):
        body: dict[str, Any] = {"detail": str(error.message), "errors": told(error.errors)}
        if error.candidates:
            body["candidates"] = [str(candidate) for candidate in error.candidates]
        return Response(body, status=error.status)
    if isinstance(error, Refusal):
        return Response({"detail": str(error.message)}, status=error.status)
    if isinstance(error, ValidationError):
        errors = list(_flat(error.detail, ""))
        detail = next((e.message for e in errors if e.field == "detail"), "")
        fields = [e for e in errors if e.field != "detail"]
        words = detail or _("Some fields are not right; “errors” says which, and why.")
        return Response({"detail": words, "errors": told(fields)}, status=400)
    return exception_handler(error, context)


def _flat(detail: Any, place: str) -> Iterator[FieldError]:
    """Nested errors as a list: `posts.0.unit`."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(part for part in (place, own) if part))
    elif isinstance(detail, list):
        for number, inner in enumerate(detail):
            is_text = isinstance(inner, ErrorDetail)
            yield from _flat(inner, place if is_text else f"{place}.{number}".strip("."))
    else:
        yield FieldError(place, getattr(detail, "code", "invalid"), str(detail))
