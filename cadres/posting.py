"""Giving people posts, moving them, ending posts: dated, several at once, one the main one.

Nothing that was earned moves with a post: completions, certificates, grades and obligations keep
the unit of their day. What is required where one comes applies from the day one comes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cadres.choosing import names_on
from cadres.climbing import hold_tree
from cadres.continuing import lay_out
from cadres.grouping import groups_of
from cadres.models import Cadre, Position, Post, Unit
from cadres.settling import Held, Span, Wish, settle
from cadres.signals import posts_changed
from kit.dates import format_day, today
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record

_COLUMNS = ("unit_id", "position_id", "valid_from", "valid_to", "is_main", "document", "pk")


@transaction.atomic
def assign(
    cadre: Cadre,
    unit: Unit,
    position: Position,
    *,
    since: date,
    until: date | None = None,
    is_main: bool = False,
    document: str = "",
    by: User | None = None,
) -> Post:
    """A post from the day on; the main one where asked, or where none is held."""
    if until is not None and until <= since:
        raise Refusal(_("The last day is before the first. Choose a later one."), status=400)
    _refuse_missing(unit, since)
    spans = _spans(cadre)
    new = Span(unit.pk, position.pk, since, until, is_main=False, document=clean(document))
    laid = _laid(cadre, new)
    _refuse_double(cadre, spans, laid)
    _write(cadre, [*spans, *laid], _wish(laid, since) if is_main else None)
    told = _told(new) | {"document": new.document, "main": _yes_no(is_main)}
    record("post.add", cadre, by=by, after=told, units=_units(laid))
    posts_changed.send(Cadre, cadre_ids=[cadre.pk])
    return _stored(cadre, new.held, since)


@transaction.atomic
def move(
    post: Post,
    unit: Unit,
    position: Position | None = None,
    *,
    on: date,
    document: str = "",
    by: User | None = None,
) -> Post:
    """The post ends and goes on elsewhere from the day; main before, main after."""
    cadre = post.cadre
    spans = _spans(cadre)
    old = _span_of(post, spans)
    if on <= old.valid_from:
        raise Refusal(
            _("The post began on %(day)s. Choose a later day to move.")
            % {"day": format_day(old.valid_from)}
        )
    _refuse_missing(unit, on)
    kept, until = _cut(spans, old, on)
    new = Span(unit.pk, (position or post.position).pk, on, until, False, clean(document))
    if new.held == old.held:
        raise Refusal(_("This is the post held now. Choose another unit or position."))
    laid = _laid(cadre, new)
    _refuse_double(cadre, kept, laid)
    was_main = any(span.held == old.held and span.is_main and span.holds(on) for span in spans)
    _write(cadre, [*kept, *laid], _wish(laid, on) if was_main else None)
    after = _told(new) | {"document": new.document}
    units = _units([old, *laid])
    record("post.move", cadre, by=by, before=_told(old, on), after=after, units=units)
    posts_changed.send(Cadre, cadre_ids=[cadre.pk])
    return _stored(cadre, new.held, on)


@transaction.atomic
def end(
    post: Post,
    *,
    on: date,
    then: Post | None = None,
    document: str = "",
    by: User | None = None,
    at: date | None = None,
) -> None:
    """The post is no longer held from the day; one that has not begun can be taken away.

    Of several posts `then` becomes the main one, else the one held longest.
    """
    cadre, spans = post.cadre, _spans(post.cadre)
    old = _span_of(post, spans)
    if on < old.valid_from or (on == old.valid_from and on <= (at or today())):
        raise Refusal(
            _("The post began on %(day)s. It cannot end before that.")
            % {"day": format_day(old.valid_from)}
        )
    kept, until = _cut(spans, old, on)
    wish = Wish(((then.unit_id, then.position_id),), on) if then else None
    _write(cadre, kept, wish)
    told = _told(old, on) | {"to": str(on), "document": clean(document)}
    before = {"to": str(until or "")}
    record("post.end", cadre, by=by, before=before, after=told, units=_units([old]))
    posts_changed.send(Cadre, cadre_ids=[cadre.pk])


@transaction.atomic
def make_main(post: Post, *, on: date, document: str = "", by: User | None = None) -> Post:
    """From the day on this is the main post; the one that was stays beside it."""
    cadre, spans = post.cadre, _spans(post.cadre)
    old = _span_of(post, spans)
    if not any(span.held == old.held and span.holds(on) for span in spans):
        raise Refusal(
            _("The post is not held on %(day)s. Choose another day.") % {"day": format_day(on)}
        )
    _write(cadre, spans, Wish((old.held,), on))
    told = _told(replace(old, valid_from=on)) | {"document": clean(document)}
    record("post.main", cadre, by=by, after=told, units=_units([old]))
    posts_changed.send(Cadre, cadre_ids=[cadre.pk])
    return _stored(cadre, old.held, on)


# --- What a deed would bring about ------------------------------------------------------------

Following = Callable[[Cadre, date], dict[int, str]]
_FOLLOWING: list[tuple[Promise, Following]] = []


def follows_from_posts(title: Promise) -> Callable[[Following], Following]:
    """Registers what a person has through posts on a day: `{key: words}`; floors above too."""

    def register(find: Following) -> Following:
        _FOLLOWING.append((title, find))
        return find

    return register


@follows_from_posts(gettext_lazy("Target groups"))
def _groups(cadre: Cadre, day: date) -> dict[int, str]:
    return dict(groups_of(cadre, day).values_list("pk", "name"))


@dataclass(frozen=True)
class Consequence:
    """One kind of thing that follows from posts: what comes, what goes, what stays."""

    title: Promise
    coming: list[str]
    going: list[str]
    staying: list[str]


def preview(cadre: Cadre, deed: Callable[[], object], *, on: date) -> list[Consequence]:
    """Does the deed, looks at the day on which it shows, and takes it back."""
    before = [find(cadre, on) for _title, find in _FOLLOWING]
    with transaction.atomic():
        deed()
        after = [find(cadre, on) for _title, find in _FOLLOWING]
        transaction.set_rollback(True)
    return [
        Consequence(
            title,
            coming=[words for key, words in new.items() if key not in old],
            going=[words for key, words in old.items() if key not in new],
            staying=[words for key, words in old.items() if key in new],
        )
        for (title, _find), old, new in zip(_FOLLOWING, before, after, strict=True)
    ]


# --- Rows -------------------------------------------------------------------------------------


def _spans(cadre: Cadre) -> list[Span]:
    """The posts of a cadre, who is locked: of two deeds at once the second sees the first's."""
    hold_tree()
    # Whoever holds a plan writes rows that point at the cadre: they must not wait for this lock.
    Cadre.objects.select_for_update(no_key=True).only("pk").get(pk=cadre.pk)
    return [Span(*row) for row in cadre.posts.order_by("pk").values_list(*_COLUMNS)]


