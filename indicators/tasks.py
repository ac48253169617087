from __future__ import annotations

from celery import shared_task

from indicators import measuring


@shared_task(name="indicators.remeasure")
def remeasure() -> None:
    measuring.remeasure_stale()
