from __future__ import annotations

from celery import shared_task

from lms import auditing
from lms.keeping import KEEPINGS
from operations import retaining


@shared_task(name="lms.verify_journal")
def verify_journal() -> None:
    auditing.verify_and_tell()


@shared_task(name="lms.retain")
def retain() -> None:
    retaining.retain(KEEPINGS)
