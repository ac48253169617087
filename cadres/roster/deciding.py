"""Deciding about a run's differences, one by one or all that a filter shows."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Cadre, RosterDifference, RosterRun
from cadres.scopes import Access
from kit.dates import now
from kit.errors import Refusal
from kit.text import fold

Kind, Decision = RosterDifference.Kind, RosterDifference.Decision

# What may be decided about a kind; what is left undecided is not written and comes again.
CHOICES: dict[str, tuple[str, ...]] = {
    Kind.NEW: (Decision.TAKE, Decision.SKIP),
    Kind.CHANGED: (Decision.TAKE, Decision.KEEP, Decision.SKIP),
    Kind.EDITED: (Decision.KEEP, Decision.TAKE, Decision.SKIP),
    Kind.DUPLICATE: (Decision.SAME, Decision.TAKE, Decision.SKIP),
    Kind.LEFT: (Decision.TAKE, Decision.KEEP),
    Kind.LACKING: (),
}
# The same for many at once; whether two are one person needs somebody to look.
BULK = CHOICES | {Kind.DUPLICATE: (Decision.SKIP,)}
# What a list may do unasked.
AT_FIRST: dict[str, str] = {Kind.NEW: Decision.TAKE, Kind.CHANGED: Decision.TAKE}
UNDECIDED = "none"


def find_differences(
    run: RosterRun, *, kind: str = "", decision: str = "", text: str = ""
) -> QuerySet[RosterDifference]:
    """A run's differences, narrowed; `UNDECIDED` finds those nobody has decided."""
    found = run.differences.all()
    if kind:
        found = found.filter(kind=kind)
    if decision:
        found = found.filter(decision="" if decision == UNDECIDED else decision)
    if fold(text):
        found = found.filter(Q(folded__contains=fold(text)) | Q(cadre__code__iexact=text.strip()))
    return found


@transaction.atomic
def decide(run: RosterRun, decisions: Mapping[int, str], *, by: User, access: Access) -> int:
    """Keeps decisions, by difference: a word, or `same:PK` of a candidate; "" takes one back."""
    _refuse_closed(run)
    rows = run.differences.select_for_update().in_bulk(list(decisions))
    for pk, difference in rows.items():
        _set(difference, decisions[pk], access)
        difference.decided_by, difference.decided_at = by, now()
    fields = ["decision", "same_as", "decided_by", "decided_at"]
    RosterDifference.objects.bulk_update(rows.values(), fields, batch_size=200)
    return len(rows)


@transaction.atomic
def decide_all(run: RosterRun, found: QuerySet[RosterDifference], word: str, *, by: User) -> int:
    """The same for all that a filter shows and that may be decided so."""
    _refuse_closed(run)
    if word not in {"", Decision.TAKE, Decision.KEEP, Decision.SKIP}:
        raise Refusal(_("Choose what is to be done with these rows."), status=400)
    kinds = [kind for kind, words in BULK.items() if word in words or (words and not word)]
    return found.filter(run=run, kind__in=kinds).update(
        decision=word, same_as=None, decided_by=by, decided_at=now()
    )


def _refuse_closed(run: RosterRun) -> None:
    locked = RosterRun.objects.select_for_update().get(pk=run.pk)
    if locked.state != RosterRun.State.OPEN:
        raise Refusal(_("This list is closed; decisions can no longer be changed."))


def _set(difference: RosterDifference, told: str, access: Access) -> None:
    word, _colon, candidate = told.partition(":")
    if word and word not in CHOICES[difference.kind]:
        raise Refusal(
            _("This cannot be decided about %(name)s.") % {"name": difference.name}, status=400
        )
    difference.decision, difference.same_as = word, None
    if word == Decision.SAME:
        difference.same_as = _candidate(difference, candidate, access)


def _candidate(difference: RosterDifference, told: str, access: Access) -> Cadre:
    meant = difference.details["candidates"]
    candidate = Cadre.objects.visible_to(access).filter(pk__in=meant, pk=int(told or 0)).first()
    if candidate is None:
        raise Refusal(_("Choose one of the records that are shown."), status=400)
    return candidate
