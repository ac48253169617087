from celery import shared_task

from media import storing


@shared_task(name="media.sweep_packages")
def sweep_packages() -> None:
    storing.sweep()
