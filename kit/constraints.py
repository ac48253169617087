"""A rule of the database that Django has no word for: dated rows that may not overlap."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Q

_EVENTS = {"inserted": "INSERT", "updated": "UPDATE"}
_TRIGGER = """
CREATE TRIGGER "{name}_{when}" AFTER {event} ON %(table)s{condition} BEGIN
    SELECT RAISE(ABORT, 'constraint failed: {name}') WHERE EXISTS (
        SELECT 1 FROM %(table)s held WHERE held.id <> NEW.id AND {same}
        AND (held.valid_to IS NULL OR held.valid_to > NEW.valid_from)
        AND (NEW.valid_to IS NULL OR NEW.valid_to > held.valid_from)
    );
END
"""


class NoOverlap(models.BaseConstraint):
    """Of rows with the same `fields` (foreign keys), no two hold on the same day.

    A row holds on the days of `[valid_from, valid_to)`. With `only`, rows where that column is
    false do not count. PostgreSQL keeps it by an exclusion that needs no extension (a key is a
    range of one), SQLite by triggers; a violation is an IntegrityError on both.
    """

    def __init__(self, *, fields: tuple[str, ...], name: str, only: str = "") -> None:
        super().__init__(name=name)
        self.fields, self.only = tuple(fields), only

    def _columns(self, model: type[models.Model]) -> list[str]:
        return [str(model._meta.get_field(name).column) for name in self.fields]  # type: ignore[union-attr]

    def constraint_sql(  # type: ignore[override]
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> str | None:
        """Within CREATE TABLE; SQLite's triggers follow once the table has its name."""
        if schema_editor.connection.vendor == "postgresql":
            return f"CONSTRAINT {schema_editor.quote_name(self.name)} {self._exclusion(model)}"
        schema_editor.deferred_sql += self._triggers(model, schema_editor)
        return None

    def create_sql(  # type: ignore[override]
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> Statement:
        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s %(exclusion)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
            exclusion=self._exclusion(model),
        )

    def remove_sql(  # type: ignore[override]
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> Statement:
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def _exclusion(self, model: type[models.Model]) -> str:
        keys = "".join(f"int8range({c}, {c}, '[]') WITH &&, " for c in self._columns(model))
        where = f" WHERE ({self.only})" if self.only else ""
        return f"EXCLUDE USING gist ({keys}daterange(valid_from, valid_to) WITH &&){where}"

    def _triggers(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> list[Statement]:
        same = [f"held.{column} = NEW.{column}" for column in self._columns(model)]
        if self.only:
            same.append(f"held.{self.only}")
        condition = f" WHEN NEW.{self.only}" if self.only else ""
        table = model._meta.db_table
        return [
            Statement(
                _TRIGGER.format(
                    name=self.name,
                    when=when,
                    event=event,
                    condition=condition,
                    same=" AND ".join(same),
                ),
                table=Table(table, schema_editor.quote_name),
            )
            for when, event in _EVENTS.items()
        ]

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        start: date = instance.valid_from  # type: ignore[attr-defined]
        end: date | None = instance.valid_to  # type: ignore[attr-defined]
        same = {name: getattr(instance, name) for name in self.fields}
        if self.only:
            if not getattr(instance, self.only):
                return
            same[self.only] = True
        held = model._default_manager.using(using).filter(**same).exclude(pk=instance.pk)
        held = held.filter(Q(valid_to=None) | Q(valid_to__gt=start))
        if (held.filter(valid_from__lt=end) if end else held).exists():
            raise ValidationError(self.get_violation_error_message())

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"fields": self.fields, "only": self.only}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    __hash__ = object.__hash__
