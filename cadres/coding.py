"""Units and positions by the codes of another system: the same twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Ancestry, Position, Unit, UnitVersion
from cadres.models.units import valid_on
from cadres.organising import establish, transfer
from cadres.records import Result, rejected
from cadres.scopes import Access
from cadres.signals import tree_changed
from kit.text import clean
from operations.journalling import record


@dataclass(frozen=True)
class UnitRecord:
    """A unit as the other system has it. `valid_from`: since when it stands there."""

    code: str
    name: str
    kind: str
    parent: str
    valid_from: date
    document: str = ""


@transaction.atomic
def upsert_unit(wanted: UnitRecord, *, access: Access, by: User) -> tuple[Unit, Result]:
    """Establishes a unit, or puts it under another; a new name is a reorganisation of its own."""
    parent = _parent(wanted, access)
    version = _open_version(wanted.code, "code")
    if version is None:
        unit = establish(
            wanted.name,
            wanted.kind,
            parent=parent,
            valid_from=wanted.valid_from,
            code=wanted.code,
            by=by,
        )
        tree_changed.send(Ancestry)
        return unit, Result.CREATED
    _refuse_out_of_scope(version.unit_id, "code", access)
    if version.name != clean(wanted.name) or version.kind != wanted.kind:
        words = _(
            "The unit of this code is called “%(name)s”. A new name or kind is a reorganisation"
            " with a document of its own, done on the page of units."
        )
        named = words % {"name": version.name}
        raise rejected("name", "unit_named_otherwise", named, status=409)
    if version.parent_id == (parent.pk if parent else None):
        return version.unit, Result.UNCHANGED
    if parent is None or not clean(wanted.document):
        words = _("Name the document that puts the unit elsewhere.")
        raise rejected("document", "document_missing", words)
    transfer(version.unit, parent, effective_on=wanted.valid_from, document=wanted.document, by=by)
    return version.unit, Result.CHANGED


def _open_version(code: str, field: str) -> UnitVersion | None:
    found = list(UnitVersion.objects.filter(code=code, valid_to=None).select_related("unit")[:2])
    if len(found) > 1:
        raise rejected(field, "ambiguous_unit", _("Several units have this code on that day."))
    return found[0] if found else None


def _parent(wanted: UnitRecord, access: Access) -> Unit | None:
    """The unit above; only who may write everywhere founds a tree of its own."""
    if not wanted.parent:
        if access.sees_everyone:
            return None
        raise rejected("parent", "required", _("Name the unit above by its code."))
    above = _open_version(wanted.parent, "parent")
    if above is None:
        message = _("No unit has the code “%(code)s”.") % {"code": wanted.parent}
        raise rejected("parent", "unknown_unit", message)
    _refuse_out_of_scope(above.unit_id, "parent", access)
    if not above.unit.versions.filter(valid_on(wanted.valid_from)).exists():
        message = _("The unit above did not exist on that day.")
        raise rejected("valid_from", "unit_not_on_day", message)
    return above.unit


def _refuse_out_of_scope(unit_id: int, field: str, access: Access) -> None:
    within = Unit.objects.within(access.managed_unit_ids, access.day)
    if not access.sees_everyone and not within.filter(pk=unit_id).exists():
        message = _("This unit is outside what the key is for.")
        raise rejected(field, "unit_out_of_scope", message)


@transaction.atomic
def upsert_position(code: str, name: str, *, by: User) -> tuple[Position, Result]:
    """Names a position. Which target groups it belongs to is decided here, not there."""
    named = clean(name)
    position = Position.objects.select_for_update().filter(code=code).first()
    if position is None:
        position = Position.objects.create(code=code, name=named)
        record("position.name", position, by=by, after={"name": named})
        return position, Result.CREATED
    if position.name == named:
        return position, Result.UNCHANGED
    before, position.name = position.name, named
    position.save(update_fields=["name"])
    record("position.name", position, by=by, before={"name": before}, after={"name": named})
    return position, Result.CHANGED
