from __future__ import annotations

from celery import shared_task

from exchange import delivering, reporting, telling, watching


@shared_task(name="exchange.pass_on")
def pass_on() -> None:
    telling.pass_on()


@shared_task(name="exchange.deliver")
def deliver(endpoint_id: int) -> None:
    delivering.deliver_due(endpoint_id)


@shared_task(name="exchange.report_runs")
def report_runs() -> None:
    reporting.report_due()


@shared_task(name="exchange.catch_up")
def catch_up() -> None:
    """A lost message costs a minute."""
    telling.pass_on()
    delivering.deliver_overdue()
    reporting.report_overdue()


@shared_task(name="exchange.watch_everyone")
def watch_everyone() -> None:
    watching.watch_everyone()
