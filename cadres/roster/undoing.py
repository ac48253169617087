"""Taking a list back: put aside before it is written, undone after, its file forgotten in time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Cadre, Post, RosterRun
from cadres.roster.comparing import chunks
from cadres.roster.keeping import FILES_ARE_KEPT_FOR, forget
from cadres.roster.locking import lock
from cadres.signals import people_withdrawn, posts_changed, posts_put_back
from kit.dates import now
from kit.errors import Refusal
from kit.text import clean
from operations import changing
from operations.concerning import units_told_of
from operations.journalling import record
from operations.models import Change, ChangeSet

State = RosterRun.State


@transaction.atomic
def drop(run: RosterRun) -> None:
    """Puts a list aside: its file and its differences go, that it came stays."""
    locked = lock(run, State.CHECKING, State.OPEN, State.REFUSED)
    locked.differences.all().delete()
    file, locked.file = locked.file, ""
    locked.state = State.DROPPED
    locked.save(update_fields=["state", "file"])
    transaction.on_commit(lambda: forget(file))


@transaction.atomic
def undo(run: RosterRun, *, by: User, reason: str, at: datetime | None = None) -> RosterRun:
    """Puts every record back as it was before the list; refuses when others have built on it."""
    locked = lock(run, State.WRITTEN)
    if not clean(reason):
        raise Refusal(_("Say why the list is undone; the reason is kept."), status=400)
    assert locked.change_set  # noqa: S101 (a constraint sees to it)
    made, touched = _people_of(locked.change_set)
    for chunk in chunks(sorted(made)):
        people_withdrawn.send(Cadre, cadre_ids=chunk, by=by, reason=clean(reason))
    since = locked.change_set.made_at
    changing.undo(locked.change_set, by=by, reason=clean(reason), at=at)
    for chunk in chunks(sorted(touched - made)):
        posts_put_back.send(Cadre, cadre_ids=chunk, since=since, by=by, reason=clean(reason))
        posts_changed.send(Cadre, cadre_ids=chunk)
    locked.state = State.UNDONE
    locked.save(update_fields=["state"])
    record(
        "roster.undo",
        locked,
        by=by,
        after=locked.written,
        reason=clean(reason),
        units=units_told_of(locked),
    )
    return locked


def _people_of(change_set: ChangeSet) -> tuple[set[int], set[int]]:
    """The cadres a list made, and those whose records or posts it changed."""
    made: set[int] = set()
    touched: set[int] = set()
    posts: set[int] = set()
    for change in change_set.changes.filter(
        model__in=[Cadre._meta.label_lower, Post._meta.label_lower]
    ).iterator(chunk_size=1):
        pks = {line["pk"] for line in change.rows}
        if change.model == Post._meta.label_lower:
            posts |= pks
        elif change.kind == Change.Kind.CREATE:
            made |= pks
        else:
            touched |= pks
    for chunk in chunks(sorted(posts)):
        touched |= set(Post.objects.filter(pk__in=chunk).values_list("cadre", flat=True))
    return made, touched


def forget_files(at: datetime | None = None) -> int:
    """Removes the files that have been kept long enough, with lists nobody finished; how many."""
    old = RosterRun.objects.filter(started_at__lt=(at or now()) - FILES_ARE_KEPT_FOR)
    runs = list(old.exclude(file=""))
    for run in runs:
        if run.state in {State.WRITTEN, State.UNDONE}:
            forget(run.file)
            RosterRun.objects.filter(pk=run.pk).update(file="")
        else:
            drop(run)
    return len(runs)
