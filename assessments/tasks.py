from __future__ import annotations

from celery import shared_task

from assessments import attempting


@shared_task(name="assessments.close_overdue_attempts")
def close_overdue_attempts() -> None:
    attempting.close_overdue()
