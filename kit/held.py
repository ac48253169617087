"""What is held about a person, told in one shape by every floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Held:
    """A kind of thing held: why, and its rows under `columns`.

    `key` names it in the JSON file; `rule` the retention rule that says for how long.
    """

    key: str
    title: Words
    why: Words
    columns: Sequence[Words]
    rows: Sequence[Sequence[object]]
    rule: str = ""
