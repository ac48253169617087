from __future__ import annotations

from typing import Any

from django.db import connection
from django.dispatch import receiver

from accounts.models import User
from cadres.signals import role_changed
from content import preparing
from content.models import ShelfPage


@receiver(role_changed)
def on_role(user: User, **_: Any) -> None:
    preparing.sync_groups(user)


def on_migrated(**_: Any) -> None:
    """After a migration of everything; one of a single app may leave our tables for later."""
    if ShelfPage._meta.db_table in connection.introspection.table_names():
        preparing.prepare()
