"""The question kinds, one module each."""

from __future__ import annotations

from typing import cast

from assessments.kinds import multiple, single, true_false
from assessments.kinds.base import Kind

_KINDS = {module.name: cast(Kind, module) for module in (single, multiple, true_false)}


def get_kind(name: str) -> Kind:
    """The kind of that name; KeyError when there is none."""
    return _KINDS[name]
