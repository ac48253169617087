"""Putting back what a content said before: as its next revision, since facts are only added."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.scopes import access_of
from kit.dates import now
from kit.errors import Refusal
from media.deriving import Way, derive
from media.models import Interactive, InteractiveRevision
from media.resolving import held_up_by, refilter, standing
from media.taking_in import AUTHORS, newest_of


@transaction.atomic
def restore(
    content: Interactive, number: int, *, based_on: int, by: User, at: datetime | None = None
) -> InteractiveRevision:
    """The next revision, which says what revision `number` says; the newest where it says so.

    `based_on`: the number of the newest revision that was seen. Refusal when there is a newer one,
    or when a library of the old one is not to be had any more.
    """
    if not access_of(by).has(*AUTHORS):
        raise Refusal(_("Only those who write courses restore interactive content."), status=403)
    newest = newest_of(content)
    source = content.revisions.filter(number=number).first()
    if newest is None or source is None:
        raise Refusal(_("This content has no such revision."), status=404)
    if newest.number != based_on:
        raise Refusal(
            _(
                "Somebody has saved revision %(number)d meanwhile, so nothing was restored. Look"
                " at it first; then restore once more if it should still be so."
            )
            % {"number": newest.number}
        )
    if held_up := held_up_by(source):
        raise Refusal(
            _("Nothing was restored: these libraries of that revision are not in use any more."),
            gaps=held_up,
        )
    filtered = refilter(source.params, source.library, standing(source).versions, source.files)
    if _says(newest, newest.filtered) == _says(source, filtered.value):
        return newest
    return derive(
        content,
        source,
        Way.RESTORED,
        deed="interactive.restore",
        by=by,
        at=at or now(),
        filtered=filtered.value,
    )


def _says(revision: InteractiveRevision, filtered: object) -> tuple[object, ...]:
    return revision.title, revision.library, revision.files, revision.metadata, filtered
