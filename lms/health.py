"""For who runs the platform: is it alive, can it serve, how much waits."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from celery import current_app
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Count, Min, Sum
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from assessments.models import Attempt
from certificates.models import Counter
from courses.models import Completion
from kit.addresses import client_address, is_loopback
from kit.dates import now
from operations.models import Job, Notice

Value = tuple[dict[str, str], float]
# A scrape looks at the newest completions only, however many there are.
RECENT = 1000


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked."""
    return _fresh(HttpResponse("ok\n", content_type="text/plain"))


# --- Readiness ----------------------------------------------------------------------------------


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _queue() -> None:
    """The broker takes messages: its folder can be written to, or its server answers."""
    folder = _queue_folder()
    if folder is not None:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(folder)
        return
    with current_app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


def _queue_folder() -> Path | None:
    folder = current_app.conf.broker_transport_options.get("data_folder_in")
    return Path(folder) if folder else None


def _storage() -> None:
    """What is written can be read again."""
    name = default_storage.save(f"readyz/{uuid4().hex}", ContentFile(b"ready"))
    try:
        with default_storage.open(name) as file:
            if file.read() != b"ready":
                raise OSError("read back something else")
    finally:
        default_storage.delete(name)


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "queue": _queue,
    "storage": _storage,
}


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests can be served; 503 and the name of the fault when not."""
    checks = {name: _tried(check) for name, check in CHECKS.items()}
    is_ready = all(check["ok"] for check in checks.values())
    answer = JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)
    return _fresh(answer)


def _tried(check: Callable[[], None]) -> dict[str, object]:
    began = time.perf_counter()
    try:
        check()
    except Exception as fault:  # whatever it is, the answer names its kind and no secret
        return {"ok": False, "fault": type(fault).__name__}
    return {"ok": True, "ms": round((time.perf_counter() - began) * 1000, 1)}


# --- Metrics ------------------------------------------------------------------------------------


def may_read_metrics(request: HttpRequest) -> bool:
    """On this machine, or with the token of METRICS_TOKEN."""
    token = os.environ.get("METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and constant_time_compare(given, token):
        return True
    is_forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return is_loopback(client_address(request)) and not is_forwarded


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not may_read_metrics(request):
        raise Http404
    lines = [
        line for name, kind, told, values in _measured() for line in _told(name, kind, told, values)
    ]
    content_type = "text/plain; version=0.0.4; charset=utf-8"
    return _fresh(HttpResponse("\n".join(lines) + "\n", content_type=content_type))


def _told(name: str, kind: str, told: str, values: list[Value]) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values:
        words = ",".join(f'{key}="{word}"' for key, word in labels.items())
        yield f"{name}{{{words}}} {value:.15g}" if words else f"{name} {value:.15g}"


def _measured() -> Iterator[tuple[str, str, str, list[Value]]]:
    yield "kheo_jobs", "gauge", "Long work by state.", _jobs()
    yield (
        "kheo_job_oldest_waiting_seconds",
        "gauge",
        "How long the oldest waiting job has waited.",
        [({}, _oldest_waiting())],
    )
    running = Attempt.objects.filter(finished_at=None)
    overdue = running.filter(deadline__lt=now() - 2 * Attempt.GRACE)
    yield "kheo_attempts_running", "gauge", "Attempts not finished.", [({}, running.count())]
    yield (
        "kheo_attempts_overdue",
        "gauge",
        "Attempts past their deadline that nobody has closed.",
        [({}, overdue.count())],
    )
    unsent = Notice.objects.filter(emailed_at=None).exclude(recipient__email="")
    yield (
        "kheo_notices_unread",
        "gauge",
        "Notices nobody has read.",
        [({}, Notice.objects.filter(read_at=None).count())],
    )
    yield "kheo_notices_unsent", "gauge", "E-mails not sent yet.", [({}, unsent.count())]
    issued = Counter.objects.aggregate(issued=Sum("last"))["issued"] or 0
    yield "kheo_certificates_issued_total", "counter", "Numbers given.", [({}, issued)]
    yield (
        "kheo_certificates_waiting",
        "gauge",
        f"Of the newest {RECENT} completions, those without a certificate.",
        [({}, _certificates_waiting())],
    )
    yield "kheo_queue_messages", "gauge", "Messages in the queue.", _queued()
    yield "kheo_storage_free_bytes", "gauge", "Room left where files are kept.", _room()


def _jobs() -> list[Value]:
    rows = Job.objects.order_by().values_list("state").annotate(count=Count("pk"))
    counts = dict.fromkeys(Job.State.values, 0) | dict(rows)
    return [({"state": state}, count) for state, count in counts.items()]


def _oldest_waiting() -> float:
    oldest = Job.objects.filter(state=Job.State.WAITING).aggregate(at=Min("created_at"))["at"]
    return (now() - oldest).total_seconds() if oldest else 0.0


def _certificates_waiting() -> int:
    newest = Completion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Completion.objects.filter(pk__gt=newest - RECENT, certificate=None).count()


def _queued() -> list[Value]:
    folder = _queue_folder()
    if folder is not None:
        return [({}, sum(1 for entry in os.scandir(folder) if entry.is_file()))]
    if not current_app.conf.broker_url.startswith("redis"):
        return []
    with current_app.connection_for_read(connect_timeout=2) as broker:
        return [({}, cast(Any, broker.default_channel).client.llen("celery"))]


def _room() -> list[Value]:
    folder = Path(settings.MEDIA_ROOT)
    return [({}, shutil.disk_usage(folder).free)] if folder.exists() else []


def _fresh(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response
