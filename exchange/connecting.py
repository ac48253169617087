"""Setting up webhooks: who is told of what; stopping them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Unit
from exchange.models import Endpoint, Event
from kit.dates import now
from kit.errors import Refusal
from kit.text import clean
from operations.journalling import record


@transaction.atomic
def connect(
    name: str,
    address: str,
    *,
    kinds: Iterable[str],
    unit: Unit | None = None,
    by: User,
    at: datetime | None = None,
) -> Endpoint:
    """An endpoint with its secret, which is shown this once."""
    named, wanted = clean(name), sorted(set(kinds))
    _refuse(named, address, wanted)
    endpoint = Endpoint.objects.create(
        name=named,
        address=address,
        secret="whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
        kinds=wanted,
        unit=unit,
        created_by=by,
        created_at=at or now(),
    )
    after = {"address": address, "unit": str(unit or ""), "events": ", ".join(wanted)}
    record("webhook.connect", endpoint, by=by, after=after)
    return endpoint


def _refuse(name: str, address: str, kinds: list[str]) -> None:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise Refusal(_("The address must begin with https:// and name a host."), status=422)
    if not kinds or set(kinds) - set(Event.Kind.values):
        raise Refusal(_("Choose at least one event."), status=422)
    if not name or Endpoint.objects.filter(name__iexact=name).exists():
        raise Refusal(_("A webhook has this name already. Choose another name."))


@transaction.atomic
def stop(endpoint: Endpoint, *, by: User, at: datetime | None = None) -> None:
    """Nothing is sent to it any more; its deliveries stay to be read."""
    locked = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    if locked.stopped_at is not None:
        raise Refusal(_("This webhook has been stopped already."))
    locked.stopped_at, locked.stopped_by = at or now(), by
    locked.save(update_fields=["stopped_at", "stopped_by"])
    record("webhook.stop", locked, by=by)
