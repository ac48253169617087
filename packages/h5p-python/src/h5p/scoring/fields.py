"""Takes fields out of parameters nobody has checked: a wrong type reads as absent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

Params = Mapping[str, object]

_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)
_FLAGS = {"true": True, "false": False}


def group(params: object, *path: str) -> Params:
    """The object at a path."""
    for name in path:
        params = params.get(name) if isinstance(params, Mapping) else None
    return params if isinstance(params, Mapping) else {}


def entries(params: Params, name: str) -> list[object]:
    value = params.get(name)
    return list(value) if isinstance(value, list | tuple) else []


def groups(params: Params, name: str) -> list[Params]:
    """The entries of a list; what is no object keeps its place, since responses count."""
    return [group(entry) for entry in entries(params, name)]


def texts(params: Params, name: str) -> list[str]:
    return [entry if isinstance(entry, str) else "" for entry in entries(params, name)]


def text(params: Params, *names: str) -> str:
    """The first of the fields that holds text."""
    values = (params.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def flag(params: Params, name: str, default: bool) -> bool:
    value = params.get(name)
    if isinstance(value, str):
        return _FLAGS.get(value.lower(), default)
    return value if isinstance(value, bool) else default


def number(params: Params, name: str, default: int) -> Decimal:
    """Numbers occur as numbers and as numeric text."""
    value = params.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return Decimal(default)
    return Decimal(str(value) if _NUMBER.fullmatch(str(value)) else default)
