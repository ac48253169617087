"""People as another system has them, and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from cadres.describing import PersonFace
from kit.errors import Refusal
from kit.secrets import keyed_hash


@dataclass(frozen=True)
class FieldError:
    """What is wrong with a field, or why it was kept: for a machine, and for a reader."""

    field: str
    code: str
    message: str


@dataclass(frozen=True)
class PostRecord:
    """A post as the other system has it: unit and position by their codes."""

    unit: str
    position: str
    valid_from: date
    valid_to: date | None = None
    is_main: bool = True


@dataclass(frozen=True)
class PersonRecord:
    """A person as the other system has it; None leaves what stands.

    `overrule`: fields to be taken although a hand has corrected them.
    """

    external_id: str
    full_name: str
    gender: str
    born_on: date
    kind: str
    posts: tuple[PostRecord, ...]
    born_year_only: bool = False
    identity_number: str | None = None
    phone: str | None = None
    email: str | None = None
    same_as: UUID | None = None
    not_same_as: tuple[UUID, ...] = ()
    overrule: frozenset[str] = frozenset()

    @property
    def identity_hash(self) -> str:
        return keyed_hash(self.identity_number) if self.identity_number else ""


class Result(StrEnum):
    CREATED = "created"
    LINKED = "linked"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    external_id: str
    result: Result
    person: PersonFace | None = None
    errors: tuple[FieldError, ...] = ()
    candidates: tuple[UUID, ...] = ()
    kept: tuple[FieldError, ...] = ()


class Rejected(Refusal):
    """A record that cannot be taken, field by field; `candidates`: whom it may be."""

    def __init__(
        self, errors: Sequence[FieldError], candidates: Sequence[UUID] = (), *, status: int = 422
    ) -> None:
        self.errors, self.candidates = tuple(errors), tuple(candidates)
        messages = [error.message for error in errors]
        super().__init__(" ".join(messages), gaps=messages, status=status)


def rejected(field_name: str, code: str, message: str, *, status: int = 422) -> Rejected:
    return Rejected([FieldError(field_name, code, message)], status=status)
