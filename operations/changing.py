"""Writing many rows so that all of it can be undone to the letter.

A deed writes through a `Recorder`; `undo` puts every row back, or refuses and says what has been
built on the rows since. Rows of models marked `is_computed` stand in nobody's way: whoever undoes
computes them anew. A model some of whose rows merely follow from others says by the query set
method `binding` which do not; whoever undoes takes the others back in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from kit.dates import now
from kit.errors import Refusal
from operations.models import Change, ChangeSet
from operations.storing import store

CHUNK = 1000
NAMED = 20
ALIKE = 20
Values = dict[str, Any]
Left = dict[str, Values]
Made = dict[type[models.Model], set[Any]]
_T = TypeVar("_T")
_Row = TypeVar("_Row", bound=models.Model)


class Recorder:
    """Writes rows and keeps what they were before. Use inside the deed's transaction."""

    def __init__(self, title: str, *, by: User | None, at: datetime | None = None) -> None:
        self.change_set = ChangeSet.objects.create(
            title=title[:200], made_by=by, made_at=at or now()
        )
        self._position = 0

    def create(self, rows: Iterable[_Row]) -> list[_Row]:
        made: list[_Row] = []
        for chunk in _chunks(rows):
            made += type(chunk[0])._default_manager.bulk_create(chunk)
            self._keep(Change.Kind.CREATE, chunk, [_line(row, after=_values(row)) for row in chunk])
        return made

    def update(self, rows: Iterable[_Row], fields: Sequence[str]) -> int:
        """Writes `fields` of rows that differ from what is stored; returns how many did."""
        count = 0
        for chunk in _chunks(rows):
            model = type(chunk[0])
            stored = _stored(chunk, fields)
            lines, changed = [], []
            for row in chunk:
                before, after = stored[row.pk], _values(row, fields)
                if not _are_same(model, before, after):
                    lines.append(_line(row, _prepared(model, before), after))
                    changed.append(row)
            if changed:
                _store(changed, fields)
                self._keep(Change.Kind.UPDATE, changed, lines)
            count += len(changed)
        return count

    def delete(self, rows: Iterable[_Row]) -> None:
        for chunk in _chunks(rows):
            self._keep(Change.Kind.DELETE, chunk, [_line(row, _values(row)) for row in chunk])
            _remove(type(chunk[0]), [row.pk for row in chunk])

    def _keep(self, kind: str, rows: Sequence[models.Model], lines: list[Values]) -> None:
        Change.objects.create(
            change_set=self.change_set,
            position=self._position,
            model=rows[0]._meta.label_lower,
            kind=kind,
            rows=lines,
        )
        self._position += 1


def _stored(rows: Sequence[models.Model], names: Sequence[str]) -> dict[Any, Values]:
    """What rows hold by key, locked against other writers, not against rows that come to point at
    them.
    """
    model = type(rows[0])
    columns = [field.attname for field in _fields(model, names)]
    held = model._default_manager.select_for_update(no_key=True)
    found = held.filter(pk__in=[row.pk for row in rows]).values_list("pk", *columns)
    return {pk: dict(zip(columns, values, strict=True)) for pk, *values in found}


