from __future__ import annotations

from celery import shared_task

from exchange import delivering, telling, watching


@shared_task(name="exchange.pass_on")
def pass_on() -> None:
    telling.pass_on()


@shared_task(name="exchange.deliver")
def deliver(endpoint_id: int) -> None:
    delivering.deliver_due(endpoint_id)


@shared_task(name="exchange.catch_up")
def catch_up() -> None:
    """A lost message costs a minute."""
    telling.pass_on()
    delivering.deliver_overdue()


@shared_task(name="exchange.watch_everyone")
def watch_everyone() -> None:
    watching.watch_everyone()
