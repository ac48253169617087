"""What lies sealed with `FIELD_KEYS`: every floor names its own, so that the newest key can be made
to cover all of it and an older one be dropped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import models, transaction

from kit.held import Words
from kit.secrets import is_old, reseal

AT_ONCE = 20


@dataclass(frozen=True)
class Sealed:
    """A kind of thing that is sealed.

    `renew(is_trial)` seals anew what an older key covers, in small steps, so that a run that was
    stopped is simply run again; returns how many. A trial only counts.
    """

    code: str
    title: Words
    renew: Callable[[bool], int]


def batches(ids: Sequence[Any], size: int = AT_ONCE) -> Iterator[Sequence[Any]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


# --- Tokens in JSON columns ---------------------------------------------------------------------


def renew_rows(
    rows: models.QuerySet[Any], column: str, keys: Collection[str], *, is_trial: bool
) -> int:
    """Of each row, the tokens that stand under one of `keys` anywhere in the column."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return sum(_renew_batch(rows.model, batch, column, keys, is_trial) for batch in batches(ids))


@transaction.atomic
def _renew_batch(
    model: type[models.Model],
    ids: Sequence[Any],
    column: str,
    keys: Collection[str],
    is_trial: bool,
) -> int:
    old = []
    for row in model._base_manager.select_for_update().filter(pk__in=ids):
        before = getattr(row, column)
        after = _renewed(before, keys)
        if after != before:
            setattr(row, column, after)
            old.append(row)
    if not is_trial:
        model._base_manager.bulk_update(old, [column])
    return len(old)


def _renewed(value: Any, keys: Collection[str], *, is_named: bool = False) -> Any:
    if isinstance(value, dict):
        return {key: _renewed(inner, keys, is_named=key in keys) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renewed(inner, keys, is_named=is_named) for inner in value]
    if is_named and isinstance(value, str) and value and is_old(value.encode()):
        return reseal(value.encode()).decode()
    return value


# --- Files --------------------------------------------------------------------------------------


def renew_folder(folder: str, is_trial: bool) -> int:
    """The files of a folder; whoever reads one meanwhile finds the old or the new, never a part."""
    if not default_storage.exists(folder):
        return 0
    names = sorted(default_storage.listdir(folder)[1])
    return sum(_renew_file(Path(default_storage.path(f"{folder}/{n}")), is_trial) for n in names)


def _renew_file(file: Path, is_trial: bool) -> bool:
    """False also for one that somebody has just deleted. It stays as old as it was."""
    try:
        content = file.read_bytes()
        if not is_old(content):
            return False
        fresh = file.with_name(f".{file.name}.new")
        if not is_trial:
            fresh.write_bytes(reseal(content))
            shutil.copystat(file, fresh)
            fresh.replace(file)
    except FileNotFoundError:
        return False
    return True
