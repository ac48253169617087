"""Naming the target groups, and the positions that put people in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.grouping import put_position_in
from cadres.models import Position, TargetGroup
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record


@transaction.atomic
def define_group(code: str, name: str, *, by: User | None = None) -> TargetGroup:
    if not clean(name) or not code:
        raise Refusal(_("A group needs a name."))
    held = TargetGroup.objects.filter(code=code).first()
    group, _is_new = TargetGroup.objects.update_or_create(code=code, defaults={"name": clean(name)})
    before = {"name": held.name} if held else {}
    if before != {"name": group.name}:
        record("group.define", group, by=by, before=before, after={"name": group.name})
    return group


@transaction.atomic
def define_position(
    code: str, name: str, groups: Iterable[TargetGroup] = (), *, by: User | None = None
) -> Position:
    """A position; whoever holds it, wherever, has always been in `groups`."""
    held = Position.objects.filter(code=code).first()
    position, _is_new = Position.objects.update_or_create(code=code, defaults={"name": clean(name)})
    before = {"name": held.name} if held else {}
    if before != {"name": position.name}:
        record("position.define", position, by=by, before=before, after={"name": position.name})
    for group in groups:
        put_position_in(group, position)
    return position