def _span_of(post: Post, spans: list[Span]) -> Span:
    found = next((span for span in spans if span.pk == post.pk), None)
    if found is None:
        raise Refusal(_("Somebody else has changed this post meanwhile. Open the record again."))
    return found


def _cut(spans: list[Span], old: Span, on: date) -> tuple[list[Span], date | None]:
    """The posts without `old` from the day on, and until when it would have been held.

    A post that is main for a time and beside another for a time is several rows; all are meant.
    """
    rows = _run_of(old, spans)
    kept = [span for span in spans if span not in rows]
    kept += [
        replace(r, valid_to=on if r.holds(on) else r.valid_to) for r in rows if r.valid_from < on
    ]
    until = rows[-1].valid_to
    if until is not None and until <= on:
        raise Refusal(_("The post has ended by then already."))
    return kept, until


def _run_of(old: Span, spans: list[Span]) -> list[Span]:
    """`old` and the rows that carry the same post on without a break."""
    run = [old]
    for span in sorted(spans, key=lambda s: s.valid_from):
        if span.held == old.held and span.valid_from == run[-1].valid_to:
            run.append(span)
    return run


def _refuse_missing(unit: Unit, day: date) -> None:
    if unit.version_on(day) is None:
        raise Refusal(
            _("%(unit)s does not exist on %(day)s.") % {"unit": unit, "day": format_day(day)}
        )


def _laid(cadre: Cadre, new: Span) -> list[Span]:
    """The post, gone on with in the unit's heirs where the unit is known to end."""
    post = Post(
        cadre=cadre,
        unit_id=new.unit_id,
        position_id=new.position_id,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
    )
    return [
        replace(new, unit_id=piece.unit_id, valid_from=piece.valid_from, valid_to=piece.valid_to)
        for piece in lay_out([post])
    ]


def _wish(laid: list[Span], since: date) -> Wish:
    return Wish(tuple(span.held for span in laid), since)


def _refuse_double(cadre: Cadre, spans: list[Span], laid: list[Span]) -> None:
    for span, new in product(spans, laid):
        begins_before = new.valid_to is None or span.valid_from < new.valid_to
        ends_after = span.valid_to is None or span.valid_to > new.valid_from
        if span.held == new.held and begins_before and ends_after:
            raise Refusal(_("%(name)s already holds this post.") % {"name": cadre.full_name})


def _write(cadre: Cadre, spans: list[Span], wish: Wish | None) -> None:
    """Stores the posts as they are settled. Nothing becomes main before what was main is not."""
    stored = {post.pk: post for post in cadre.posts.all()}
    settled = settle(spans, wish)
    Post.objects.filter(pk__in=stored.keys() - {span.pk for span in settled}).delete()
    changed = [
        (stored.get(span.pk or 0, Post(cadre=cadre)), span)
        for span in settled
        if span.pk is None or _differs(stored[span.pk], span)
    ]
    Post.objects.filter(pk__in=[post.pk for post, _span in changed]).update(is_main=False)
    for post, span in sorted(changed, key=lambda pair: (pair[1].is_main, pair[0].pk is None)):
        for name in _COLUMNS:
            setattr(post, name, getattr(span, name))
        post.save()


def _differs(post: Post, span: Span) -> bool:
    return any(getattr(post, name) != getattr(span, name) for name in _COLUMNS)


def _stored(cadre: Cadre, held: Held, day: date) -> Post:
    unit_id, position_id = held
    posts = Post.objects.held_on(day).select_related("unit", "position")
    return posts.get(cadre=cadre, unit=unit_id, position=position_id)


def _told(span: Span, day: date | None = None) -> dict[str, str]:
    """For the journal: the unit by its name of the day."""
    on = day or span.valid_from
    return {
        "unit": names_on([span.unit_id], on).get(span.unit_id, ""),
        "position": Position.objects.get(pk=span.position_id).name,
        "from": str(span.valid_from),
    }


def _units(spans: list[Span]) -> set[int]:
    return {span.unit_id for span in spans}


def _yes_no(answer: bool) -> str:
    return _("yes") if answer else _("no")
