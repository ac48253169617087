"""JSON from a stranger: read strictly, within one allowance for a whole package."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from h5p.archive import Limits
from h5p.problems import InvalidPackage, Problem

DEPTH = 100  # of nesting; leaves the interpreter's own stack room
DIGITS = 18  # of a whole number: what every database and browser can hold
# NUL and halves of surrogate pairs: JSON can spell them, but no database or page can hold them.
_NO_TEXT = re.compile(rb"\\u(0000|[dD][89a-fA-F])")


@dataclass
class Parser:
    """Parses the JSON files of one package; their sizes are added up."""

    limits: Limits = field(default_factory=Limits)
    _bytes: int = 0
    _values: int = 0

    @property
    def room(self) -> int:
        """Bytes that may still be parsed."""
        return max(0, self.limits.all_json_bytes - self._bytes)

    def parse(self, content: bytes, place: str) -> Any:
        """The value. Raises InvalidPackage with one problem, at `place`."""
        self._bytes += len(content)
        # Every value but the first of a list or object follows one of these: an upper bound
        # known before a single object is built.
        self._values += sum(content.count(mark) for mark in (b"[", b"{", b","))
        if self._bytes > self.limits.all_json_bytes or self._values > self.limits.json_values:
            raise InvalidPackage([Problem("json-too-large", place, "is one JSON value too many")])
        try:
            text = content.decode("utf-8")
            value = json.loads(text, parse_constant=_refuse, parse_int=_whole, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            problem = Problem("json", place, "is not readable JSON in UTF-8")
            raise InvalidPackage([problem]) from error
        if _is_deeper(value, DEPTH):
            raise InvalidPackage([Problem("json", place, f"is nested deeper than {DEPTH}")])
        if _NO_TEXT.search(content) and not _is_text(value):
            raise InvalidPackage([Problem("json", place, "has a character that no text can hold")])
        return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise ValueError("a number of too many digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond all bounds")
    return number


def _is_deeper(value: Any, depth: int) -> bool:
    """Level by level, so that no nesting can exhaust the stack."""
    level = [value]
    for _ in range(depth + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(level)


def _is_text(value: Any) -> bool:
    try:
        written = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return b"\\u0000" not in written.replace(b"\\\\", b"")
