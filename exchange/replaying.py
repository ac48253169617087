"""Answering a repeated request with what was answered the first time, doing nothing again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from exchange.models import ApiKey, Replay
from kit.dates import now
from kit.errors import Refusal

_KEPT_FOR = timedelta(days=7)
LONGEST_NAME = 120


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    is_replay: bool = False


def answer_once(
    key: ApiKey,
    name: str,
    request: Any,
    do: Callable[[], tuple[int, Any]],
    *,
    at: datetime | None = None,
) -> Answer:
    """What `do` answers (a status and a body), done once for each `name` of the key."""
    if not name or len(name) > LONGEST_NAME:
        words = _("Send the header Idempotency-Key with a name of your own for this request.")
        raise Refusal(words, status=400)
    request_hash = _hash(request)
    try:
        with transaction.atomic():
            held = Replay.objects.filter(key=key, name=name).first()
            if held is None:
                return _done(key, name, request_hash, do, at or now())
    except IntegrityError:  # the same request is being answered at this moment
        held = Replay.objects.filter(key=key, name=name).first()
        if held is None:
            raise
    if held.request_hash != request_hash:
        words = _("This Idempotency-Key was used for another request. Choose a new one.")
        raise Refusal(words, status=422)
    return Answer(held.status, held.body, is_replay=True)


def _done(
    key: ApiKey, name: str, request_hash: str, do: Callable[[], tuple[int, Any]], at: datetime
) -> Answer:
    Replay.objects.filter(at__lt=at - _KEPT_FOR).delete()
    status, body = do()
    plain = json.loads(json.dumps(body, cls=DjangoJSONEncoder))
    Replay.objects.create(
        key=key, name=name, request_hash=request_hash, status=status, body=plain, at=at
    )
    return Answer(status, plain)


def _hash(request: Any) -> str:
    text = json.dumps(request, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
