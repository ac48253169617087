"""Finding people: by name without accents, code or phone; within a unit, a group, a kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.recognising import normal_phone
from cadres.lensing import Lens
from cadres.models import Cadre, Post, TargetGroup, Unit
from cadres.models.people import CadreQuerySet
from cadres.models.units import valid_on
from cadres.scopes import Access
from kit.dates import today
from kit.errors import Refusal
from kit.text import clean, fold

_SHOWN = 5


def find_people(
    access: Access,
    *,
    lens: Lens | None = None,
    text: str = "",
    unit_id: int | None = None,
    group: TargetGroup | None = None,
    kind: str = "",
    never_signed_in: bool = False,
) -> CadreQuerySet:
    """The people one may see, with their main posts; names written with accents come first.

    Through a lens of another day: those of that day, with the posts of then.
    """
    if lens is None or lens.is_present:
        people: CadreQuerySet = Cadre.objects.visible_to(access)
        if unit_id is not None:
            people = people.posted_within([unit_id], access.day)
    else:
        people = lens.people_within(None if unit_id is None else [unit_id])
    day = lens.day if lens else access.day
    if group:
        people = people.in_group(group, day)
    if kind:
        people = people.filter(kind=kind)
    if never_signed_in:
        people = people.filter(user__is_active=True, user__last_login=None)
    people = people.with_main_post(day)
    return _named(people, clean(text)) if text.strip() else people.order_by("name_key", "pk")


def find_posts(access: Access, day: date, *, unit_id: int | None = None) -> QuerySet[Post]:
    """Posts held on a day by the people one may see, in a unit's subtree as it was then."""
    people = Cadre.objects.visible_to(access)
    posts = Post.objects.filter(valid_on(day), cadre__in=people.values("pk"))
    if unit_id is not None:
        posts = posts.filter(unit__in=Unit.objects.within([unit_id], day).values("pk"))
    return posts.select_related("cadre", "unit", "position")


def with_posts(ids: Iterable[int], day: date) -> list[Cadre]:
    """People in the order given, with their main posts: worked out for a page, not for the many."""
    wanted = list(ids)
    found = Cadre.objects.with_main_post(day).in_bulk(wanted)
    return [found[pk] for pk in wanted]


def _named(people: CadreQuerySet, text: str) -> CadreQuerySet:
    phone = normal_phone(text)
    match = Q(code__iexact=text)
    if fold(text):
        match |= Q(folded__contains=fold(text))
    if len(phone) >= 6:
        match |= Q(phone__contains=phone)
    is_exact = Q(full_name__contains=text) | Q(full_name__contains=text.title())
    rank = Case(When(is_exact, then=Value(0)), default=Value(1))
    return people.filter(match).alias(rank=rank).order_by("rank", "name_key", "pk")


def get_user(text: str) -> User:
    """The one account of a sign-in name, a cadre code, a phone number or a full name; refuses."""
    text = clean(text)
    active = User.objects.filter(is_active=True).select_related("cadre")
    exact = Q(username__iexact=text) | Q(cadre__code__iexact=text)
    if phone := normal_phone(text):
        exact |= Q(phone=phone)
    found = list(active.filter(exact)[:2])
    if not found:
        by_name = Q(full_name__iexact=text)
        if fold(text):
            by_name |= Q(cadre__folded=fold(text))
        found = list(active.filter(by_name)[: _SHOWN + 1])
    if len(found) == 1:
        return found[0]
    people = _with_posts(Cadre.objects.filter(user__in=found))
    without_record = [u for u in found if u.pk not in {cadre.user_id for cadre in people}]
    raise _unclear([*map(told, people), *(f"{u} ({u.username})" for u in without_record)])


def get_cadre(text: str, access: Access) -> Cadre:
    """The one person one may see of a cadre code, a phone number or a full name; refuses."""
    text = clean(text)
    people = Cadre.objects.visible_to(access)
    exact = Q(code__iexact=text)
    if phone := normal_phone(text):
        exact |= Q(phone=phone)
    found = _with_posts(people.filter(exact))
    if not found and fold(text):
        found = _with_posts(people.filter(folded=fold(text)))
    if len(found) == 1:
        return found[0]
    raise _unclear(list(map(told, found)))


def _with_posts(people: CadreQuerySet) -> list[Cadre]:
    return list(people.with_main_post(today())[: _SHOWN + 1])


def told(cadre: Cadre) -> str:
    """Who is meant, among people of the same name: code, year of birth and unit."""
    unit = getattr(cadre, "unit_name", "") or "—"
    return f"{cadre.full_name} ({cadre.code}, {cadre.born_on.year}, {unit})"


def _unclear(people: list[str]) -> Refusal:
    if not people:
        return Refusal(_("Nobody has this name, code or phone number. Check it and try again."))
    return Refusal(
        _("Several people are meant: %(people)s. Write the cadre code of the right one.")
        % {"people": "; ".join(people[:_SHOWN])}
    )
