"""Writing columns of many rows, each with values of its own, in a statement for every thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

AT_ONCE = 1000


def store(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Writes `fields` of rows of one model, in the caller's transaction.

    Django's `bulk_update` writes the same through a CASE for each column, which costs several times
    as much to build as the database takes to carry it out.
    """
    if not rows:
        return
    meta = rows[0]._meta
    columns: list[Any] = [meta.get_field(name) for name in fields]
    most = connection.features.max_query_params
    size = min(AT_ONCE, most // (len(columns) + 1)) if most else AT_ONCE
    for start in range(0, len(rows), size):
        _write(meta, columns, rows[start : start + size])


def _write(meta: Any, columns: Sequence[Any], rows: Sequence[models.Model]) -> None:
    quote = connection.ops.quote_name
    names = [f"told_{number}" for number in range(len(columns))]
    settings = ", ".join(
        f"{quote(column.column)} = {_as(column, f'told.{name}')}"
        for column, name in zip(columns, names, strict=True)
    )
    line = f"({', '.join(['%s'] * (len(columns) + 1))})"
    values = [
        column.get_db_prep_save(getattr(row, column.attname), connection)
        for row in rows
        for column in (meta.pk, *columns)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH told(key, {', '.join(names)}) "  # noqa: S608 (no words of users)
            f"AS (VALUES {', '.join([line] * len(rows))}) "
            f"UPDATE {quote(meta.db_table)} SET {settings} FROM told "
            f"WHERE {quote(meta.db_table)}.{quote(meta.pk.column)} = told.key",
            values,
        )


def _as(column: Any, told: str) -> str:
    """PostgreSQL takes what is told for text; SQLite goes by the column that it is put into."""
    if not connection.features.requires_casted_case_in_updates:
        return told
    return f"CAST({told} AS {column.cast_db_type(connection)})"
