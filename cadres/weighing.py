"""What a source says of a person beside the record: what agrees, what may be taken, what stays.

A source (a list, another system) writes over nothing that a hand has corrected since it last spoke:
the record is no longer what the source said then or, of what it never said, the journal knows of
the correction. Nor does it write what somebody decided against before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cadres.models import Cadre, Post
from kit.dates import day_of, format_day
from kit.text import name_key
from operations.models import JournalEntry

# What a source may say of a person, in the order it is shown.
FIELDS: dict[str, str | Promise] = {
    "full_name": _("Full name"),
    "gender": _("Gender"),
    "born_on": _("Date of birth"),
    "identity": _("Identity number"),
    "kind": _("Kind of cadre"),
    "post": _("Unit and position"),
    "phone": _("Phone number"),
    "email": _("E-mail"),
}
# What the journal calls a field, where it does not use the field's own name.
_IN_JOURNAL = {
    **dict.fromkeys(("unit", "position", "from", "to"), "post"),
    "identity_number": "identity",
    "born_year_only": "born_on",
}

Values = dict[str, str]


class Person(Protocol):
    """Whatever tells of one; None for what it does not tell."""

    @property
    def full_name(self) -> str: ...
    @property
    def gender(self) -> str: ...
    @property
    def born_on(self) -> date | None: ...
    @property
    def born_year_only(self) -> bool: ...
    @property
    def identity_hash(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...


def values_of(person: Person) -> Values:
    """The one form in which records and sources are compared."""
    told = {
        "full_name": name_key(person.full_name),
        "gender": person.gender,
        "born_on": _birth(person.born_on, person.born_year_only),
        "identity": person.identity_hash,
        "kind": person.kind,
        "phone": person.phone,
        "email": None if person.email is None else person.email.casefold(),
    }
    return {field: value for field, value in told.items() if value is not None}


def stored_values(cadre: Cadre, posts: Iterable[Post]) -> Values:
    """What is recorded of a cadre, in that form; of posts all that may be meant."""
    held = " ".join(post_value(post.unit_id, post.position_id) for post in posts)
    return values_of(cadre) | {"post": held}


def post_value(unit_id: int, position_id: int) -> str:
    return f"{unit_id}:{position_id}"


def _birth(born_on: date | None, year_only: bool) -> str:
    if born_on is None:
        return ""
    return str(born_on.year) if year_only else born_on.isoformat()


@dataclass(frozen=True, slots=True)
class Weighed:
    """`by_hand` has the day of each correction, if it is known."""

    agreed: Values
    open: tuple[str, ...]
    by_hand: dict[str, str]
    refused: tuple[str, ...]


def weigh(
    theirs: Values,
    ours: Values,
    *,
    said: Mapping[str, str],
    refused: Mapping[str, str],
    journalled: Mapping[str, str],
) -> Weighed:
    """`said`: what the source said before; `refused`: what was decided against, by field."""
    agreed = {field: value for field, value in theirs.items() if _is_so(field, value, ours)}
    differing = [field for field in FIELDS if field in theirs and field not in agreed]
    against = [field for field in differing if refused.get(field) == theirs[field]]
    asked = [field for field in differing if field not in against]
    edited = [field for field in asked if is_edited(field, ours, said, journalled)]
    return Weighed(
        agreed,
        tuple(field for field in asked if field not in edited),
        {field: journalled.get(field, "") for field in edited},
        tuple(against),
    )


def _is_so(field: str, value: str, ours: Values) -> bool:
    """A year alone says nothing against a day of that year."""
    if field == "post":
        return value in ours["post"].split()
    is_bare_year = field == "born_on" and len(value) == 4
    return ours[field][:4] == value if is_bare_year else ours[field] == value


def is_edited(
    field: str, ours: Values, said: Mapping[str, str], journalled: Collection[str]
) -> bool:
    """Whether a field was corrected by hand since a source last spoke of it."""
    if field in said:
        return not _is_so(field, said[field], ours)
    return field in journalled


def journalled_edits(cadre_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Which fields hands have changed, and the day they last did, by cadre: one query."""
    entries = JournalEntry.objects.filter(
        subject_type=Cadre._meta.label_lower, subject_id__in=[str(pk) for pk in cadre_ids]
    )
    by_hand = entries.exclude(before={}).exclude(after__has_key="source")
    edits: dict[int, dict[str, str]] = defaultdict(dict)
    for subject_id, at, before in (
        by_hand.exclude(deed="correction.ask")
        .order_by("at")
        .values_list("subject_id", "at", "before")
    ):
        for name in before:
            edits[int(subject_id)][_IN_JOURNAL.get(name, name)] = format_day(day_of(at))
    return edits