def _chunks(rows: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _line(row: models.Model, before: Values | None = None, after: Values | None = None) -> Values:
    return {"pk": row.pk, "before": before or {}, "after": after or {}}


def _fields(model: type[models.Model], names: Sequence[str] | None = None) -> list[Any]:
    if names is None:
        return list(model._meta.concrete_fields)
    return [model._meta.get_field(name) for name in names]


def _values(row: models.Model, names: Sequence[str] | None = None) -> Values:
    """As they are stored, by column: what is encrypted stays so."""
    fields = _fields(type(row), names)
    held = {field.attname: getattr(row, field.attname) for field in fields}
    return _prepared(type(row), held)


def _prepared(model: type[models.Model], held: Values) -> Values:
    columns = _by_column(model)
    return {name: _plain(columns[name].get_prep_value(value)) for name, value in held.items()}


def _plain(value: Any) -> Any:
    """Instants to the microsecond, which Django's JSON would cut."""
    return value.isoformat() if isinstance(value, datetime) else value


def _read(field: Any, value: Any) -> Any:
    if hasattr(field, "from_db_value") and not isinstance(field, models.JSONField):
        return field.from_db_value(value, None, connection)
    return field.to_python(value)


@cache
def _by_column(model: type[models.Model]) -> dict[str, Any]:
    return {field.attname: field for field in model._meta.concrete_fields}


def _are_same(model: type[models.Model], held: Values, values: Values) -> bool:
    columns = _by_column(model)
    return all(held[name] == _read(columns[name], v) for name, v in values.items())


def _store(rows: Iterable[models.Model], fields: Sequence[str]) -> None:
    """Writes `fields`; rows that get the same values in one statement, as most do."""
    alike: dict[str, list[models.Model]] = defaultdict(list)
    for row in rows:
        alike[repr(_values(row, fields))].append(row)
    several = [group for group in alike.values() if len(group) >= ALIKE]
    for group in several:
        model = type(group[0])
        told = {name: getattr(group[0], name) for name in fields}
        model._default_manager.filter(pk__in=[row.pk for row in group]).update(**told)
    if single := [row for group in alike.values() if len(group) < ALIKE for row in group]:
        store(single, fields)


def _remove(model: type[models.Model], pks: list[Any]) -> None:
    """Only these rows: nothing is swept away with them, the database refuses instead."""
    found = model._default_manager.filter(pk__in=pks)
    found._raw_delete(found.db)


# --- Undoing ----------------------------------------------------------------------------------


@transaction.atomic
def undo(
    change_set: ChangeSet, *, by: User | None, reason: str, at: datetime | None = None
) -> ChangeSet:
    """Puts every row back as it was; refuses, naming what stands in the way, or writes nothing."""
    locked = ChangeSet.objects.select_for_update().get(pk=change_set.pk)
    if locked.undone_at:
        raise Refusal(_("This has been undone already."))
    if found := find_obstacles(locked):
        raise Refusal(
            _("It can no longer be undone: others have built on it since. Nothing was changed."),
            gaps=found,
        )
    _forget_computed(_made_by(locked))
    for change in locked.changes.order_by("-position").iterator(chunk_size=1):
        _put_back(change)
    locked.undone_at, locked.undone_by, locked.undone_reason = at or now(), by, reason
    locked.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    return locked


def _model(change: Change) -> type[models.Model]:
    return apps.get_model(change.model)


def _put_back(change: Change) -> None:
    model = _model(change)
    if change.kind == Change.Kind.CREATE:
        _remove(model, [line["pk"] for line in change.rows])
        return
    columns = _by_column(model)
    if change.kind == Change.Kind.DELETE:
        model._default_manager.bulk_create(
            model(**{name: _read(columns[name], v) for name, v in line["before"].items()})
            for line in change.rows
        )
        return
    rows = model._default_manager.in_bulk([line["pk"] for line in change.rows])
    names = list(change.rows[0]["before"])
    for line in change.rows:
        row = rows[_read(model._meta.pk, line["pk"])]
        for name in names:
            setattr(row, name, _read(columns[name], line["before"][name]))
    _store(rows.values(), [columns[name].name for name in names])


def _made_by(change_set: ChangeSet) -> Made:
    """The rows that undoing removes, by model."""
    made: Made = defaultdict(set)
    for change in change_set.changes.filter(kind=Change.Kind.CREATE).iterator(chunk_size=1):
        model = _model(change)
        made[model] |= {_read(model._meta.pk, line["pk"]) for line in change.rows}
    return made


def find_obstacles(change_set: ChangeSet) -> list[str]:
    """What keeps the set from being undone, in words: rows changed since, rows built on its.

    The first of them, for thousands help nobody.
    """
    found = list(islice(_obstacles(change_set), NAMED + 1))
    return [*found[:NAMED], "…"] if len(found) > NAMED else found


def _obstacles(change_set: ChangeSet) -> Iterator[str]:
    yield from _changed_since(change_set)
    yield from _built_on(_made_by(change_set))


def _changed_since(change_set: ChangeSet) -> Iterator[str]:
    """Chunk by chunk; only rows that the set wrote more than once are held together."""
    several = _written_twice(change_set)
    left: dict[str, Left] = defaultdict(dict)
    for change in change_set.changes.iterator(chunk_size=1):
        once: Left = {}
        for line in change.rows:
            pk = str(line["pk"])
            _leave(left[change.model] if (change.model, pk) in several else once, change, line)
        yield from _differences(_model(change), once)
    for label, rows in left.items():
        for pks in _chunks(rows):
            yield from _differences(apps.get_model(label), {pk: rows[pk] for pk in pks})


def _leave(rows: Left, change: Change, line: Values) -> None:
    """What a change left a row as; a row that was removed is not there."""
    if change.kind == Change.Kind.DELETE:
        rows.pop(str(line["pk"]), None)
    else:
        rows.setdefault(str(line["pk"]), {}).update(line["after"])


def _written_twice(change_set: ChangeSet) -> set[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    several: set[tuple[str, str]] = set()
    for change in change_set.changes.iterator(chunk_size=1):
        keys = {(change.model, str(line["pk"])) for line in change.rows}
        several |= keys & seen
        seen |= keys
    return several


def _differences(model: type[models.Model], rows: Left) -> Iterator[str]:
    stored = {str(pk): row for pk, row in model._default_manager.in_bulk(list(rows)).items()}
    for pk, values in rows.items():
        yield from _difference(model, stored.get(pk), values)


def _difference(
    model: type[models.Model], row: models.Model | None, values: Values
) -> Iterator[str]:
    words = {"what": model._meta.verbose_name, "name": row}
    if row is None:
        yield _("A %(what)s no longer exists.") % words
    elif not _are_same(model, vars(row), values):
        yield _("The %(what)s “%(name)s” was changed since.") % words


def _pointing_at(made: Made) -> Iterator[tuple[models.QuerySet[Any], set[Any]]]:
    """Rows of other models that point at rows of `made`; with them, those that were made too."""
    for model, pks in made.items():
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ManyToOneRel):
                continue
            other: type[models.Model] = relation.related_model
            for chunk in _chunks(sorted(pks, key=str)):
                pointing = other._base_manager.filter(**{f"{relation.field.attname}__in": chunk})
                yield pointing, made.get(other, set())


def _is_computed(rows: models.QuerySet[Any]) -> bool:
    return getattr(rows.model, "is_computed", False)


def _binding(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    if _is_computed(rows):
        return rows.none()
    found = getattr(rows.model._default_manager, "binding", None)
    return rows.filter(pk__in=found().values("pk")) if found else rows


def _built_on(made: Made) -> Iterator[str]:
    for rows, own in _pointing_at(made):
        binding = _binding(rows)
        count = sum(1 for pk in binding.values_list("pk", flat=True) if pk not in own)
        if count:
            yield _("%(count)d × %(what)s rest on it.") % {
                "count": count,
                "what": rows.model._meta.verbose_name,
            }


def _forget_computed(made: Made) -> None:
    for rows, _own in _pointing_at(made):
        if _is_computed(rows):
            rows._raw_delete(rows.db)
