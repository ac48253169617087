"""What this floor has sealed, and the columns of every floor that are encrypted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy

from accounts.models import User
from kit.rotating import Sealed, batches, renew_rows
from kit.secrets import EncryptedTextField, is_old
from operations.journalling import record
from operations.models import Change

VALUES_AT_ONCE = 500
_Columns = dict[type[models.Model], list[EncryptedTextField]]


def encrypted_columns() -> _Columns:
    found: _Columns = defaultdict(list)
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                found[model].append(field)
    return found


def rotate(things: Sequence[Sealed], *, by: User | None, is_trial: bool = False) -> dict[str, int]:
    """How many of each the newest key now covers, by their codes; journalled if there were any."""
    counts = {thing.code: thing.renew(is_trial) for thing in things}
    if any(counts.values()) and not is_trial:
        record("key.rotate", None, by=by, after={"count": sum(counts.values())})
    return counts


# --- Columns ------------------------------------------------------------------------------------


def sealed_columns() -> list[Sealed]:
    return [
        Sealed(
            f"{model._meta.label}.{field.name}",
            f"{model._meta.verbose_name} ({field.name})",
            partial(_renew_column, model, field.name),
        )
        for model, fields in encrypted_columns().items()
        for field in fields
    ]


def _renew_column(model: type[models.Model], name: str, is_trial: bool) -> int:
    rows = model._base_manager.exclude(**{name: ""}).order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    return sum(_renew_batch(model, name, batch, is_trial) for batch in batches(ids, VALUES_AT_ONCE))


@transaction.atomic
def _renew_batch(model: type[models.Model], name: str, ids: Sequence[Any], is_trial: bool) -> int:
    rows = model._base_manager.select_for_update().filter(pk__in=ids).order_by("pk")
    as_stored = rows.annotate(stored=Cast(name, models.TextField()))
    old = [pk for pk, stored in as_stored.values_list("pk", "stored") if is_old(stored.encode())]
    if old and not is_trial:
        held = model._base_manager.filter(pk__in=old).only(name)
        model._base_manager.bulk_update(held, [name])
    return len(old)


# --- What can be undone -------------------------------------------------------------------------


def renew_changes(is_trial: bool) -> int:
    """Rows of change sets keep encrypted columns as they were stored."""
    return sum(
        renew_rows(
            Change.objects.filter(model=model._meta.label_lower),
            "rows",
            [field.attname for field in fields],
            is_trial=is_trial,
        )
        for model, fields in encrypted_columns().items()
    )


SEALED = [Sealed("changes", gettext_lazy("Changes that can be undone"), renew_changes)]
