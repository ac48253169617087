"""How long things are kept: rules as data, and the functions that do what they say."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from kit.dates import now
from kit.errors import Refusal
from kit.held import Words
from kit.text import clean
from operations.chaining import ERASE
from operations.journalling import record
from operations.models import JournalEntry, Notice, RetentionRule

MOST_MONTHS = 1200


@dataclass(frozen=True)
class Keeping:
    """Something a rule may end: `code` is the rule's; `since` the event its months count from.

    `end(before, is_trial)` anonymises or erases what is older; returns how many. A trial counts.
    """

    code: str
    title: Words
    since: Words
    end: Callable[[datetime, bool], int]


@dataclass(frozen=True)
class Ended:
    """What a rule did: how many things it ended."""

    code: str
    title: Words
    count: int


@transaction.atomic
def set_rule(
    code: str, months: int, document: str, *, keepings: Iterable[Keeping], by: User | None
) -> RetentionRule:
    """Sets how long something is kept, and by which document."""
    title = {keeping.code: keeping.title for keeping in keepings}.get(code)
    if title is None:
        raise Refusal(_("Nothing is kept under the name “%(code)s”.") % {"code": code}, status=404)
    if not 1 <= months <= MOST_MONTHS:
        raise Refusal(_("Write how many months, from 1 to 1200."), status=400)
    if not clean(document):
        raise Refusal(_("Name the document that says so."), status=400)
    held = RetentionRule.objects.select_for_update().filter(code=code).first()
    before = {"months": held.months, "document": held.document} if held else {}
    after = {"months": months, "document": clean(document)}
    rule, _is_new = RetentionRule.objects.update_or_create(code=code, defaults=after)
    if before != after:
        record("retention.set", rule, by=by, named=str(title), before=before, after=after)
    return rule


def months_before(at: datetime, months: int) -> datetime:
    """The same day and time so many months earlier; the month's last day where there is none."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)


def retain(
    keepings: Iterable[Keeping],
    *,
    is_trial: bool = False,
    at: datetime | None = None,
    by: User | None = None,
) -> list[Ended]:
    """Ends what is past its rule, each rule in a transaction of its own, and journals it.

    What has no rule is kept.
    """
    at = at or now()
    months = dict(RetentionRule.objects.values_list("code", "months"))
    return [
        _apply(keeping, months_before(at, months[keeping.code]), is_trial, by)
        for keeping in keepings
        if keeping.code in months
    ]


@transaction.atomic
def _apply(keeping: Keeping, before: datetime, is_trial: bool, by: User | None) -> Ended:
    count = keeping.end(before, is_trial)
    if count and not is_trial:
        rule = RetentionRule.objects.get(code=keeping.code)
        record("retention.apply", rule, by=by, named=str(keeping.title), after={"count": count})
    return Ended(keeping.code, keeping.title, count)


# --- What this floor keeps ----------------------------------------------------------------------


def end_notices(before: datetime, is_trial: bool) -> int:
    old = Notice.objects.filter(created_at__lt=before)
    return old.count() if is_trial else old.delete()[0]


def end_sessions(before: datetime, is_trial: bool) -> int:
    old = Session.objects.filter(expire_date__lt=before)
    return old.count() if is_trial else old.delete()[0]


def end_addresses(before: datetime, is_trial: bool) -> int:
    """Erases addresses of the journal; the chain holds, since it covers only their digests."""
    old = JournalEntry.objects.filter(at__lt=before).exclude(address=None)
    newest = old.aggregate(newest=Max("pk"))["newest"]
    if is_trial or newest is None:
        return old.count()
    record(ERASE, None, by=None, after={"through": newest})
    return old.erase_addresses()


KEEPINGS = [
    Keeping("notices", gettext_lazy("Notices"), gettext_lazy("the day it was sent"), end_notices),
    Keeping(
        "sessions",
        gettext_lazy("Sign-ins"),
        gettext_lazy("the day it ran out"),
        end_sessions,
    ),
    Keeping(
        "journal-addresses",
        gettext_lazy("Network addresses in the journal"),
        gettext_lazy("the day of the deed"),
        end_addresses,
    ),
]
